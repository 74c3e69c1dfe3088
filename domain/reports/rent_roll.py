"""The rent roll as of a day: every unit with its lease, by property, with exact sums. Verbs: `make`, `page`, `changed`.

Its balances are those of `domain.reports.as_of`, as are those of the delinquency report, so the two tie. Former and
coming tenants stand in a row of their own below each property, so that all of it is what the books say of rentals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from sqlalchemy import Select, func, select

from domain.access import Scope
from domain.reports.rent_roll_columns import COLUMNS, TITLE
from domain.reports.rent_roll_rows import rows_of
from domain.reports.rent_roll_sums import Key, Sums, all_of, sums_of
from domain.reports.sheet import Asked, Row, Sheet, Value
from domain.rules.money import round_ratio
from domain.words import N_, Money, Sentence
from models import Business, Property, Unit, db

PER_PAGE = 50
CHUNK = 500
NOTES = (
    Sentence(
        N_("As known now: what counts for a day is what was agreed and posted with effect by that day.")
    ),
    Sentence(
        N_(
            "What is due on the day is late once the day is over: until then it stands with what is not yet due."
        )
    ),
    Sentence(N_("Gross potential rent is the rent of let units and the market rent of empty ones.")),
    Sentence(N_("Weekly rent counts 52/12 of a month, every two weeks 26/12, twice a month 2.")),
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the rent roll: its sheet holds the rows of this page, with the totals of all. `pages` in all."""

    sheet: Sheet
    sums: Mapping[str, Sums]
    units: int
    number: int
    pages: int


def make(scope: Scope, asked: Asked) -> Sheet:
    """The whole rent roll; its rows are read as they are asked for."""
    currency = home_currency()
    found = _sums(scope, asked, currency)
    rows = _every_row(scope, asked, currency, found)
    return _sheet(asked, currency, rows, all_of(found))


def page(scope: Scope, asked: Asked, number: int) -> Page:
    """Page `number` (from 1) of units by property; sums of properties stand below their last unit."""
    currency = home_currency()
    found = _sums(scope, asked, currency)
    query = units_of(scope, asked)
    units = sum(one.units for one in found.values())
    pages = max(-(-units // PER_PAGE), 1)
    number = min(max(number, 1), pages)
    some = query.limit(PER_PAGE + 1).offset((number - 1) * PER_PAGE)
    rows = list(_rows(scope, asked, currency, found, some, most=PER_PAGE))
    sums = all_of(found)
    return Page(_sheet(asked, currency, rows, sums), sums, units, number, pages)


def home_currency() -> str:
    """The currency of the business: that of market rents, and of units nobody lives in."""
    return db.session.scalar(select(Business.currency).limit(1)) or "USD"


def _sums(scope: Scope, asked: Asked, currency: str) -> dict[Key, Sums]:
    wanted = None
    if asked.property_ref:
        house = scope.select(Property, Property.id).where(Property.ref == asked.property_ref)
        wanted = db.session.scalar(house) or 0
    return sums_of(scope, asked.on, today=asked.today, currency=currency, property_id=wanted)


def units_of(scope: Scope, asked: Asked) -> Select[Any]:
    """The units to list, in the order of their properties and names, as `rent_roll_units` reads them."""
    query = (
        scope.select(
            Unit, Unit.id, Unit.ref, Unit.name, Unit.beds, Unit.baths, Unit.size, Unit.market_rent_minor,
            Unit.property_id, Property.name.label("property"), Property.ref.label("property_ref"),
        )
        .join(Property, Property.id == Unit.property_id)
        .order_by(Property.name, Property.id, Unit.name, Unit.id)
    )  # fmt: skip
    return query.where(Property.ref == asked.property_ref) if asked.property_ref else query


def _every_row(scope: Scope, asked: Asked, currency: str, found: Mapping[Key, Sums]) -> Iterator[Row]:
    """The rows of all units, read house by house, so that a file of any length takes the memory of one house."""
    query = units_of(scope, asked)
    houses = (
        query.with_only_columns(Unit.property_id)
        .group_by(Unit.property_id, Property.name, Property.id)
        .order_by(None)
        .order_by(Property.name, Property.id)
    )
    for house in db.session.scalars(houses).all():
        yield from _rows(scope, asked, currency, found, query.where(Unit.property_id == house))


def _rows(
    scope: Scope, asked: Asked, currency: str, found: Mapping[Key, Sums], query: Select[Any], *, most: int = 0
) -> Iterator[Row]:
    """Rows of units with the sums of each property below its last one; at most `most` units (0: all)."""
    units: Sequence[Any] = db.session.execute(query).all()
    following = units[most].property_id if most and len(units) > most else None
    units = units[:most] if most else units
    for _, whole in groupby(units, key=lambda unit: unit.property_id):
        of_house = list(whole)
        for first in range(0, len(of_house), CHUNK):
            some = of_house[first : first + CHUNK]
            yield from rows_of(scope, some, asked.on, today=asked.today, currency=currency)
        last = of_house[-1]
        if last is not units[-1] or last.property_id != following:
            yield from _house_sums(last, found)


def _house_sums(unit: Any, found: Mapping[Key, Sums]) -> Iterator[Row]:
    for (property_id, currency), one in found.items():
        if property_id == unit.property_id:
            yield from sum_rows(one, currency, unit.property, "subtotal")


def sum_rows(one: Sums, currency: str, name: Value, kind: str) -> Iterator[Row]:
    """The sums of a property, or of all: its units and leases, then who does not live there and still owes."""
    values: dict[str, Value] = {
        "property": name, "currency": currency, "unit": _units(one.units),
        "size": one.size or None, "status": occupied(one), "market_rent": one.market_minor,
        "rent": one.rent_minor, "other_charges": one.other_charges_minor, "total_charges": one.total_charges_minor,
        "concession": one.concession_minor or None, "deposit": one.deposit_minor, "past_due": one.past_due_minor,
        "prepaid": one.prepaid_minor, "balance": one.balance_minor, "not_yet_due": one.not_yet_due_minor,
    }  # fmt: skip
    yield Row(values, kind=kind)
    if one.others:
        words = Sentence(N_("Former and coming tenants"))
        others: dict[str, Value] = {"property": name, "currency": currency, "tenants": words}
        yield Row(others | {"balance": one.others_minor}, kind=kind)


def _units(count: int) -> Sentence:
    return Sentence(N_("1 unit")) if count == 1 else Sentence(N_("%(count)s units"), {"count": count})


def occupied(one: Sums) -> Value:
    """How many of the units that could be let are lived in, in words; nothing where there is none."""
    if one.to_let <= 0:
        return None
    return Sentence(N_("%(percent)s %% occupied"), {"percent": str(occupied_percent(one))})


def occupied_percent(one: Sums) -> Decimal:
    """The share of the units to let that are occupied, in percent with one decimal."""
    exact = Fraction(one.occupied * 1000, max(one.to_let, 1))
    return Decimal(round_ratio(exact.numerator, exact.denominator)).scaleb(-1)


def _sheet(asked: Asked, currency: str, rows: Any, sums: Mapping[str, Sums]) -> Sheet:
    totals = []
    for code, one in sums.items():
        totals += list(sum_rows(one, code, Sentence(N_("Total")), "total"))
        totals += [
            Row({"property": Sentence(words), "currency": code, "rent": amount}, kind="total")
            for words, amount in charges_of(one)
            if amount
        ]
        if one.others:
            words = Sentence(N_("All rentals, as the books have them"))
            whole = one.balance_minor + one.others_minor
            totals.append(Row({"property": words, "currency": code, "balance": whole}, kind="total"))
    lead = [
        (Money(one.rent_minor, code), Sentence(N_("rent a month"))) for code, one in sums.items() if one.units
    ]
    lead += [
        (Money(one.past_due_minor, code), Sentence(N_("past due")))
        for code, one in sums.items()
        if one.units or one.past_due_minor
    ]
    return Sheet("rent_roll", TITLE, asked, COLUMNS, rows, totals, NOTES, currency=currency, lead=lead)


def charges_of(one: Sums) -> list[tuple[str, int]]:
    """What a month comes to by type of charge: (words, minor units)."""
    return [
        (N_("Rent"), one.rent_minor),
        (N_("Add-ons"), one.addon_minor),
        (N_("Utilities"), one.utility_minor),
        (N_("Concessions"), -one.concession_minor),
        (N_("Gross potential rent"), one.potential_minor),
    ]


def unit_count(scope: Scope, asked: Asked) -> int:
    """How many units there are to list."""
    return db.session.scalar(select(func.count()).select_from(units_of(scope, asked).subquery())) or 0
