"""What a unit's page tells beside its stays: its status, when it was not to let, what it could be let for, who asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from domain.access import Scope
from domain.reports.unit_stays import statuses
from domain.rules.unit_status import NAMES, OFF_MARKET, VACANT_RENTED, VACANT_UNRENTED
from domain.words import Sentence
from models import Agreement, MarketRent, MoveNotice, OffMarket, Person, RentalApplication, Unit, db

_LOOKS = {VACANT_RENTED: "info", VACANT_UNRENTED: "warning", OFF_MARKET: "", "current": "success"}
"""Status -> how its badge looks; any other is a warning."""


@dataclass(frozen=True, slots=True)
class Status:
    """A status as pages show it."""

    key: str
    name: Sentence
    look: str


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """Notice that was given; `open` while it stands and the day has not passed."""

    agreement_ref: str
    number: str
    given_on: date
    leaves_on: date
    given_by: str
    withdrawn_on: date | None


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody who asks for the unit."""

    ref: str
    name: str
    state: str
    received_on: date
    wanted_from: date | None


@dataclass(frozen=True, slots=True)
class Life:
    """Everything of one unit, newest first."""

    status: Status
    market_rents: Sequence[MarketRent]
    off_market: Sequence[OffMarket]
    notices: Sequence[NoticeLine]
    asking: Sequence[Asking]


def status_of(key: str) -> Status:
    return Status(key, Sentence(NAMES[key]), _LOOKS.get(key, "warning"))


def shown_statuses(scope: Scope, units: Sequence[Unit], on: date, zone: ZoneInfo) -> dict[int, Status]:
    """Unit id -> its status on a day, as pages show it."""
    found = statuses(scope, [unit.id for unit in units], on, zone)
    return {unit_id: status_of(key) for unit_id, key in found.items()}


def life(scope: Scope, unit: Unit, on: date, zone: ZoneInfo) -> Life:
    """What is known of a unit as of a day, with all its days off the market and its rents."""
    rents = scope.select(MarketRent).where(MarketRent.unit_id == unit.id)
    closed = scope.select(OffMarket).where(OffMarket.unit_id == unit.id)
    return Life(
        status=shown_statuses(scope, [unit], on, zone)[unit.id],
        market_rents=db.session.scalars(
            rents.order_by(MarketRent.from_on.desc(), MarketRent.id.desc())
        ).all(),
        off_market=db.session.scalars(closed.order_by(OffMarket.from_on.desc())).all(),
        notices=_notices(scope, unit),
        asking=_asking(scope, unit) if scope.staff else (),
    )


def _notices(scope: Scope, unit: Unit) -> list[NoticeLine]:
    query = (
        scope.select(MoveNotice)
        .add_columns(Agreement.ref, Agreement.number)
        .join(Agreement, Agreement.id == MoveNotice.agreement_id)
        .where(Agreement.unit_id == unit.id)
        .order_by(MoveNotice.given_on.desc(), MoveNotice.id.desc())
    )
    return [
        NoticeLine(ref, number, row.given_on, row.leaves_on, row.given_by, row.withdrawn_on)
        for row, ref, number in db.session.execute(query)
    ]


def _asking(scope: Scope, unit: Unit) -> list[Asking]:
    """Who asked and has not moved in, turned down or thought better of it."""
    query = (
        scope.select(RentalApplication)
        .add_columns(Person.name)
        .join(Person, Person.id == RentalApplication.person_id)
        .where(RentalApplication.unit_id == unit.id, RentalApplication.agreement_id.is_(None))
        .where(RentalApplication.state.in_(("received", "approved")))
        .order_by(RentalApplication.received_on.desc(), RentalApplication.id.desc())
    )
    return [
        Asking(row.ref, name, row.state, row.received_on, row.wanted_from)
        for row, name in db.session.execute(query)
    ]
