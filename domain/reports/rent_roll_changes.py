"""What changed in the rent roll between two days: who came and went, what the rent became. Verb: `changed`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.access import Scope
from domain.reports.rent_roll import home_currency, unit_count, units_of
from domain.reports.rent_roll_rows import rows_of
from domain.reports.sheet import Asked, Column, Row, Value
from domain.words import Sentence
from models import db

MOST = 1_000
"""So many units are compared while somebody waits; of a larger book, one property at a time."""
COMPARED = (
    "status",
    "tenants",
    "market_rent",
    "rent",
    "total_charges",
    "deposit",
    "lease_to",
    "notice",
    "balance",
)


@dataclass(frozen=True, slots=True)
class Changed:
    """One unit whose figures differ: what each was and is. `row` is the unit as it is."""

    row: Row
    was: Row | None
    keys: Sequence[str]


def changed(scope: Scope, asked: Asked, since: date) -> list[Changed] | None:
    """Units that are not on `asked.on` as they were on `since`; None where there are too many to compare."""
    if unit_count(scope, asked) > MOST:
        return None
    units, currency = db.session.execute(units_of(scope, asked)).all(), home_currency()
    now = _by_unit(rows_of(scope, units, asked.on, today=asked.today, currency=currency))
    before = _by_unit(rows_of(scope, units, since, today=asked.today, currency=currency))
    found = []
    for name, row in now.items():
        was = before.get(name)
        old = was.values if was else {}
        keys = [key for key in COMPARED if plain(row.values.get(key)) != plain(old.get(key))]
        if keys:
            found.append(Changed(row, was, keys))
    return found


def column_of(columns: Sequence[Column], key: str) -> Column:
    """The column of that name."""
    return next(column for column in columns if column.key == key)


def plain(value: Value) -> Value:
    """A value as it is compared: nothing and zero are the same, a sentence is what it says."""
    if isinstance(value, Sentence):
        return str(value)
    return value or None


def _by_unit(rows: object) -> dict[object, Row]:
    found: dict[object, Row] = {}
    for row in rows:  # type: ignore[attr-defined]
        found.setdefault(row.link[1]["ref"], row)
    return found
