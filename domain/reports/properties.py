"""Houses, their units, and who lives there. Verbs: `properties`, `units_of`, `stays_of`, `unit_choices`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from domain.access import Scope
from domain.kinds import kind_of
from domain.reports import word_search
from domain.reports.finding import Found, Wanted, order, page_of
from domain.reports.office_views import Holder, holders_of
from domain.rules.rent_terms import FOREVER
from models import Agreement, Property, Unit, db

_UNITS = (
    select(func.count(Unit.id)).where(Unit.property_id == Property.id).correlate(Property).scalar_subquery()
)
SORTS: dict[str, Any] = {"name": Property.name, "jurisdiction": Property.jurisdiction, "units": _UNITS}


@dataclass(frozen=True, slots=True)
class House:
    """One line of the list."""

    ref: str
    name: str
    address: str
    jurisdiction: str
    units: int


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody's stay in a unit; `last_on` is None while nobody has said when it ends.

    `fixed_until`: the last day of the agreed term of a stay that goes on month to month after it.
    """

    agreement_ref: str
    number: str
    first_on: date
    last_on: date | None
    holders: Sequence[Holder]
    fixed_until: date | None = None


@dataclass(frozen=True, slots=True)
class Let:
    """A unit, who lives in it on the day asked about, and who comes next."""

    unit: Unit
    now: Stay | None
    following: Stay | None


def properties(scope: Scope, wanted: Wanted) -> Found[House]:
    """One page of properties."""
    query = scope.select(
        Property, Property.ref, Property.name, Property.address, Property.jurisdiction, _UNITS
    )
    words = word_search.fits(wanted.q, word_search.properties(Property.id))
    query = query if words is None else query.where(words)
    found = page_of(query, wanted, order(wanted, SORTS, "name", Property.id))
    return Found([House(*row) for row in found.rows], found.total, found.page, found.pages, found.per_page)


def units_of(scope: Scope, house: Property, on: date) -> list[Let]:
    """The units of a property by name, and who lives in each on a day."""
    units = list(
        db.session.scalars(scope.select(Unit).where(Unit.property_id == house.id).order_by(Unit.name))
    )
    stays = stays_of(scope, units)
    return [_let(unit, stays.get(unit.id, []), on) for unit in units]


def let(scope: Scope, unit: Unit, on: date) -> Let:
    """One unit, and who lives in it on a day."""
    return _let(unit, stays_of(scope, [unit]).get(unit.id, []), on)


def _let(unit: Unit, stays: Sequence[Stay], on: date) -> Let:
    here = next((one for one in stays if one.first_on <= on <= (one.last_on or date.max)), None)
    coming = next((one for one in stays if one.first_on > on), None)
    return Let(unit, here, coming)


def stays_of(scope: Scope, units: Sequence[Unit]) -> Mapping[int, list[Stay]]:
    """Unit id -> every stay in it, oldest first."""
    rows = list(
        db.session.scalars(
            scope.select(Agreement)
            .where(Agreement.unit_id.in_([unit.id for unit in units]), Agreement.status != "undone")
            .order_by(Agreement.start_on, Agreement.id)
        )
    )
    holders = holders_of([row.id for row in rows])
    found: dict[int, list[Stay]] = defaultdict(list)
    for row in rows:
        last = kind_of(row.kind).read(row).last_on
        ends = None if last >= FOREVER else last
        fixed = row.ends_on if ends is None else None
        found[row.unit_id].append(
            Stay(row.ref, row.number, row.start_on, ends, holders.get(row.id, []), fixed)
        )
    return found


def unit_choices(scope: Scope) -> list[tuple[str, str]]:
    """(ref, "house · unit") of every unit, for a form to choose from."""
    query = (
        scope.select(Unit, Unit.ref, Property.name, Unit.name)
        .join(Property, Property.id == Unit.property_id)
        .order_by(Property.name, Unit.name)
    )
    return [(ref, f"{house} · {name}") for ref, house, name in db.session.execute(query)]
