"""The books of many leases over two years, written set by set: what a landlord's portfolio looks like after that time.

Every lease owes rent on the first of each month, every third a parking space too, and pays two days later. Every tenth
has not paid the last two months, every tenth (another) has paid 50.00 too much, every ninety-seventh has a charge that
falls due later. The rows are those that the actions would have written, without hashes and reasons.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from pathlib import Path

from domain.rules.calendar import add_months
from domain.rules.documents import to_document
from domain.rules.rent_terms import RentLine, RentTerms

TODAY = date(2026, 11, 20)
MONTHS = 24
FIRST = date(2024, 12, 1)
UNITS = 50
AT = "2026-11-20 12:00:00.000000"
_RENT, _PARKING = "90000 + 3 * n", "CASE WHEN n % 3 = 0 THEN 5000 ELSE 0 END"
_OPEN = f"n % 10 = 0 AND m >= {MONTHS - 2}"
_ENTRY = (
    "INSERT INTO journal_entry (id, key, cause, agreement_id, position, currency, effective_on, recorded_at,"
    " recorded_by, note, previous_hash, hash) SELECT "
)
_COMMON = "'USD', day, at, 'bench', '{}', '', '' FROM both"


def terms_of(number: int) -> RentTerms:
    lines = [RentLine("rent", "Rent", 90_000 + 3 * number)]
    if number % 3 == 0:
        lines.append(RentLine("addon", "Parking", 5_000))
    to_on = date(2027, number % 12 + 1, 28) if number % 10 == 0 else None
    return RentTerms(FIRST, to_on, due_day=1, lines=tuple(lines))


def fill(file: Path, leases: int) -> None:
    """Add as many leases with their units, people and books. For reading only: the triggers are gone afterwards."""
    connection = sqlite3.connect(file)
    for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
        connection.execute(f"PRAGMA {pragma}")
    named = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for (name,) in connection.execute(named).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    base = connection.execute("SELECT COALESCE(MAX(id), 0) FROM agreement").fetchone()[0] + 1
    entry = connection.execute("SELECT COALESCE(MAX(id), 0) FROM journal_entry").fetchone()[0] + 1
    with connection:
        _places(connection, leases, base)
        _numbers(connection, leases)
        for statement in _books(leases, base, entry):
            connection.execute(statement)
    connection.close()


def _places(connection: sqlite3.Connection, leases: int, base: int) -> None:
    houses = -(-leases // UNITS)
    connection.executemany(
        "INSERT INTO property (id, ref, name, address, jurisdiction, created_at) VALUES (?, ?, ?, '', '', ?)",
        ((n + 1, f"house-{n}", f"House {n:05d}", AT) for n in range(houses)),
    )
    connection.executemany(
        "INSERT INTO unit (id, ref, property_id, name, beds, size, market_rent_minor, created_at)"
        " VALUES (?, ?, ?, ?, 2, 800, ?, ?)",
        ((n + 1, f"unit-{n}", n // UNITS + 1, f"{n % UNITS:03d}", 95_000 + 3 * n, AT) for n in range(leases)),
    )
    connection.executemany(
        "INSERT INTO agreement (id, ref, number, kind, status, title, currency, start_on, opened_on, created_at,"
        " details, terms, ends_on, unit_id) VALUES (?, ?, ?, 'rental', 'active', '', 'USD', ?, ?, ?, '{}', ?, ?, ?)",
        (_lease(base + n, n) for n in range(leases)),
    )
    person = connection.execute("SELECT MIN(id) FROM person").fetchone()[0]
    connection.execute(
        "INSERT INTO agreement_party (agreement_id, person_id, role, from_on)"
        " SELECT id, ?, 'customer', start_on FROM agreement WHERE id >= ?",
        (person, base),
    )


def _lease(agreement_id: int, number: int) -> tuple[object, ...]:
    terms = terms_of(number)
    document = json.dumps({"terms": to_document(terms), "allocation": {}})
    began, ends = FIRST.isoformat(), terms.to_on.isoformat() if terms.to_on else None
    ref = f"lease-{number:022d}"
    return agreement_id, ref, f"R-{number:06d}", began, began, AT, document, ends, number + 1


def _numbers(connection: sqlite3.Connection, leases: int) -> None:
    connection.execute("CREATE TEMP TABLE lease (n INTEGER PRIMARY KEY)")
    connection.executemany("INSERT INTO lease VALUES (?)", ((n,) for n in range(leases)))
    connection.execute("CREATE TEMP TABLE month (m INTEGER PRIMARY KEY, due TEXT, paid TEXT)")
    days = [add_months(FIRST, month) for month in range(MONTHS)]
    connection.executemany(
        "INSERT INTO month VALUES (?, ?, ?)",
        ((m, day.isoformat(), day.replace(day=3).isoformat()) for m, day in enumerate(days)),
    )


def _books(leases: int, base: int, entry: int) -> list[str]:
    """The rows of every month, in the order in which they would have been posted."""
    both = f"(SELECT n, m, due AS day, paid, '{AT}' AS at, {base} + n AS who FROM month, lease) AS both"
    charged, paid = f"{entry} + m * {2 * leases} + n", f"{entry} + m * {2 * leases} + {leases} + n"
    rent, parking = f"({_RENT})", f"({_PARKING})"
    over = f"(CASE WHEN n % 10 = 1 AND m = {MONTHS - 1} THEN 5000 ELSE 0 END)"
    head = _COMMON.replace("both", both)
    line = "INSERT INTO journal_line (entry_id, account, amount_minor) SELECT "
    of = f" FROM {both} WHERE "
    ids = f"(m * {leases} + n) * 2 + 1"
    charge = (
        "INSERT INTO charge (id, agreement_id, entry_id, rule, period, due_on, amount_minor, type, name, posted_on)"
        " SELECT "
    )
    allocation = "INSERT INTO allocation (entry_id, bucket, due_on, charge_id, amount_minor, payer) SELECT "
    payment = f"{_ENTRY}{paid}, 'p:' || who || ':' || m, 'payment.settled', who, 2 * m + 2, {head}"
    not_open = f"NOT ({_OPEN})"
    return [
        f"{_ENTRY}{charged}, 'c:' || who || ':' || m, 'charge.rent', who, 2 * m + 1, {head}",
        payment.replace("'USD', day,", "'USD', paid,") + f" WHERE {not_open}",
        f"{line}{charged}, 'rent_receivable', {rent}{of} 1",
        f"{line}{charged}, 'rent_income', -{rent}{of} 1",
        f"{line}{charged}, 'other_receivable', {parking}{of} {parking} > 0",
        f"{line}{charged}, 'other_income', -{parking}{of} {parking} > 0",
        f"{line}{paid}, 'bank', {rent} + {parking} + {over}{of} {not_open}",
        f"{line}{paid}, 'rent_receivable', -{rent}{of} {not_open}",
        f"{line}{paid}, 'other_receivable', -{parking}{of} {not_open} AND {parking} > 0",
        f"{line}{paid}, 'customer_credit', -{over}{of} {not_open} AND {over} > 0",
        f"{charge}{ids}, who, {charged}, 'rent', day, day, {rent}, 'rent', 'Rent', day{of} 1",
        f"{charge}{ids} + 1, who, {charged}, 'addon', day, day, {parking}, 'addon', 'Parking', day{of} {parking} > 0",
        f"{allocation}{paid}, 'rent', day, {ids}, {rent}, ''{of} {not_open}",
        f"{allocation}{paid}, 'other', day, {ids} + 1, {parking}, ''{of} {not_open} AND {parking} > 0",
        f"{allocation}{paid}, 'credit', NULL, NULL, {over}, ''{of} {not_open} AND {over} > 0",
        *_ahead(leases, base, entry),
        "INSERT INTO balance (agreement_id, account, amount_minor) SELECT agreement_id, account, SUM(amount_minor)"
        f" FROM journal_line JOIN journal_entry AS e ON e.id = entry_id WHERE agreement_id >= {base}"
        " GROUP BY agreement_id, account",
    ]


def _ahead(leases: int, base: int, entry: int) -> list[str]:
    """A charge of today that falls due in two weeks, for some."""
    day, due = TODAY.isoformat(), TODAY.replace(day=30).isoformat()
    ids = f"{entry} + {2 * MONTHS * leases} + n"
    some = "FROM lease WHERE n % 97 = 0"
    return [
        f"{_ENTRY}{ids}, 'a:' || n, 'charge.one_off', {base} + n, 999, 'USD', '{day}', '{AT}', 'bench', '{{}}', '', ''"
        f" {some}",
        f"INSERT INTO journal_line (entry_id, account, amount_minor) SELECT {ids}, 'other_receivable', 4500 {some}",
        f"INSERT INTO journal_line (entry_id, account, amount_minor) SELECT {ids}, 'other_income', -4500 {some}",
        "INSERT INTO charge (agreement_id, entry_id, rule, period, due_on, amount_minor, type, name, posted_on)"
        f" SELECT {base} + n, {ids}, 'added', 'key', '{due}', 4500, 'one_off', 'Key', '{day}' {some}",
    ]
