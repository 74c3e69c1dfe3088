"""What the end of a month asks for over all houses: the months to close, and what the owners may be paid. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.access import Scope
from domain.records.owner_statements import month_after
from domain.reports import owners
from domain.words import Refused, Sentence
from models import Property, db


@dataclass(frozen=True, slots=True)
class ToClose:
    """A month of a house that is over and not closed; `why_not` where it cannot be, else what it would say."""

    house_ref: str
    house: str
    first: date
    net_minor: int = 0
    fee_minor: int = 0
    owners: int = 0
    why_not: Sentence | None = None

    @property
    def last(self) -> date:
        """The month's last day."""
        return month_after(self.first) - timedelta(days=1)

    @property
    def key(self) -> str:
        return f"{self.house_ref}:{self.first:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Payable:
    """What may be paid out to one owner of one house."""

    house_ref: str
    house: str
    person_ref: str
    owner: str
    available_minor: int
    reserve_minor: int

    @property
    def key(self) -> str:
        return f"{self.house_ref}:{self.person_ref}"


def houses(scope: Scope) -> Sequence[Property]:
    """Every property the person may see, by name."""
    return db.session.scalars(scope.select(Property).order_by(Property.name, Property.id)).all()


def months_to_close(scope: Scope, today: date) -> list[ToClose]:
    """The next month of every house that is over and not closed, the oldest first."""
    scope.require("owners")
    found = []
    for house in houses(scope):
        first = owners.to_close(scope, house, today)
        if first is None:
            continue
        try:
            month = owners.preview(scope, house, first)
            result = month.result
            told = ToClose(
                house.ref, house.name, first, result.net_minor, result.fee_minor, len(month.bodies)
            )
        except Refused as refused:
            told = ToClose(house.ref, house.name, first, why_not=refused.sentence)
        found.append(told)
    return sorted(found, key=lambda one: (one.first, one.house))


def payable(scope: Scope, today: date) -> list[Payable]:
    """Every owner of every house to whom something may be paid out now, by house and name."""
    scope.require("owners")
    return [
        Payable(house.ref, house.name, one.person_ref, one.name, one.available_minor, one.reserve_minor)
        for house in houses(scope)
        for one in owners.standing(scope, house, today)
        if one.available_minor
    ]
