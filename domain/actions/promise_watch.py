"""Look every day what became of the promises to pay: kept when enough came in by the day, broken the day after.

Verb: `look`. Each promise is a transaction of its own, under its row's lock, so any number of processes may look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import structlog
from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from domain.access import known_to
from domain.actions.promises import due_minor
from domain.kinds import kind_of
from domain.kinds.base import Position
from domain.kinds.kind import Kind
from domain.records.ladder_looks import look_soon
from domain.records.position import position_of
from domain.records.promise_notices import tell_of
from domain.records.tasks import close_task, open_task
from domain.records.words_out import audit
from domain.reports.agreements import WITH_TERMS
from domain.rules.payment_states import ON_ITS_WAY
from domain.rules.promises import Became, outcome
from domain.transaction import transaction
from domain.words import N_, Money, Sentence, trace_json
from models import Agreement, Payment, PaymentReturn, Promise

log = structlog.get_logger()
BY = "promises"


@dataclass(slots=True)
class Looked:
    """What a look found, in counts; `failed` are the ids of promises that could not be looked at."""

    kept: int = 0
    broken: int = 0
    failed: int = 0


def look(*, today: date, now: datetime) -> Looked:
    """Look at every promise that stands. Safe to repeat; one that cannot be looked at never holds up the others."""
    with transaction() as session:
        ids = list(session.scalars(select(Promise.id).where(Promise.state == "open").order_by(Promise.id)))
    found = Looked()
    for promise_id in ids:
        try:
            state = _look_at(promise_id, today, now)
        except Exception as fault:
            log.error("promise_not_looked_at", promise=promise_id, exc_info=fault)
            found.failed += 1
            continue
        found.kept += state == "kept"
        found.broken += state == "broken"
    return found


@dataclass
class _At:
    """The agreement of a promise as it stands."""

    session: Session
    agreement: Agreement

    @cached_property
    def kind(self) -> Kind:
        return kind_of(self.agreement.kind)

    @cached_property
    def terms(self) -> Any:
        return self.kind.read(self.agreement)

    @cached_property
    def position(self) -> Position:
        at = self.agreement
        return position_of(self.session, at.id, at.kind, at.standing)


def _look_at(promise_id: int, today: date, now: datetime) -> str:
    """What became of one promise: its state, or "" where somebody was first or it still stands."""
    with transaction() as session:
        query = select(Promise).where(Promise.id == promise_id, Promise.state == "open")
        promise = session.scalars(query.with_for_update(skip_locked=True)).first()
        if promise is None:
            return ""
        agreement = session.scalars(
            select(Agreement).where(Agreement.id == promise.agreement_id).options(*WITH_TERMS)
        ).one()
        came, coming = _money(session, promise)
        due = due_minor(session, _At(session, agreement), promise.person_id, today)
        due = due if agreement.status == "active" else 0
        became = outcome(promise.amount_minor, promise.until_on, came, coming, due, today)
        if became.outcome in ("open", "waiting"):
            return ""
        _end(session, promise, agreement, became, came, today, now)
        return promise.state


def _money(session: Session, promise: Promise) -> tuple[int, int]:
    """(What arrived and stayed, what is on its way) of what was begun from the promise through its day."""
    begun = [
        Payment.agreement_id == promise.agreement_id,
        Payment.begun_at >= promise.made_at,
        Payment.begun_on <= promise.until_on,
    ]
    if promise.person_id:
        begun.append(known_to(promise.person_id))
    total = func.coalesce(func.sum(Payment.amount_minor), 0)
    went_back = exists().where(PaymentReturn.payment_id == Payment.id)
    arrived: Select[Any] = select(total).where(*begun, Payment.state == "settled", ~went_back)
    under_way: Select[Any] = select(total).where(*begun, Payment.state.in_(ON_ITS_WAY))
    return int(session.scalar(arrived) or 0), int(session.scalar(under_way) or 0)


def _end(
    session: Session, promise: Promise, agreement: Agreement, became: Became, came_minor: int, today: date,
    now: datetime,
) -> None:  # fmt: skip
    promise.state, promise.kept_minor = became.outcome, came_minor
    promise.decided_at, promise.decided_by = now, BY
    session.flush()
    look_soon(session, [agreement.id])
    tell_of(session, promise, agreement, now=now, today=today)
    key = f"promise-broken:{agreement.id}"
    if promise.state == "broken":
        words = N_("%(number)s: %(amount)s was promised by %(day)s, %(came)s came in.")
        said = Sentence(words, {
            "number": agreement.number, "amount": Money(promise.amount_minor, promise.currency),
            "day": promise.until_on, "came": Money(came_minor, promise.currency),
        })  # fmt: skip
        open_task(
            session, "promise_broken", key, said, now=now, subject="promise", subject_id=promise.id,
            agreement_id=agreement.id, due_on=today,
        )  # fmt: skip
    else:
        close_task(session, key, now=now)
    audit(
        session, by=BY, action=f"promise.{promise.state}", subject="agreement", subject_id=agreement.id, at=now,
        detail={"promise": promise.ref, "came_minor": came_minor, "why": trace_json(became.trace)},
    )  # fmt: skip
