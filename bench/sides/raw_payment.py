"""The same payment by hand: the same rows into the same tables in the same two commits, and nothing else.

No look-up, no check, no hash, no reason is made: every text is a constant of the length that ours has. What is left is
what the database itself costs, with its guards, which stand in both copies alike.
"""

from __future__ import annotations

import itertools
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

NOW, DAY = "2026-11-08 12:00:00.000000", "2026-11-08"
HASH = "d22ce91c8cf1a83f7b47918efa676debc35b055bd817e2a8440323a8656e2f3a"
NOTE_ACCRUED = (
    '{"rule": "loan.accrued", "version": 1, "steps": [{"msgid": "Interest by the day: %(principal)s at %(rate)s %% a '
    'year, %(days)s days from %(start)s to %(end)s (%(count)s).", "params": {"principal": {"money": [900000, "USD"]}, '
    '"rate": {"decimal": "21"}, "days": 14, "start": {"day": "2026-10-25"}, "end": {"day": "2026-11-08"}, "count": '
    '"actual/365"}, "amount_minor": 7249}]}'
)
ROWS = (
    '[{"msgid": "Interest of payment %(number)s, due %(due)s.", "params": {"number": 1, "due": {"day": "2026-11-08"}}, '
    '"amount_minor": 7249}, {"msgid": "Principal of payment %(number)s, due %(due)s.", "params": {"number": 1, "due": '
    '{"day": "2026-11-08"}}, "amount_minor": 8348}]'
)
NOTE_SETTLED = f'{{"rule": "loan.allocation", "version": 1, "steps": {ROWS}}}'
RECEIPT = (
    f'{{"rows": {ROWS}, "balance_after_minor": 891652, "principal_after_minor": 891652, "method": "First Test Bank '
    '\\u2022\\u20226789", "effective_on": "2026-11-08"}'
)


def _insert(table: str, columns: str) -> str:
    names = columns.split()
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


PAYMENT = _insert(
    "payment",
    "ref agreement_id person_id method_id gateway channel instrument amount_minor currency state begun_on begun_at "
    "begun_by failure_code confirm_url next_look_at looks note",
)
ATTEMPT = _insert("attempt", 'payment_id number obligation "key" request_hash state sent_at gateway_ref')
EVENT = _insert("payment_event", 'payment_id at event from_state to_state code gateway source_id "by"')
AUDIT = _insert("audit_event", 'at "by" action subject subject_id detail')
SETTLED = (
    "UPDATE payment SET state = ?, settled_on = ?, next_look_at = ?, failure_code = ?, returnable_until = ?"
    " WHERE id = ? AND state = ?"
)
ANSWERED = (
    "UPDATE attempt SET state = ?, answered_at = ?, gateway_ref = ? WHERE payment_id = ? AND state IN (?, ?)"
)
ENTRY = _insert(
    "journal_entry",
    'id "key" cause agreement_id position payment_id reverses_id currency effective_on recorded_at recorded_by note '
    "previous_hash hash",
)
LINE = _insert("journal_line", "entry_id account amount_minor")
BALANCE = (
    _insert("balance", "agreement_id account amount_minor")
    + " ON CONFLICT (agreement_id, account) DO UPDATE SET amount_minor = balance.amount_minor + excluded.amount_minor"
)
ALLOCATION = _insert(
    "allocation", "entry_id payment_id bucket installment_number due_on charge_id amount_minor"
)
STANDING = (
    "UPDATE standing SET entries = ?, head_hash = ?, installments_met_minor = ?, interest_from = ?"
    " WHERE agreement_id = ?"
)
RECEIVED = _insert("receipt", "payment_id issued_at body")
OUTBOX = _insert(
    "outbox",
    "dedupe_key to_address template language data sealed state tries not_before created_at last_error",
)


class Sqlite:
    """Raw sqlite3 on a copy of the migrated file, as durable as ours."""

    def __init__(self, path: Path):
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.execute = self.connection.execute
        self.execute_many = self.connection.executemany
        row = self.execute("SELECT COALESCE(MAX(id), 0) FROM journal_entry").fetchone()
        self.entry_ids = itertools.count(row[0] + 1)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.execute("BEGIN IMMEDIATE")
        yield
        self.execute("COMMIT")

    def insert_payment(self, values: tuple[Any, ...]) -> int:
        return int(self.execute(PAYMENT, values).lastrowid or 0)

    def post(self, entries: list[tuple[Any, ...]], lines: list[tuple[str, int]], split: int) -> int:
        """Lines first, then the headers whose trigger checks their sum; the id of the last one."""
        ids = [next(self.entry_ids) for _ in entries]
        self.execute_many(LINE, [(ids[number >= split], *line) for number, line in enumerate(lines)])
        self.execute_many(ENTRY, [(entry_id, *entry) for entry_id, entry in zip(ids, entries, strict=True)])
        return ids[-1]

    def close(self) -> None:
        self.connection.close()


class Postgres:
    """Raw psycopg with prepared statements, on a database of its own in the same server."""

    def __init__(self, url: str):
        plain = url.replace("postgresql+psycopg://", "postgresql://")
        self.connection = psycopg.connect(plain, options="-c timezone=UTC", prepare_threshold=0)
        self.cursor = self.connection.cursor()

    def execute(self, statement: str, values: tuple[Any, ...]) -> Any:
        return self.cursor.execute(_own(statement), values)

    def execute_many(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        self.cursor.executemany(_own(statement), rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        yield
        self.connection.commit()

    def insert_payment(self, values: tuple[Any, ...]) -> int:
        return int(self.execute(PAYMENT + " RETURNING id", values).fetchone()[0])

    def post(self, entries: list[tuple[Any, ...]], lines: list[tuple[str, int]], split: int) -> int:
        """Headers first, each giving its id, then the lines."""
        statement = ENTRY.replace("id, ", "", 1).replace("?, ", "", 1) + " RETURNING id"
        ids = [self.execute(statement, entry).fetchone()[0] for entry in entries]
        self.execute_many(LINE, [(ids[number >= split], *line) for number, line in enumerate(lines)])
        return int(ids[-1])

    def close(self) -> None:
        self.connection.close()


_rewritten: dict[str, str] = {}


def _own(statement: str) -> str:
    """The statement with psycopg's places for values."""
    if statement not in _rewritten:
        _rewritten[statement] = statement.replace("?", "%s")
    return _rewritten[statement]


def paying(database: Sqlite | Postgres, agreement_ids: list[int], person_id: int) -> Callable[[], object]:
    """Each call writes down one payment of the next agreement."""
    numbers = itertools.count()

    def pay() -> None:
        number = next(numbers)
        agreement_id = agreement_ids[number % len(agreement_ids)]
        ref = secrets.token_urlsafe(16)
        with database.transaction():
            payment_id = _begin(database, ref, agreement_id, person_id)
        with database.transaction():
            _settle(database, ref, agreement_id, payment_id, 2 * (number // len(agreement_ids)) + 2)

    return pay


def _begin(database: Sqlite | Postgres, ref: str, agreement_id: int, person_id: int) -> int:
    payment_id = database.insert_payment(
        (ref, agreement_id, person_id, 1, "sandbox", "portal", "bank", 15597, "USD", "attempting", DAY, NOW,
         "user:4", "", "", NOW, 0, "")
    )  # fmt: skip
    obligation = f"40NWMedl7XYtY5IKAool-w:{ref}"
    database.execute(ATTEMPT, (payment_id, 1, obligation, f"{obligation}:1", HASH, "attempting", NOW, ""))
    database.execute(EVENT, (payment_id, NOW, "begun", "", "attempting", "", "sandbox", None, "user:4"))
    detail = '{"agreement": "B-00020", "amount_minor": 15597}'
    database.execute(AUDIT, (NOW, "user:4", "payment.begun", "payment", payment_id, detail))
    return payment_id


def _settle(database: Sqlite | Postgres, ref: str, agreement_id: int, payment_id: int, position: int) -> None:
    by = "gateway:sandbox"
    database.execute(SETTLED, ("settled", DAY, None, "", "2027-01-07", payment_id, "attempting"))
    database.execute(EVENT, (payment_id, NOW, "settled", "attempting", "settled", "", "sandbox", None, by))
    database.execute(ANSWERED, ("answered", NOW, "8b92eec659881096", payment_id, "attempting", "unknown"))
    head = (agreement_id, position)
    entry_id = database.post(
        [
            (f"payment:{ref}:accrual", "interest.accrued", *head, None, None, "USD", DAY, NOW, by,
             NOTE_ACCRUED, HASH, HASH),
            (f"payment:{ref}:settled", "payment.settled", agreement_id, position + 1, payment_id, None, "USD", DAY,
             NOW, by, NOTE_SETTLED, HASH, HASH),
        ],
        [("loan_interest", 7249), ("interest_income", -7249), ("clearing_sandbox", 15597),
         ("loan_interest", -7249), ("loan_principal", -8348)],
        2,
    )  # fmt: skip
    moves = (
        ("clearing_sandbox", 15597),
        ("interest_income", -7249),
        ("loan_interest", 0),
        ("loan_principal", -8348),
    )
    database.execute_many(BALANCE, [(agreement_id, *move) for move in moves])
    database.execute_many(
        ALLOCATION,
        [
            (entry_id, payment_id, "interest", 1, DAY, None, 7249),
            (entry_id, payment_id, "principal", 1, DAY, None, 8348),
        ],
    )
    database.execute(STANDING, (position + 1, HASH, 15597, DAY, agreement_id))
    database.execute(RECEIVED, (payment_id, NOW, RECEIPT))
    database.execute(AUDIT, (NOW, by, "payment.settled", "payment", payment_id, '{"amount_minor": 15597}'))
    mail = f'{{"payment_ref": "{ref}"}}'
    database.execute(
        OUTBOX,
        (f"payment:{ref}:receipt", "bo@example.org", "receipt", "en", mail, None, "due", 0, NOW, NOW, ""),
    )
