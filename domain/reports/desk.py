"""Today's picture for staff: money in and on its way, what failed or came back, what needs a look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from domain.access import Scope
from domain.reports.actors import Deed, deeds
from domain.reports.payments import Line, lines, read
from domain.rules.payment_states import ON_ITS_WAY
from models import AuditEvent, Outbox, Payment, PaymentReturn, db

WEEK = timedelta(days=7)
ODD_EVENTS = ("payment.mismatch", "payment.unexpected_event", "payment.event_failed")
LOOK_BACK = timedelta(days=30)

Sum = tuple[str, int, int]
"""(currency, count of payments, minor units)."""


@dataclass(frozen=True, slots=True)
class MoneyIn:
    """What settled today and in the last seven days (today with them), and what is on its way; by currency.

    A payment that went back later is not counted.
    """

    today: Sequence[Sum]
    week: Sequence[Sum]
    on_its_way: Sequence[Sum]
    since: date


def money_in(scope: Scope, on: date) -> MoneyIn:
    since = on - timedelta(days=6)
    return MoneyIn(
        today=_sums(scope, Payment.settled_on == on),
        week=_sums(scope, Payment.settled_on.between(since, on)),
        on_its_way=_sums(scope, Payment.state.in_(ON_ITS_WAY), settled=False),
        since=since,
    )


def _sums(scope: Scope, condition: object, *, settled: bool = True) -> list[Sum]:
    query = scope.select(Payment, Payment.currency, func.count(), func.sum(Payment.amount_minor))
    query = query.where(condition)  # type: ignore[arg-type]
    if settled:
        gone = select(PaymentReturn.payment_id)
        query = query.where(Payment.state == "settled", Payment.id.not_in(gone))
    rows = db.session.execute(query.group_by(Payment.currency).order_by(Payment.currency))
    return [(currency, count, int(amount)) for currency, count, amount in rows]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Payments that did not go through or came back in the last seven days, newest first (`shown` of `total`)."""

    payments: Sequence[Line]
    total: int
    since: date


def trouble(scope: Scope, on: date, count: int = 10) -> Trouble:
    since = on - WEEK
    came_back = select(PaymentReturn.payment_id).where(PaymentReturn.returned_on >= since)
    failed = (Payment.state == "failed") & (Payment.begun_on >= since)
    meant = failed | Payment.id.in_(came_back)
    total = db.session.scalar(scope.select(Payment, func.count()).where(meant)) or 0
    return Trouble(read(lines(scope).where(meant).limit(count)), total, since)


@dataclass(frozen=True, slots=True)
class Odd:
    """Something a processor reported that changed nothing, with the payment it was about."""

    deed: Deed
    payment: Payment | None


def odd_events(scope: Scope, now: datetime, count: int = 10) -> list[Odd]:
    """Reports of the last 30 days that did not fit the payment they named: somebody should look at each."""
    found = deeds(scope, AuditEvent.action.in_(ODD_EVENTS) & (AuditEvent.at >= now - LOOK_BACK), count)
    ids = {deed.subject_id for deed in found if deed.subject_id}
    rows = db.session.scalars(
        scope.select(Payment).where(Payment.id.in_(ids)).options(joinedload(Payment.agreement))
    ).unique() if ids else ()  # fmt: skip
    payments = {payment.id: payment for payment in rows}
    return [Odd(deed, payments.get(deed.subject_id or 0)) for deed in found]


@dataclass(frozen=True, slots=True)
class Mails:
    """Mails nobody got: `dead` were given up, `waiting` are due and have been tried at least once."""

    dead: int
    waiting: int
    rows: Sequence[Outbox]


def mails(scope: Scope, count: int = 10) -> Mails:
    grouped = db.session.execute(
        scope.select(Outbox, Outbox.state, func.count())
        .where((Outbox.state == "dead") | ((Outbox.state == "due") & (Outbox.tries > 0)))
        .group_by(Outbox.state)
    )
    counts = {row[0]: row[1] for row in grouped}
    rows = db.session.scalars(
        scope.select(Outbox).where(Outbox.state == "dead").order_by(Outbox.created_at.desc()).limit(count)
    ).all()
    return Mails(counts.get("dead", 0), counts.get("due", 0), rows)
