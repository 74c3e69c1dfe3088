"""What reports over many agreements share: which agreements are asked about, and what stands in the rows of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from domain.access import Scope
from domain.reports.office_views import holders_of
from domain.reports.sheet import Asked, Link, Value
from models import Agreement, Property, Unit, db

NO_BRANCH = "-"
"""What the address says for agreements that no branch looks after."""
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Named:
    """What a row says of its agreement: its number, where it is, who is on it, and its page."""

    number: str
    place: str
    who: str
    link: Link

    @property
    def values(self) -> Mapping[str, Value]:
        return {"agreement": self.number, "place": self.place, "who": self.who}


def agreements(scope: Scope, asked: Asked) -> Select[Any]:
    """SELECT of the ids of the agreements that a report is narrowed to."""
    query = scope.select(Agreement, Agreement.id).where(Agreement.status != "undone")
    if asked.kind:
        query = query.where(Agreement.kind == asked.kind)
    if asked.branch:
        query = query.where(Agreement.branch == ("" if asked.branch == NO_BRANCH else asked.branch))
    if asked.property_ref:
        units = select(Unit.id).join(Property, Property.id == Unit.property_id)
        query = query.where(Agreement.unit_id.in_(units.where(Property.ref == asked.property_ref)))
    return query


def named(ids: Iterable[int], page: str = "office.agreement") -> dict[int, Named]:
    """Agreement id -> what its row says; `page`: the endpoint that its number opens."""
    wanted, found = sorted(set(ids)), {}
    for first in range(0, len(wanted), AT_ONCE):
        some = wanted[first : first + AT_ONCE]
        people = holders_of(some)
        rows = db.session.execute(
            select(Agreement.id, Agreement.number, Agreement.ref, Property.name, Unit.name)
            .outerjoin(Unit, Unit.id == Agreement.unit_id)
            .outerjoin(Property, Property.id == Unit.property_id)
            .where(Agreement.id.in_(some))
        )
        for key, number, ref, house, unit in rows:
            who = ", ".join(one.name for one in people.get(key, ()))
            found[key] = Named(number, f"{house} · {unit}" if unit else "", who, (page, {"ref": ref}))
    return found


def again(name: str, asked: Asked, **more: str) -> Link:
    """A link to the report `name` with the same narrowing and days, and more."""
    kept = {key: getattr(asked, key) for key in ("property_ref", "kind", "branch") if getattr(asked, key)}
    days = {key: _day(getattr(asked, key)) for key in ("on", "since", "until")}
    return "office.report", {"name": name, **kept, **days, **more}


def _day(day: date) -> str:
    return day.isoformat()
