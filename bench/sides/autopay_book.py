"""Loans with autopay to run on, each with terms of its own; and the rows of a run written set by set.

The raw side copies the very rows that our run wrote from tables of the same columns: one INSERT ... SELECT or one
UPDATE ... FROM for each table, in one transaction, with the same indexes, foreign keys and triggers. Nothing is read,
computed or decided there.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import func, insert, select

from domain.records.mandates import Accepted, keep_mandate
from domain.transaction import transaction
from models import Agreement, Autopay, AutopayDebit, AutopayMethod, Balance, Loan, PaymentMethod, Standing

CHUNK = 5_000
CHANGED = {
    "autopay_debit": ("state", "amount_minor", "tries", "method_position", "code", "payment_id"),
    "autopay": ("next_period", "next_due_on", "next_debit_on", "next_send_on"),
}
"""Table -> the columns that a run changes."""
ADDED = ("payment", "payment_event")
"""The tables to which a run adds rows."""


@dataclass
class Pattern:
    """The first loan there is, as rows to copy, with free ids for the copies."""

    agreement: dict[str, Any]
    loan: dict[str, Any]
    standing: dict[str, Any]
    balances: list[dict[str, Any]]
    method: int
    person: int
    mandate: int
    first: dict[Any, int]


def add_contracts(
    count: int, due_on: date, now: datetime, *, first: int = 0, ahead: timedelta = timedelta(0)
) -> None:
    """So many loans with a contract whose debit is told of and due on `due_on` (`ahead`: only so much later)."""
    pattern = _pattern(due_on, now)
    for start in range(0, count, CHUNK):
        rows: dict[Any, list[dict[str, Any]]] = {}
        for at in range(start, min(start + CHUNK, count)):
            for table, row in _rows(pattern, at, first + at, due_on, ahead, now):
                rows.setdefault(table, []).append(row)
        with transaction() as session:
            for table, of in rows.items():
                session.execute(insert(table.__table__), of)


def _pattern(due_on: date, now: datetime) -> Pattern:
    with transaction() as session:

        def one(table: Any, which: Any) -> dict[str, Any]:
            return dict(session.execute(select(table.__table__).where(which)).one()._mapping)

        loan = one(Loan, Loan.agreement_id == select(func.min(Loan.agreement_id)).scalar_subquery())
        key = loan["agreement_id"]
        kept = session.execute(select(Balance.__table__).where(Balance.agreement_id == key)).all()
        method, person = session.execute(select(PaymentMethod.id, PaymentMethod.person_id).limit(1)).one()
        mandate = keep_mandate(
            session, Accepted("ach", "Yes.", "bench", recurring=True), method_id=method, person_id=person,
            agreement_id=None, by="bench", today=due_on - timedelta(days=60), now=now,
        )  # fmt: skip
        first = {
            table: int(session.scalar(select(func.coalesce(func.max(table.id), 0))) or 0) + 1
            for table in (Agreement, Autopay, AutopayDebit)
        }
        return Pattern(
            one(Agreement, Agreement.id == key), loan, one(Standing, Standing.agreement_id == key),
            [dict(row._mapping) for row in kept], method, person, mandate, first,
        )  # fmt: skip


def _rows(
    pattern: Pattern, at: int, number: int, due_on: date, ahead: timedelta, now: datetime
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """(table, row) of one contract; each loan has a principal of its own."""
    of, key = pattern.first[Agreement] + at, pattern.first[Autopay] + at
    mine, more = {"agreement_id": of}, 100 * number
    yield Agreement, pattern.agreement | {"id": of, "ref": f"auto-{number}", "number": f"AP-{number:07d}"}
    yield Loan, pattern.loan | mine | {"principal_minor": pattern.loan["principal_minor"] + more}
    yield Standing, pattern.standing | mine
    for one in pattern.balances:
        extra = more if one["account"] == "loan_principal" else 0
        yield Balance, one | mine | {"amount_minor": one["amount_minor"] + extra}
    yield Autopay, mine | {
        "id": key, "ref": f"auto-{number}", "person_id": pattern.person, "state": "active", "amount_rule": "due",
        "starts_on": due_on - timedelta(days=60), "mandate_id": pattern.mandate, "next_period": due_on.isoformat(),
        "next_due_on": due_on + ahead, "next_debit_on": due_on + ahead, "next_send_on": due_on + ahead,
        "created_at": now, "created_by": "bench",
    }  # fmt: skip
    yield AutopayMethod, {"autopay_id": key, "position": 0, "method_id": pattern.method}
    yield AutopayDebit, mine | {
        "id": pattern.first[AutopayDebit] + at, "ref": f"auto-{number}", "autopay_id": key,
        "period": due_on.isoformat(), "due_on": due_on, "debit_on": due_on, "send_on": due_on, "state": "planned",
        "amount_minor": 10**9, "announced_on": due_on - timedelta(days=1),
    }  # fmt: skip


def raw_sqlite(before: Path, done: Path, folder: Path) -> float:
    """Seconds for the same rows in a copy of the database as it was before."""
    copy = folder / "raw.db"
    for end in ("", "-wal", "-shm"):
        Path(f"{copy}{end}").unlink(missing_ok=True)
    shutil.copyfile(before, copy)
    door = sqlite3.connect(copy, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        door.execute(f"PRAGMA {pragma}")
    door.execute("ATTACH ? AS done", (str(done),))
    for table in ADDED:
        door.execute(
            f"CREATE TEMP TABLE ready_{table} AS SELECT * FROM done.{table}"
            f" WHERE id NOT IN (SELECT id FROM main.{table})"
        )
    for table, columns in CHANGED.items():
        door.execute(f"CREATE TEMP TABLE ready_{table} AS SELECT id, {', '.join(columns)} FROM done.{table}")
    begun = time.perf_counter()
    door.execute("BEGIN IMMEDIATE")
    for table in ADDED:
        door.execute(f"INSERT INTO main.{table} SELECT * FROM temp.ready_{table}")
    for table, columns in CHANGED.items():
        door.execute(_update("main." + table, "temp.ready_" + table, columns))
    door.execute("COMMIT")
    taken = time.perf_counter() - begun
    door.close()
    return taken


def _update(table: str, ready: str, columns: tuple[str, ...]) -> str:
    changes = ", ".join(f"{name} = new.{name}" for name in columns)
    return f"UPDATE {table} AS old SET {changes} FROM {ready} AS new WHERE new.id = old.id"


def raw_postgres(before: str, done: str) -> float:
    """Seconds for the same rows in the database `before`, from tables of the same columns."""
    with psycopg.connect(done) as source, psycopg.connect(before, autocommit=True) as door:
        for table in (*ADDED, *CHANGED):
            columns = "*" if table in ADDED else ", ".join(("id", *CHANGED[table]))
            door.execute(f"CREATE TABLE ready_{table} AS SELECT {columns} FROM {table} WHERE false")
            with (
                source.cursor().copy(f"COPY (SELECT {columns} FROM {table}) TO STDOUT") as out,
                door.cursor().copy(f"COPY ready_{table} FROM STDIN") as into,
            ):
                for data in out:
                    into.write(data)
        door.execute("CHECKPOINT")
        begun = time.perf_counter()
        with door.transaction():
            for table in ADDED:
                door.execute(f"INSERT INTO {table} SELECT * FROM ready_{table}")
            for table, columns in CHANGED.items():
                door.execute(_update(table, "ready_" + table, columns))
        return time.perf_counter() - begun
