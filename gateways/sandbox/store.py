"""The processor's own database: one SQLite file that only the processor opens.

Every write is one `BEGIN IMMEDIATE` transaction with synchronous=FULL, so what was answered survives a kill and a
power cut. Connections belong to one thread of one process and are made again after a fork.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SCHEMA_VERSION = 2
BUSY_MILLISECONDS = 30_000

SCHEMA = (
    """CREATE TABLE processor (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        latest_day TEXT NOT NULL  -- the latest business date any caller has named
    )""",
    """CREATE TABLE setups (
        setup_ref TEXT PRIMARY KEY, return_url TEXT NOT NULL, name TEXT NOT NULL, made_at TEXT NOT NULL,
        token TEXT
    )""",
    """CREATE TABLE charges (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE, key TEXT NOT NULL, ref TEXT NOT NULL,
        amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
        currency TEXT NOT NULL, token TEXT NOT NULL,
        state TEXT NOT NULL
            CHECK (state IN ('needs_confirmation', 'accepted', 'settled', 'declined', 'returned')),
        code TEXT NOT NULL DEFAULT '',
        begun_on TEXT NOT NULL, settle_on TEXT, settled_on TEXT, returned_on TEXT, at TEXT NOT NULL,
        confirm_ref TEXT UNIQUE, return_url TEXT NOT NULL,
        refunded_minor INTEGER NOT NULL DEFAULT 0 CHECK (refunded_minor BETWEEN 0 AND amount_minor),
        disputed INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX charges_by_key ON charges (key)",
    "CREATE INDEX charges_by_ref ON charges (ref)",
    """CREATE TABLE refunds (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE, key TEXT NOT NULL, charge_seq INTEGER NOT NULL REFERENCES charges,
        amount_minor INTEGER NOT NULL CHECK (amount_minor > 0), refunded_on TEXT NOT NULL, at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'settled', due_on TEXT
    )""",
    "CREATE INDEX refunds_by_key ON refunds (key)",
    # What a key was first used for, and what was answered. Old ones are forgotten: see processor.KEY_WINDOW.
    """CREATE TABLE keys (
        key TEXT PRIMARY KEY, request TEXT NOT NULL, answer TEXT NOT NULL, delivery TEXT NOT NULL,
        made_at TEXT NOT NULL
    )""",
    """CREATE TABLE dues (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, charge_seq INTEGER NOT NULL REFERENCES charges,
        kind TEXT NOT NULL CHECK (kind IN ('settle', 'return', 'dispute', 'dispute_end', 'lapse')),
        due_on TEXT NOT NULL, code TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX dues_by_day ON dues (due_on, seq)",
    """CREATE TABLE events (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL, ref TEXT NOT NULL, gateway_ref TEXT NOT NULL, kind TEXT NOT NULL,
        amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, code TEXT NOT NULL,
        happened_on TEXT NOT NULL, at TEXT NOT NULL,
        case_ref TEXT NOT NULL DEFAULT '', due_on TEXT
    )""",
)
# From a record of the first version, whose refunds were all settled at once.
FROM_FIRST = (
    "ALTER TABLE charges ADD COLUMN disputed INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE refunds ADD COLUMN state TEXT NOT NULL DEFAULT 'settled'",
    "ALTER TABLE refunds ADD COLUMN due_on TEXT",
    "ALTER TABLE events ADD COLUMN case_ref TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE events ADD COLUMN due_on TEXT",
    f"PRAGMA user_version={SCHEMA_VERSION}",
)


class Store:
    """The file at `path`, made with its tables (mode 0600) when it is not there yet."""

    def __init__(self, path: str | os.PathLike[str]):
        self.path = os.fspath(path)
        self._threads = threading.local()
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        self._make_tables()

    def _connection(self) -> sqlite3.Connection:
        mine: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if mine is not None and self._threads.pid == os.getpid():
            return mine
        if mine is not None:
            # Inherited through a fork: closing it here could disturb the parent's file, so it is only set aside.
            self._threads.inherited = mine
        connection = sqlite3.connect(
            self.path, timeout=BUSY_MILLISECONDS // 1000, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        self._threads.connection = connection
        self._threads.pid = os.getpid()
        return connection

    def _make_tables(self) -> None:
        with self.write() as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version == SCHEMA_VERSION:
                return
            if version == 1:
                for statement in FROM_FIRST:
                    db.execute(statement)
                return
            if version != 0:
                raise RuntimeError(f"{self.path} was written by another version of the sandbox ({version})")
            for statement in SCHEMA:
                db.execute(statement)
            db.execute("INSERT INTO processor (only, latest_day) VALUES (1, '0001-01-01')")
            db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction that holds the write lock from its first statement; undone when the block raises."""
        db = self._connection()
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """The rows of one SELECT."""
        return self._connection().execute(sql, values).fetchall()

    def close(self) -> None:
        """Close this thread's connection; the next use opens another."""
        mine = getattr(self._threads, "connection", None)
        if mine is not None and self._threads.pid == os.getpid():
            mine.close()
        self._threads.connection = None
