"""Find anything the office works with by what is printed on paper or said on the telephone."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import func

from domain.access import Scope, any_of
from domain.records.ready_made import ReadyMade
from domain.reports import agreement_list, payment_desk, people, word_search
from domain.reports.finding import Found
from domain.reports.office_views import Held
from domain.reports.payments import Line, lines, read
from domain.reports.people import Known
from domain.rules.money import parse_amount_any
from domain.words import Refused
from models import Agreement, Payment, Person, Property, Unit, db

EACH = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """The one thing that bears a number: `what` is person, agreement or payment."""

    what: str
    ref: str


@dataclass(frozen=True, slots=True)
class Place:
    """A property, or a unit of it: `what` is property or unit."""

    what: str
    ref: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Everything:
    """At most ten of each, and how many there are of the first two."""

    people: Found[Known]
    agreements: Found[Held]
    places: Sequence[Place]
    payments: Sequence[Line]

    @property
    def nothing(self) -> bool:
        return not (self.people.total or self.agreements.total or self.places or self.payments)


def exact(scope: Scope, number: str) -> Hit | None:
    """What has exactly this number or reference, in any case; None when nothing does."""
    for what, find in (
        ("agreement", agreement_list.exact),
        ("person", people.exact),
        ("payment", payment_desk.exact),
    ):
        if ref := find(scope, number):
            return Hit(what, ref)
    return None


@dataclass(frozen=True, slots=True)
class Matches:
    """Ids of what is shown, at most ten of each, and how many people and agreements there are."""

    people: Sequence[int]
    people_total: int
    agreements: Sequence[int]
    agreements_total: int
    places: Sequence[Place]
    payments: Sequence[int]


def search(scope: Scope, q: str, on: date, now: datetime) -> Everything:
    """People, agreements, properties, units and payments that fit the words, with how they stand on a day."""
    found = matches(scope, q)
    return Everything(
        Found(people.these(scope, found.people, now), found.people_total, 1, 1, EACH),
        Found(agreement_list.these(scope, found.agreements, on), found.agreements_total, 1, 1, EACH),
        found.places,
        read(lines(scope).where(Payment.id.in_(found.payments)).limit(EACH)) if found.payments else [],
    )


def matches(scope: Scope, q: str) -> Matches:
    """What fits the words, before anything is worked out about it."""
    values: dict[str, Any] = {**scope.values, **word_search.values(q)}
    count = len(word_search.ranges(q))
    if not count:
        return Matches((), 0, (), 0, (), _of_amount(scope, q))
    door, ready = db.session.connection(), _ready(scope.role, scope.limited, count)
    who, what = ready["people"].all(door, values), ready["agreements"].all(door, values)
    houses, flats = ready["properties"].all(door, values), ready["units"].all(door, values)
    noted = [row[0] for row in ready["payments"].all(door, values)]
    found = [Place("property", *row) for row in houses]
    found += [Place("unit", ref, f"{house} · {name}", address) for ref, name, house, address in flats]
    return Matches(
        [row[0] for row in who], who[0][1] if who else 0,
        [row[0] for row in what], what[0][1] if what else 0,
        found[:EACH], [*noted, *_of_amount(scope, q)],
    )  # fmt: skip


@lru_cache(maxsize=64)
def _ready(role: str, limited: bool, count: int) -> dict[str, ReadyMade]:
    """The statements that find what fits so many words, for whoever has the role: making them costs more than they do.

    People and agreements come with how many there are in all.
    """
    scope, asked, total = any_of(role, limited), word_search.later(count), func.count().over()

    def fit(meets: word_search.Meets) -> Any:
        return word_search.every(asked, meets)

    flats = scope.select(Unit, Unit.ref, Unit.name, Property.name, Property.address)
    queries = {
        "people": scope.select(Person, Person.id, total)
        .where(fit(word_search.people(Person.id)))
        .order_by(Person.name, Person.id),
        "agreements": scope.select(Agreement, Agreement.id, total)
        .where(Agreement.status != "undone", fit(word_search.agreements(Agreement.id)))
        .order_by(Agreement.number),
        "properties": scope.select(Property, Property.ref, Property.name, Property.address)
        .where(fit(word_search.properties(Property.id)))
        .order_by(Property.name),
        "units": flats.join(Property, Property.id == Unit.property_id)
        .where(fit(word_search.units(Unit.id)))
        .order_by(Property.name, Unit.name),
        "payments": scope.select(Payment, Payment.id)
        .where(fit(word_search.payments(Payment.id)))
        .order_by(Payment.begun_at.desc()),
    }
    return {name: ReadyMade(query.limit(EACH)) for name, query in queries.items()}


def _of_amount(scope: Scope, q: str) -> Sequence[int]:
    """The payments of just that amount that were begun last; none where no amount was typed."""
    with suppress(Refused):
        amount = Payment.amount_minor == parse_amount_any(q, "USD")
        query = scope.select(Payment, Payment.id).where(amount).order_by(Payment.begun_at.desc())
        return db.session.scalars(query.limit(EACH)).all()
    return ()
