"""Everything that is stored, as rows to take away: which tables and columns leave, and which stay with their reason.

What lets somebody in (passwords, seeds, tokens, sign-ins) never leaves; nor does what can be made anew from the rest.
The lists here are the only ones: a test holds them against the schema, so a new table has to be decided on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, func, select, tuple_

from domain.access import Scope
from models import ExportRun, KeptFile, Model, db

CHUNK = 2_000
RUNS_SHOWN = 20

STAYS: Mapping[str, str] = {
    "sign_in": "who is signed in now: with it somebody could be mistaken for them",
    "token": "links that let somebody in",
    "code": "codes that let somebody in",
    "recovery_code": "codes that let somebody in",
    "passkey": "keys that let somebody in",
    "passkey_challenge": "questions that stand for five minutes",
    "known_device": "browsers that are asked for less at sign-in",
    "push_device": "addresses of browsers, good for nothing elsewhere",
    "throttle": "counters of tries, taken away after a day",
    "search_word": "made anew from names and numbers",
    "export_run": "about the archives themselves",
    "gateway_notice": "letters of payment processors; what they led to is in payment_event",
}
"""Table -> why it stays."""

LEFT_OUT: Mapping[str, frozenset[str]] = {
    "user_account": frozenset({"password_hash", "totp_sealed", "totp_last_step", "phrase"}),
    "payment_method": frozenset(
        {"token_sealed", "verify_amounts_sealed", "verify_tries", "fingerprint", "setup_ref"}
    ),
    "outbox": frozenset({"sealed"}),
    "pay_link": frozenset({"token_hash"}),
    "support_code": frozenset({"code_hash"}),
    "thread": frozenset({"secret_hash"}),
    "calendar_feed": frozenset({"token_hash"}),
    "import_batch": frozenset({"file_path"}),
    "kept_file": frozenset({"path"}),
    "batch": frozenset({"file_path"}),
    "bank_file": frozenset({"path"}),
}
"""Table -> columns that stay: secrets, and where a file lies on this machine."""


def tables() -> list[Table]:
    """The tables that leave, by name."""
    return [table for name, table in sorted(Model.metadata.tables.items()) if name not in STAYS]


def columns(table: Table) -> list[str]:
    """The columns of a table that leave, in their order."""
    out = LEFT_OUT.get(table.name, frozenset())
    return [column.name for column in table.columns if column.name not in out]


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that reads the database as it is now, however long it takes; it cannot write."""
    connection = db.engine.connect()
    try:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection
    finally:
        connection.close()


def count(connection: Connection) -> int:
    """How many rows leave in all."""
    return sum(int(connection.scalar(select(func.count()).select_from(table)) or 0) for table in tables())


def rows(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """The rows of a table by its primary key, as plain values in the order of `columns`; few are in memory at once."""
    key = list(table.primary_key.columns)
    wanted = [table.c[name] for name in columns(table)]
    last: tuple[Any, ...] | None = None
    while True:
        query = select(*wanted, *key).order_by(*key).limit(CHUNK)
        if last is not None:
            query = query.where(key[0] > last[0] if len(key) == 1 else tuple_(*key) > last)
        found = connection.execute(query).all()
        for row in found:
            yield row[: len(wanted)]
        if len(found) < CHUNK:
            return
        last = tuple(found[-1][len(wanted) :])


def plain(value: Any) -> Any:
    """A stored value as JSON knows it: days and moments as ISO text, decimals as text so that no digit is lost."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


def kept_files(connection: Connection) -> list[tuple[str, str, str]]:
    """(ref, name, path) of every file that somebody handed in."""
    found = connection.execute(select(KeptFile.ref, KeptFile.name, KeptFile.path).order_by(KeptFile.id))
    return [(row.ref, row.name, row.path) for row in found]


def runs(scope: Scope) -> Sequence[ExportRun]:
    """The archives that were asked for last, newest first."""
    return db.session.scalars(scope.select(ExportRun).order_by(ExportRun.id.desc()).limit(RUNS_SHOWN)).all()
