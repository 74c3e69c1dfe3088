"""Debits by file that are due, each of an agreement and an account of its own; and their rows written set by set.

The raw side copies the very rows that our run wrote from a table of the same columns: one INSERT ... SELECT for each
table, in one transaction, with the same indexes, foreign keys and triggers. Nothing is looked up, sealed or written to
a file there, and no payment changes its state.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import func, insert, select

from domain import sealing
from domain.transaction import transaction
from gateways.files import BankAccount
from models import Agreement, Payment, PaymentMethod

CHUNK = 5_000
WRITTEN = ("batch", "attempt", "batch_line", "payment_event")
"""The tables to which a batch adds rows."""
ROUTING = ("021000021", "091000019", "121042882", "231380104")


def add_due(debits: int, day: date, now: datetime) -> None:
    """So many planned payments whose file leaves on `day`; the first agreement there is is taken as a pattern."""
    with transaction() as session:
        pattern = session.execute(select(Agreement.__table__).order_by(Agreement.id).limit(1)).one()._asdict()
        person = session.scalars(select(Payment.person_id)).first() or 1
        first = int(session.scalar(select(func.max(Agreement.id))) or 0) + 1
        method = int(session.scalar(select(func.coalesce(func.max(PaymentMethod.id), 0))) or 0) + 1
    for start in range(0, debits, CHUNK):
        numbers = range(start, min(start + CHUNK, debits))
        with transaction() as session:
            session.execute(
                insert(Agreement.__table__),
                [
                    pattern | {"id": first + at, "ref": f"bench-agreement-{at}", "number": f"D-{at:07d}"}
                    for at in numbers
                ],
            )
            session.execute(
                insert(PaymentMethod.__table__), [_method(method + at, person, at, now) for at in numbers]
            )
            session.execute(
                insert(Payment.__table__),
                [_payment(first + at, method + at, person, at, day, now) for at in numbers],
            )


def _method(row_id: int, person: int, at: int, now: datetime) -> dict[str, Any]:
    ref = f"bench-method-{at}"
    account = BankAccount(f"{10_000_000 + at}", ROUTING[at % 4], "checking", f"Payer Number {at}", "US")
    return {
        "id": row_id, "ref": ref, "person_id": person, "gateway": "ach_file", "setup_ref": ref, "kind": "bank",
        "label": "Checking", "last4": account.number[-4:], "created_at": now,
        "token_sealed": sealing.seal(json.dumps(asdict(account)), f"payment_method.token:{ref}"),
    }  # fmt: skip


def _payment(agreement: int, method: int, person: int, at: int, day: date, now: datetime) -> dict[str, Any]:
    return {
        "ref": f"bench-payment-{at}", "agreement_id": agreement, "person_id": person, "method_id": method,
        "gateway": "ach_file", "instrument": "bank", "amount_minor": 10_000 + at % 5_000, "currency": "USD",
        "state": "scheduled", "begun_on": day, "begun_at": now, "begun_by": "user:1", "scheduled_on": day,
    }  # fmt: skip


def raw_sqlite(before: Path, built: Path, folder: Path) -> float:
    """Seconds for the same rows in a copy of the database as it was before."""
    copy = folder / "raw.db"
    for end in ("", "-wal", "-shm"):
        Path(f"{copy}{end}").unlink(missing_ok=True)
    shutil.copyfile(before, copy)
    door = sqlite3.connect(copy, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        door.execute(f"PRAGMA {pragma}")
    door.execute("ATTACH ? AS built", (str(built),))
    for table in WRITTEN:
        door.execute(f"CREATE TEMP TABLE ready_{table} AS SELECT * FROM built.{table}")
    begun = time.perf_counter()
    door.execute("BEGIN IMMEDIATE")
    for table in WRITTEN:
        door.execute(f"INSERT INTO main.{table} SELECT * FROM temp.ready_{table}")
    door.execute("COMMIT")
    taken = time.perf_counter() - begun
    door.close()
    return taken


def raw_postgres(before: str, built: str) -> float:
    """Seconds for the same rows in the database `before`, from tables of the same columns."""
    with psycopg.connect(built) as source, psycopg.connect(before, autocommit=True) as door:
        for table in WRITTEN:
            door.execute(f"CREATE TABLE ready_{table} AS SELECT * FROM {table} WHERE false")
            with (
                source.cursor().copy(f"COPY {table} TO STDOUT") as out,
                door.cursor().copy(f"COPY ready_{table} FROM STDIN") as into,
            ):
                for data in out:
                    into.write(data)
        door.execute("CHECKPOINT")
        begun = time.perf_counter()
        with door.transaction():
            for table in WRITTEN:
                door.execute(f"INSERT INTO {table} SELECT * FROM ready_{table}")
        taken = time.perf_counter() - begun
        return taken
