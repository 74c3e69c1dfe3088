"""A landlord's portfolio to bill, and its month written by hand: the same rows, set by set, and nothing else.

The raw side gets every row ready made (ids, hashes, reasons as text) in tables that it need only copy from. What is
left is what the database itself costs: the same tables with the same indexes and triggers, foreign keys on, durable.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from domain.rules.documents import to_document
from domain.rules.rent import RentLine, RentTerms

MONTH = date(2026, 11, 1)
CREATED = "2026-10-20 12:00:00.000000"
NEW = {
    "journal_line": "line.id, entry_id, account, amount_minor, agreement_id FROM billed.journal_line AS line"
    " JOIN billed.journal_entry AS entry ON entry.id = entry_id"
    " WHERE line.id NOT IN (SELECT id FROM main.journal_line) ORDER BY line.id",
    "journal_entry": "* FROM billed.journal_entry WHERE id NOT IN (SELECT id FROM main.journal_entry) ORDER BY id",
    "charge": "* FROM billed.charge WHERE id NOT IN (SELECT id FROM main.charge) ORDER BY id",
    "balance": "* FROM billed.balance WHERE (agreement_id, account) NOT IN (SELECT agreement_id, account FROM"
    " main.balance) ORDER BY agreement_id, account",
    "standing": "* FROM billed.standing WHERE billed_through IS NOT NULL ORDER BY agreement_id",
}
"""Table -> what the billing added to it."""
_OF = "WHERE agreement_id BETWEEN ? AND ?"
COPIES = (
    "INSERT INTO journal_line (id, entry_id, account, amount_minor)"
    f" SELECT id, entry_id, account, amount_minor FROM ready_journal_line {_OF}",
    f"INSERT INTO main.journal_entry SELECT * FROM ready_journal_entry {_OF}",
    f"INSERT INTO main.charge SELECT * FROM ready_charge {_OF}",
    "INSERT INTO balance (agreement_id, account, amount_minor)"
    f" SELECT agreement_id, account, amount_minor FROM ready_balance {_OF}"
    " ON CONFLICT (agreement_id, account) DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor",
    "UPDATE standing SET entries = new.entries, head_hash = new.head_hash, billed_through = new.billed_through,"
    " next_bill_on = new.next_bill_on, interest_from = new.interest_from,"
    " installments_met_minor = new.installments_met_minor"
    f" FROM (SELECT * FROM ready_standing {_OF}) AS new WHERE new.agreement_id = standing.agreement_id",
)


def terms_of(number: int) -> RentTerms:
    """Rent due on the 1st, each rental with an amount and a beginning of its own; every third also rents a parking
    space, every tenth is in a lease that ends.
    """
    began = date(2020 + number % 6, number % 12 + 1, number % 27 + 2)
    lines = [RentLine("rent", "Rent", 90_000 + 3 * number)]
    if number % 3 == 0:
        lines.append(RentLine("addon", "Parking", 5_000 + number % 40 * 100))
    to_on = date(2027, number % 12 + 1, 28) if number % 10 == 0 else None
    return RentTerms(began, to_on, due_day=1, lines=tuple(lines))


def add_portfolio(file: Path, rentals: int) -> None:
    """Add as many rentals, taken over on `MONTH`: what fell due before was somebody else's to collect."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA foreign_keys=ON")
    person_id = connection.execute("SELECT MIN(id) FROM person").fetchone()[0]
    first = connection.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM agreement").fetchone()[0]
    with connection:
        connection.executemany(
            "INSERT INTO agreement (id, ref, number, kind, status, title, currency, start_on, opened_on, created_at,"
            " details, terms, ends_on) VALUES (?, ?, ?, 'rental', 'active', ?, 'USD', ?, ?, ?, '{}', ?, ?)",
            _agreements(first, rentals),
        )
        added = "FROM agreement WHERE id >= ?"
        connection.execute(
            "INSERT INTO agreement_party (agreement_id, person_id, role, from_on)"
            f" SELECT id, ?, 'customer', start_on {added}",
            (person_id, first),
        )
        connection.execute(
            "INSERT INTO standing (agreement_id, entries, head_hash, installments_met_minor, interest_from,"
            f" billed_through, next_bill_on) SELECT id, 0, '', 0, start_on, ?, ? {added}",
            ((MONTH - timedelta(days=1)).isoformat(), MONTH.isoformat(), first),
        )
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _agreements(first: int, rentals: int) -> Iterator[tuple[object, ...]]:
    for number in range(rentals):
        terms = terms_of(number)
        began, ends = terms.from_on.isoformat(), terms.to_on.isoformat() if terms.to_on else None
        document = json.dumps({"terms": to_document(terms), "allocation": {}})
        yield (
            first + number, secrets.token_urlsafe(16), f"R-{number:06d}", f"{number} Elm Street", began, began, CREATED,
            document, ends,
        )  # fmt: skip


def by_hand(file: Path, billed: Path, chunk: int) -> float:
    """Write into `file` what stands in `billed` beyond it, in the same commits: so many rentals each.

    Returns the seconds that took, without preparing the rows. Raises SystemExit where the two then differ in any table.
    """
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    _make_ready(connection, billed)
    ids = [
        row[0] for row in connection.execute("SELECT agreement_id FROM ready_standing ORDER BY agreement_id")
    ]
    begun = time.perf_counter()
    for first in range(0, len(ids), chunk):
        connection.execute("BEGIN IMMEDIATE")
        of = (ids[first], ids[min(first + chunk, len(ids)) - 1])
        for statement in COPIES:
            connection.execute(statement, of)
        connection.execute("COMMIT")
    took = time.perf_counter() - begun
    _check_same(connection, billed)
    connection.close()
    return took


def _check_same(connection: sqlite3.Connection, billed: Path) -> None:
    """Whether every table of both files has the same rows: neither side may write more than the other."""
    connection.execute("ATTACH ? AS billed", (str(billed),))
    tables = "SELECT name FROM billed.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for (table,) in connection.execute(tables).fetchall():
        for one, other in (("main", "billed"), ("billed", "main")):
            more = f"SELECT COUNT(*) FROM (SELECT * FROM {one}.{table} EXCEPT SELECT * FROM {other}.{table})"
            if count := connection.execute(more).fetchone()[0]:
                raise SystemExit(f"{table}: {count} rows of {one} are not in {other}")


def _make_ready(connection: sqlite3.Connection, billed: Path) -> None:
    """What is to be written, in tables of the connection, in order and found by its agreement."""
    connection.execute("ATTACH ? AS billed", (str(billed),))
    for table, new in NEW.items():
        connection.execute(f"CREATE TEMP TABLE ready_{table} AS SELECT {new}")
        connection.execute(f"CREATE INDEX temp.of_{table} ON ready_{table} (agreement_id)")
    connection.execute("DETACH billed")
