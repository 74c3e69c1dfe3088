"""A book to search in, and what is asked of it: by hand, one query per subject over the table of words."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

CREATED = "2026-01-20 12:00:00.000000"
FIRST = (
    "Ana",
    "Ben",
    "Carla",
    "David",
    "Elif",
    "Farid",
    "Grace",
    "Hugo",
    "Ines",
    "Jonas",
    "Kemi",
    "Liam",
    "Maya",
)
LAST = (
    "Okafor",
    "Rivera",
    "Novak",
    "Haddad",
    "Larsen",
    "Moreau",
    "Tanaka",
    "Silva",
    "Weber",
    "Petrov",
    "Quinn",
)
TREES = ("Oak", "Elm", "Ash", "Fir")
CARS = ("Honda Civic", "Toyota Camry", "Ford Focus", "Nissan Leaf", "Kia Soul")
_FIND = "SELECT subject_id FROM search_word WHERE subject = '{0}' AND word >= ? AND word < ?"
_BY_WORD = (
    f"id IN ({_FIND.format('agreement')} UNION ALL SELECT agreement_id FROM agreement_party WHERE person_id IN"
    f" ({_FIND.format('person')}) UNION ALL SELECT id FROM agreement WHERE unit_id IN ({_FIND.format('unit')}"
    f" UNION ALL SELECT id FROM unit WHERE property_id IN ({_FIND.format('property')}))"
    f" UNION ALL SELECT agreement_id FROM vehicle WHERE id IN ({_FIND.format('vehicle')}))"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody types, the words it comes to, and the amount in minor units where it is one."""

    q: str
    words: Sequence[str]
    amount: int | None = None


ASKED = (
    Asked("A-0054321", ("a0054321",)),
    Asked("okafor 54321", ("okafor", "54321")),
    Asked("person54321@mail.example", ("person54321mailexample",)),
    Asked("+1 207 555 4321", ("12075554321",)),
    Asked("PLT4321", ("plt4321",)),
    Asked("oak 77b", ("oak", "77b")),
    Asked("412.50", ("41250",), 41_250),
    Asked("grace okafor civic", ("grace", "okafor", "civic")),
)


def add_book(connection: sqlite3.Connection, agreements: int) -> None:
    """Add as many agreements, each with a person; every second with a vehicle, every tenth with a unit."""
    first = {
        table: connection.execute(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}").fetchone()[0]
        for table in ("person", "agreement", "unit", "property", "vehicle")
    }
    numbers = range(agreements)
    houses = range(max(agreements // 1_000, 1))
    with connection:
        connection.executemany(
            "INSERT INTO property (id, ref, name, address, jurisdiction, branch, created_at)"
            " VALUES (?, ?, ?, '', '', '', ?)",
            ((first["property"] + n, _ref(), f"{TREES[n % 4]} House {n}", CREATED) for n in houses),
        )
        connection.executemany(
            "INSERT INTO unit (id, ref, property_id, name, market_rent_minor, created_at) VALUES (?, ?, ?, ?, 0, ?)",
            (
                (first["unit"] + n, _ref(), first["property"] + n // 100, f"{n % 100}B", CREATED)
                for n in range(len(houses) * 100)
            ),
        )
        connection.executemany(
            "INSERT INTO person (id, ref, number, name, email, email_folded, phone, address, language, zone,"
            " created_at) VALUES (?, ?, ?, ?, ?, '', ?, '', '', '', ?)",
            (
                (first["person"] + n, _ref(), f"P-{n:06d}", f"{FIRST[n % 13]} {LAST[n % 11]}",
                 f"person{n}@mail.example", f"+1 207 555 {n % 10_000:04d}", CREATED)
                for n in numbers
            ),
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO agreement (id, ref, number, kind, status, title, currency, start_on, opened_on, created_at,"
            " details, unit_id, branch) VALUES (?, ?, ?, 'loan', 'active', ?, 'USD', '2026-01-01', '2026-01-01',"
            " ?, '{}', ?, '')",
            (
                (first["agreement"] + n, _ref(), f"A-{n:07d}", f"{CARS[n % 5]} {n}", CREATED,
                 first["unit"] + n // 10 % (len(houses) * 100) if n % 10 == 0 else None)
                for n in numbers
            ),
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO agreement_party (agreement_id, person_id, role, from_on)"
            " VALUES (?, ?, 'customer', '2026-01-01')",
            ((first["agreement"] + n, first["person"] + n) for n in numbers),
        )
        connection.executemany(
            "INSERT INTO vehicle (id, ref, agreement_id, vin, make, model, color, plate, plate_folded, plate_state,"
            " title_status, title_number, custody, custody_note, recorded_at, recorded_by)"
            " VALUES (?, ?, ?, '', '', '', '', ?, ?, '', 'unknown', '', 'customer', '', ?, 'setup')",
            (
                (first["vehicle"] + n, _ref(), first["agreement"] + 2 * n, f"PLT{n}", f"PLT{n}", CREATED)
                for n in range(agreements // 2)
            ),
        )
        for table in ("loan", "standing"):
            _copy(connection, table, first["agreement"])


def _copy(connection: sqlite3.Connection, table: str, first: int) -> None:
    """Give each new agreement a row of the table like the one that is there."""
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "agreement_id"]
    given = ", ".join(f"one.{name}" for name in names)
    connection.execute(
        f"INSERT INTO {table} (agreement_id, {', '.join(names)}) SELECT agreement.id, {given}"
        f" FROM agreement, (SELECT * FROM {table} LIMIT 1) AS one WHERE agreement.id >= ?",
        (first,),
    )


def raw(connection: sqlite3.Connection, asked: Asked) -> None:
    """The first ten and the count of each subject, and the newest ten payments of the amount."""
    each, pairs = len(asked.words), [[word, word + "\U0010ffff"] for word in asked.words]
    twice, four, five = ([end for pair in pairs for end in pair * times] for times in (1, 2, 5))
    people = " AND ".join([f"id IN ({_FIND.format('person')})"] * each)
    held = " AND ".join([_BY_WORD] * each)
    houses = " AND ".join([f"id IN ({_FIND.format('property')})"] * each)
    flats = " AND ".join(
        [f"(id IN ({_FIND.format('unit')}) OR property_id IN ({_FIND.format('property')}))"] * each
    )
    for query, values in (
        (f"SELECT id, COUNT(*) OVER () FROM person WHERE {people} ORDER BY name LIMIT 10", twice),
        (
            f"SELECT id, COUNT(*) OVER () FROM agreement WHERE status <> 'undone' AND {held} ORDER BY number LIMIT 10",
            five,
        ),
        (f"SELECT ref, name FROM property WHERE {houses} ORDER BY name LIMIT 10", twice),
        (f"SELECT ref, name FROM unit WHERE {flats} ORDER BY name LIMIT 10", four),
    ):
        connection.execute(query, values).fetchall()
    if asked.amount is not None:
        newest = "SELECT id FROM payment WHERE amount_minor = ? ORDER BY begun_at DESC LIMIT 10"
        connection.execute(newest, (asked.amount,)).fetchall()


def _ref() -> str:
    return secrets.token_urlsafe(16)
