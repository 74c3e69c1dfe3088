"""Owners of houses as the office and they themselves see them: shares, terms, closed months, money moved. Read-only.

Verbs: `owners_of`, `terms_of`, `months`, `statement`, `movements`, `standing`, `preview`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from domain.access import Scope
from domain.records.owner_months import RECOVERED, closed, next_month, reserve_of
from domain.records.owner_statements import Prepared, month_after, prepare
from domain.reports.finding import Found, Wanted, every_word, page_of
from domain.rules.expenses import CATEGORIES
from domain.rules.planned import TYPE_WORDS
from domain.words import N_, Refused, Sentence, Trace, trace_from
from models import (
    Business,
    ManagementTerms,
    OwnerMovement,
    OwnerStatement,
    Person,
    Property,
    PropertyOwner,
    db,
)

MOVEMENT_WORDS = {
    "payout": N_("Paid out"),
    "contribution": N_("Put in"),
    "taken_back": N_("Taken back"),
}
BASE_WORDS = {"collected": N_("of what is collected"), "charged": N_("of the rent charged")}


@dataclass(frozen=True, slots=True)
class Owner:
    """One share of a property, from a day until a day (None: until further notice)."""

    person_id: int
    person_ref: str
    number: str
    name: str
    percent: Decimal
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Told:
    """A closed month of one owner, as a list shows it."""

    ref: str
    house: str
    house_ref: str
    owner: str
    period_from: date
    period_to: date
    currency: str
    net_minor: int
    available_minor: int


@dataclass(frozen=True, slots=True)
class Moved:
    """Money paid out to an owner or put in. `standing`: it may still be taken back."""

    ref: str
    owner: str
    on: date
    what: Sentence
    reference: str
    amount_minor: int
    currency: str
    standing: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed to one owner of a property now; `reserve_minor` of it is kept for repairs."""

    person_ref: str
    name: str
    amount_minor: int
    reserve_minor: int = 0

    @property
    def available_minor(self) -> int:
        """What may be paid out."""
        return max(self.amount_minor - self.reserve_minor, 0)


def owners_of(scope: Scope, house: Property) -> list[Owner]:
    """Every share of the property, the present ones first. A landlord sees their own."""
    query = (
        scope.select(
            PropertyOwner, PropertyOwner.person_id, Person.ref, Person.number, Person.name, PropertyOwner.share_percent,
            PropertyOwner.from_on, PropertyOwner.until_on,
        )
        .join(Person, Person.id == PropertyOwner.person_id)
        .where(PropertyOwner.property_id == house.id)
        .order_by(PropertyOwner.from_on.desc(), PropertyOwner.id)
    )  # fmt: skip
    return [Owner(*row) for row in db.session.execute(query)]


def terms_of(scope: Scope, house: Property) -> Sequence[ManagementTerms]:
    """The terms on which the property is managed, the newest first."""
    query = scope.select(ManagementTerms).where(ManagementTerms.property_id == house.id)
    return db.session.scalars(query.order_by(ManagementTerms.from_on.desc())).all()


def months(scope: Scope, wanted: Wanted, house: Property | None = None) -> Found[Told]:
    """One page of closed months, the newest first; of one property where it is named."""
    query = (
        scope.select(
            OwnerStatement, OwnerStatement.ref, Property.name, Property.ref, Person.name, OwnerStatement.period_from,
            OwnerStatement.period_to, OwnerStatement.currency, OwnerStatement.net_minor, OwnerStatement.body,
        )
        .join(Property, Property.id == OwnerStatement.property_id)
        .join(Person, Person.id == OwnerStatement.person_id)
    )  # fmt: skip
    if house is not None:
        query = query.where(OwnerStatement.property_id == house.id)
    words = every_word(wanted.q, (Property.name, Person.name))
    query = query if words is None else query.where(words)
    order = [OwnerStatement.period_from.desc(), Property.name, OwnerStatement.id]
    found = page_of(query, wanted, order)
    rows = [_told(list(row)) for row in found.rows]
    return Found(rows, found.total, found.page, found.pages, found.per_page)


def _told(cells: list[Any]) -> Told:
    body = cells.pop()
    return Told(*[*cells, body["account"]["available_minor"]])


def movements(scope: Scope, house: Property) -> list[Moved]:
    """What moved between the business and the owners of a property, the newest first."""
    query = (
        scope.select(OwnerMovement, OwnerMovement, Person.name)
        .join(Person, Person.id == OwnerMovement.person_id)
        .where(OwnerMovement.property_id == house.id)
        .order_by(OwnerMovement.moved_on.desc(), OwnerMovement.id.desc())
    )
    rows = db.session.execute(query).all()
    gone = {row.about_id for row, _ in rows}
    return [
        Moved(
            row.ref, name, row.moved_on, Sentence(MOVEMENT_WORDS[row.type]), row.reference, row.amount_minor,
            row.currency, row.about_id is None and row.id not in gone,
        )
        for row, name in rows
    ]  # fmt: skip


def movement(scope: Scope, row: OwnerMovement) -> tuple[Property, Moved]:
    """One movement and its property."""
    house = db.session.scalars(scope.select(Property).where(Property.id == row.property_id)).one()
    return house, next(one for one in movements(scope, house) if one.ref == row.ref)


def house_of(scope: Scope, row: OwnerStatement) -> Property:
    """The property of a statement."""
    return db.session.scalars(scope.select(Property).where(Property.id == row.property_id)).one()


def standing(scope: Scope, house: Property, on: date) -> list[Owed]:
    """What is owed to each owner now: their closed months and what moved since."""
    owed: dict[int, int] = {}
    for model, column in (
        (OwnerStatement, OwnerStatement.net_minor),
        (OwnerMovement, OwnerMovement.amount_minor),
    ):
        query = (
            scope.select(model, model.person_id, func.sum(column))
            .where(model.property_id == house.id)
            .group_by(model.person_id)
        )
        for person_id, amount in db.session.execute(query):
            owed[person_id] = owed.get(person_id, 0) + int(amount)
    people = {one.person_id: one for one in owners_of(scope, house)}
    return [
        Owed(
            one.person_ref, one.name, owed.get(person_id, 0), reserve_of(db.session, house.id, person_id, on)
        )
        for person_id, one in sorted(people.items(), key=lambda pair: pair[1].name)
    ]


def to_close(scope: Scope, house: Property, today: date) -> date | None:
    """The first day of the month that can be closed next; None while none is over, or for whom may not see them all."""
    if not scope.may("owners"):
        return None
    month = next_month(closed(db.session, house.id))
    if month is None:
        first = db.session.scalar(
            select(func.min(PropertyOwner.from_on)).where(PropertyOwner.property_id == house.id)
        )
        last = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        month = max(first, last) if first else None
    return month if month and month_after(month) <= today else None


def preview(scope: Scope, house: Property, first: date) -> Prepared:
    """The month as it would be closed now. Raises Refused as `prepare` does, NotAllowed."""
    scope.require("owners")
    currency = db.session.scalar(select(Business.currency)) or "USD"
    return prepare(db.session, house, first, currency)


def line_words(type_: str) -> Sentence:
    """What a line of income is called."""
    if type_ == RECOVERED:
        return Sentence(N_("Received after it was written off"))
    return Sentence(TYPE_WORDS.get(type_, type_))


def spent_words(line: Mapping[str, Any]) -> Sentence:
    """What a line of expenses is called."""
    return Sentence(CATEGORIES.get(str(line["category"]), str(line["category"])))


def why_of(body: Mapping[str, Any]) -> Trace:
    """The reason that was frozen with a month."""
    return trace_from(body["month"]["why"])


def first_month(text: str) -> date:
    """The month that an address names ("2026-05"). Raises Refused for anything else."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Refused(
            Sentence(N_("Name the month as year and month, for example 2026-05.")), "month"
        ) from error
