"""The only begin and the only commit of a write.

`transaction()` opens a Session of its own, from a factory given once at start, and closes it: an action therefore works
the same from a request, a timer, a test and the command line. On SQLite it begins IMMEDIATE, so the wait for another
writer happens at the start and never in the middle. It never nests, and while it is open no gateway and no mail server
may be called: `nothing_open()` says so loudly.

`rehearsal()` lets actions do their real work and takes all of it back: what they would do is seen before they do it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, Executable, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

BUSY_TIMEOUT_MS = 30_000
REHEARSAL_WAITS_MS = 700

_open = threading.local()
_factory: sessionmaker[Session] | None = None


def write_engine(url: str) -> Engine:
    """An engine for writing: BEGIN IMMEDIATE, WAL, synchronous=FULL and foreign keys on SQLite; UTC on Postgres.

    Its errors name no value that a statement was run with: they end in logs.
    """
    if make_url(url).get_backend_name() != "sqlite":
        timezone = {"options": "-c timezone=UTC"}
        return create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=timezone)
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", sqlite_pragmas)
    # Not by an event: one listener on an engine's connections slows every statement of them.
    engine.dialect.do_begin = _begin_immediate  # type: ignore[assignment,method-assign]
    return engine


def sqlite_pragmas(connection: Any, _record: object) -> None:
    """What every SQLite connection of ours is set to (safety J10)."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    connection.execute("BEGIN IMMEDIATE")


def configure(engine: Engine) -> None:
    """Give the engine that writes go through. Called once at start, by the edge that starts."""
    global _factory
    _factory = sessionmaker(engine, autoflush=False, expire_on_commit=False)


def let_go() -> None:
    """Give all connections for writing back; the next transaction opens new ones."""
    if _factory is not None:
        _factory.kw["bind"].dispose()


@contextmanager
def transaction() -> Iterator[Session]:
    """One write transaction: commits when the block ends, rolls back when it raises.

    Raises RuntimeError when one is already open in this thread, or when `configure` was not called.
    """
    if getattr(_open, "depth", 0):
        raise RuntimeError("an action was called from inside another action's transaction")
    if _factory is None:
        raise RuntimeError("no database was configured for writing")
    stage: Connection | None = getattr(_open, "stage", None)
    _open.depth = 1
    try:
        session = _factory() if stage is None else _rehearsed(stage)
        try:
            session.connection()  # begins now, so that a wait for another writer happens before any work
            yield session
            try:
                session.commit()
            except BaseException:
                # After a COMMIT that failed (a full disk) the library hands the connection back as it is: still in its
                # transaction, on SQLite with the write lock. It is thrown away, so that the next write starts anew.
                session.invalidate()
                raise
        finally:
            session.close()
    finally:
        _open.depth = 0


@contextmanager
def rehearsal() -> Iterator[Session]:
    """Let every `transaction()` of this thread happen inside one that is rolled back when the block ends.

    Each still begins, commits and rolls back as it does alone, as a savepoint. Yields a Session that reads what they
    did. Meanwhile nothing outside may be called. Checks that a database makes only at the commit are not made. Raises
    RuntimeError inside a transaction or another rehearsal; on Postgres a rehearsal does not wait for others' locks for
    long and then raises OperationalError.
    """
    nothing_open()
    if _factory is None:
        raise RuntimeError("no database was configured for writing")
    session = _factory()
    try:
        stage = session.connection()
        if stage.dialect.name == "postgresql":
            # Shorter than the database waits before it ends one of two that wait for each other: so a rehearsal is
            # what gives up, and never the work of somebody else.
            stage.exec_driver_sql(f"SET LOCAL lock_timeout = '{REHEARSAL_WAITS_MS}ms'")
        _open.stage = stage
        yield session
    finally:
        _open.stage = None
        session.rollback()
        session.close()


def _rehearsed(stage: Connection) -> Session:
    """A Session whose commit and rollback go as far as a savepoint on the connection of the rehearsal."""
    return Session(stage, autoflush=False, expire_on_commit=False, join_transaction_mode="create_savepoint")


def rows_changed(session: Session, statement: Executable) -> int:
    """Run a guarded UPDATE (or DELETE) and say how many rows it changed: 0 means that somebody was first."""
    result: CursorResult[Any] = session.execute(statement)  # type: ignore[assignment]
    return int(result.rowcount)


def nothing_open() -> None:
    """Raise RuntimeError while a write transaction is open: called before every call to the outside."""
    if getattr(_open, "depth", 0) or getattr(_open, "stage", None) is not None:
        raise RuntimeError("a gateway or channel was called inside a transaction")
