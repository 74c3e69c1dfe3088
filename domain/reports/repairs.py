"""Repairs: a tenant's own, the office's and landlords' list, one with its steps, the history of a unit. Read-only.

What a repair cost is for the business and the house's owners; notes marked inside are for the business alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from domain.access import Scope
from domain.reports.actors import Name, names_of
from domain.reports.finding import Found, Wanted, page_of
from domain.rules.repairs import OPEN, STATE_WORDS, URGENCY_SHORT
from domain.words import Sentence
from models import (
    Agreement,
    Expense,
    MaintenanceRequest,
    MaintenanceStep,
    Person,
    Property,
    Thread,
    ThreadFile,
    ThreadMessage,
    Unit,
    db,
)  # fmt: skip

LOOK = {"reported": "warning", "accepted": "info", "planned": "info", "done": "success"}
_FIRST = case(
    (MaintenanceRequest.urgency == "emergency", 0), (MaintenanceRequest.urgency == "soon", 1), else_=2
)


@dataclass(frozen=True, slots=True)
class Line:
    """A request as lists show it. `cost_minor` is what it cost in all that stands, None where nothing was written."""

    row: MaintenanceRequest
    unit: str
    unit_ref: str
    house: str
    person: str
    person_ref: str
    thread_ref: str
    agreement_ref: str
    expense_ref: str
    cost_minor: int | None
    currency: str

    @property
    def state(self) -> Sentence:
        return Sentence(STATE_WORDS[self.row.state])

    @property
    def urgency(self) -> Sentence:
        return Sentence(URGENCY_SHORT[self.row.urgency])

    @property
    def look(self) -> str:
        return LOOK.get(self.row.state, "")

    @property
    def open(self) -> bool:
        return self.row.state in OPEN


@dataclass(frozen=True, slots=True)
class Step:
    """What happened: `cost_minor` for those who may know it."""

    state: Sentence
    note: str
    inside: bool
    cost_minor: int | None
    at: datetime
    by: Name


def _query(scope: Scope) -> Any:
    return (
        scope.select(
            MaintenanceRequest, MaintenanceRequest, Unit.name, Unit.ref, Property.name, Person.name, Person.ref,
            Thread.ref, Agreement.ref, Expense.ref, Expense.amount_minor, Expense.currency,
        )
        .join(Unit, Unit.id == MaintenanceRequest.unit_id)
        .join(Property, Property.id == Unit.property_id)
        .outerjoin(Person, Person.id == MaintenanceRequest.person_id)
        .outerjoin(Thread, Thread.id == MaintenanceRequest.thread_id)
        .outerjoin(Agreement, Agreement.id == MaintenanceRequest.agreement_id)
        .outerjoin(Expense, Expense.id == MaintenanceRequest.expense_id)
    )  # fmt: skip


def _line(found: Any) -> Line:
    row, unit, unit_ref, house, person, person_ref, thread, agreement, expense, cost, currency = found
    return Line(
        row, unit, unit_ref, house, person or "", person_ref or "", thread or "", agreement or "", expense or "", cost,
        currency or "",
    )  # fmt: skip


def homes(scope: Scope) -> list[tuple[str, str]]:
    """(ref of the agreement, its name) of the homes of which a tenant may report something."""
    rows = db.session.execute(
        scope.select(Agreement, Agreement.ref, Property.name, Unit.name)
        .join(Unit, Unit.id == Agreement.unit_id)
        .join(Property, Property.id == Unit.property_id)
        .where(Agreement.status == "active")
        .order_by(Agreement.id)
        .limit(50)
    )
    return [(ref, f"{house} {unit}") for ref, house, unit in rows]


def one(scope: Scope, ref: str) -> Line | None:
    found = db.session.execute(_query(scope).where(MaintenanceRequest.ref == ref)).first()
    return _line(found) if found else None


def mine(scope: Scope, count: int = 50) -> list[Line]:
    """A tenant's, the newest first."""
    rows = db.session.execute(_query(scope).order_by(MaintenanceRequest.id.desc()).limit(count))
    return [_line(found) for found in rows]


def of_unit(scope: Scope, unit: Unit, count: int = 50) -> list[Line]:
    """The history of a unit, the newest first, whoever lived there."""
    query = _query(scope).where(MaintenanceRequest.unit_id == unit.id)
    return [
        _line(found)
        for found in db.session.execute(query.order_by(MaintenanceRequest.id.desc()).limit(count))
    ]


def listed(scope: Scope, wanted: Wanted) -> Found[Line]:
    """One page: those that are open, emergencies first, then the oldest; with filter state=over the others."""
    over = wanted.filters.get("state", "") == "over"
    query = _query(scope).where(
        MaintenanceRequest.state.not_in(OPEN) if over else MaintenanceRequest.state.in_(OPEN)
    )
    ordering: list[Any] = [_FIRST, MaintenanceRequest.id]
    if over:
        ordering = [MaintenanceRequest.finished_at.desc(), MaintenanceRequest.id.desc()]
    found = page_of(query, wanted, ordering)
    return Found([_line(row) for row in found.rows], found.total, found.page, found.pages, found.per_page)


def steps(scope: Scope, row: MaintenanceRequest) -> Sequence[Step]:
    """What happened, the newest first, as far as the reader may know."""
    query = scope.select(MaintenanceStep).where(MaintenanceStep.request_id == row.id)
    if not scope.staff:
        query = query.where(~MaintenanceStep.inside)
    rows = db.session.scalars(query.order_by(MaintenanceStep.id.desc())).all()
    names = names_of(one.by for one in rows)
    tenant = scope.role == "customer"
    return [
        Step(
            Sentence(STATE_WORDS[one.state]), one.note, one.inside, None if tenant else one.cost_minor, one.at,
            names[one.by],
        )
        for one in rows
    ]  # fmt: skip


def rents(scope: Scope) -> bool:
    """Whether somebody has a home of ours now, so that the way to repairs is shown."""
    query = scope.select(Agreement, Agreement.id).where(
        Agreement.unit_id.is_not(None), Agreement.status == "active"
    )
    return db.session.execute(select(query.exists())).scalar() or False


def photos(row: MaintenanceRequest) -> list[ThreadFile]:
    """The pictures that came with the report of a request that was looked up: its landlord sees them, not the talk."""
    first = select(func.min(ThreadMessage.id)).where(ThreadMessage.thread_id == row.thread_id)
    query = (
        select(ThreadFile)
        .where(ThreadFile.message_id == first.scalar_subquery(), ThreadFile.preview_id.is_not(None))
        .options(joinedload(ThreadFile.file), joinedload(ThreadFile.preview))
        .order_by(ThreadFile.id)
    )
    return list(db.session.scalars(query))
