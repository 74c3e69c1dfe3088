"""The rent roll in sums: by property and currency, exact whatever the size of the book. Verb: `sums_of`.

What can be summed where the rows are is summed there: units, the months of plain leases, the money. Leases with a
frequency of their own, concessions or shares are read one by one, as their rows are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
)

from domain.access import Scope
from domain.reports import rent_roll_money
from domain.rules.documents import from_document
from domain.rules.rent_roll import month_of
from domain.rules.rent_terms import RentTerms
from models import Agreement, MarketRent, OffMarket, Unit, db


@dataclass(slots=True)
class Sums:
    """Sums of units and of the leases of the day; money in minor units.

    `empty_market_minor` is the market rent of units where nobody lives. `others_minor` is what former and coming
    tenants owe (below zero, their credit): with `balance_minor` it makes everything in the books.
    """

    units: int = 0
    occupied: int = 0
    off_market: int = 0
    size: int = 0
    market_minor: int = 0
    empty_market_minor: int = 0
    leases: int = 0
    rent_minor: int = 0
    addon_minor: int = 0
    utility_minor: int = 0
    concession_minor: int = 0
    deposit_minor: int = 0
    past_due_minor: int = 0
    not_yet_due_minor: int = 0
    prepaid_minor: int = 0
    balance_minor: int = 0
    others_minor: int = 0
    others: int = 0

    def add(self, other: Sums) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    @property
    def to_let(self) -> int:
        """Units that are let or could be: all but those off the market."""
        return self.units - self.off_market

    @property
    def potential_minor(self) -> int:
        """Gross potential rent: what let units are let for, and what empty ones could be."""
        return self.rent_minor + self.empty_market_minor

    @property
    def other_charges_minor(self) -> int:
        return self.addon_minor + self.utility_minor

    @property
    def total_charges_minor(self) -> int:
        return self.rent_minor + self.other_charges_minor - self.concession_minor


Key = tuple[int | None, str]
"""A property's id (None: agreements of no unit) and a currency."""


def here_on(on: date) -> ColumnElement[bool]:
    """Whether a rental runs on the day: begun, and not ended by what was agreed or by moving out."""
    goes_on = Agreement.terms[("terms", "goes_on")].as_boolean()
    return and_(
        Agreement.unit_id.is_not(None),
        Agreement.start_on <= on,
        or_(Agreement.ended_on.is_(None), Agreement.ended_on >= on),
        or_(Agreement.ends_on.is_(None), Agreement.ends_on >= on, goes_on.is_(True)),
    )


def sums_of(
    scope: Scope, on: date, *, today: date, currency: str, property_id: int | None = None
) -> dict[Key, Sums]:
    """(property's id, currency) -> its sums as of the day; of one property where that is asked."""
    found: dict[Key, Sums] = defaultdict(Sums)
    leases = scope.select(Agreement).where(Agreement.kind == "rental", Agreement.status != "undone")
    units = scope.select(Unit)
    if property_id is not None:
        units = units.where(Unit.property_id == property_id)
        leases = leases.where(Agreement.unit_id.in_(select(Unit.id).where(Unit.property_id == property_id)))
    _units(found, units, leases, on, currency)
    _plain_months(found, leases, on)
    _other_months(found, leases, on)
    rent_roll_money.add_money(found, leases, here_on(on), on, today=today)
    return dict(found)


def _units(found: dict[Key, Sums], units: Select[Any], leases: Select[Any], on: date, currency: str) -> None:
    lived_in = leases.with_only_columns(Agreement.unit_id).where(here_on(on)).distinct().subquery()
    off = (
        select(OffMarket.unit_id)
        .where(OffMarket.from_on <= on, or_(OffMarket.until_on.is_(None), OffMarket.until_on >= on))
        .distinct()
        .subquery()
    )
    dated = (
        select(MarketRent.amount_minor)
        .where(MarketRent.unit_id == Unit.id, MarketRent.from_on <= on)
        .order_by(MarketRent.from_on.desc())
        .limit(1)
        .correlate(Unit)
        .scalar_subquery()
    )
    some = db.session.scalar(select(MarketRent.id).limit(1)) is not None
    market = func.coalesce(dated, Unit.market_rent_minor) if some else Unit.market_rent_minor
    let = lived_in.c.unit_id.is_not(None)
    query = (
        units.with_only_columns(
            Unit.property_id,
            func.count(),
            func.count(lived_in.c.unit_id),
            func.sum(case((and_(~let, off.c.unit_id.is_not(None)), 1), else_=0)),
            func.coalesce(func.sum(Unit.size), 0),
            func.sum(market),
            func.sum(case((let, 0), else_=market)),
        )
        .outerjoin(lived_in, lived_in.c.unit_id == Unit.id)
        .outerjoin(off, off.c.unit_id == Unit.id)
        .group_by(Unit.property_id)
    )
    for property_id, count, lived, closed, size, rent, empty in db.session.execute(query):
        one = found[property_id, currency]
        one.units, one.occupied, one.off_market, one.size = count, lived, int(closed), int(size)
        one.market_minor, one.empty_market_minor = int(rent), int(empty)


def _own_rules() -> ColumnElement[bool]:
    """Whether a lease is more than lines a month: read one by one."""
    names = ("frequency", "concessions", "shares")
    return or_(*(Agreement.terms[("terms", name)].as_string().is_not(None) for name in names))


def _plain_months(found: dict[Key, Sums], leases: Select[Any], on: date) -> None:
    """Leases by the month with nothing given away: their lines of the day, summed by the database."""
    line, amount, type_, first, last = _lines()
    query = (
        leases.with_only_columns(
            Unit.property_id, Agreement.currency, type_.label("line_type"), func.sum(amount)
        )
        .join(Unit, Unit.id == Agreement.unit_id)
        .join(line, literal_column("1=1"))
        .where(here_on(on), ~_own_rules())
        .where(or_(first.is_(None), first <= on.isoformat()), or_(last.is_(None), last >= on.isoformat()))
        .group_by(Unit.property_id, Agreement.currency, "line_type")
    )
    for property_id, currency, name, total in db.session.execute(query):
        one = found[property_id, currency]
        setattr(one, f"{name}_minor", getattr(one, f"{name}_minor") + int(total))


_SAID = ("amount_minor", "type", "from_on", "until_on")


def _lines() -> tuple[Any, ...]:
    """The lines of the terms as rows, each database in its own words: (rows, amount, type, from, until)."""
    if db.session.get_bind().dialect.name == "sqlite":
        rows = func.json_each(Agreement.terms, "$.terms.lines").table_valued("value", name="line")
        said = [func.json_extract(rows.c.value, f"$.{name}") for name in _SAID]
        return rows, *said
    lines = Agreement.terms["terms"]["lines"]
    rows = func.json_array_elements(lines).table_valued("value", name="line").render_derived()
    value = rows.c.value
    amount, *rest = (value.op("->>")(name) for name in _SAID)
    return rows, cast(amount, BigInteger), *rest


def _other_months(found: dict[Key, Sums], leases: Select[Any], on: date) -> None:
    query = (
        leases.with_only_columns(Unit.property_id, Agreement.currency, Agreement.terms)
        .join(Unit, Unit.id == Agreement.unit_id)
        .where(here_on(on), _own_rules())
    )
    for property_id, currency, document in db.session.execute(query):
        month = month_of(from_document(RentTerms, document["terms"]), on)
        one = found[property_id, currency]
        one.rent_minor += month.rent_minor
        one.addon_minor += month.addon_minor
        one.utility_minor += month.utility_minor
        one.concession_minor += month.concession_minor


def all_of(found: Mapping[Key, Sums]) -> dict[str, Sums]:
    """Currency -> the sums of all properties."""
    sums: dict[str, Sums] = defaultdict(Sums)
    for (_, currency), one in found.items():
        sums[currency].add(one)
    return dict(sorted(sums.items()))
