"""What staff read about money that goes back: refunds of a payment, what may still be given back, presenting it again.

Everything is reached through the payments that the person may see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from domain.access import Scope
from domain.records.accounts import CUSTOMER_CREDIT
from domain.records.position import balances_of
from domain.records.refund_limits import left_of
from domain.records.representing import presented_by, tried_before
from domain.reports.actors import Name, names_of
from domain.rules.refund_states import WAY_WORDS, WORDS, ways_of
from domain.rules.representment import Verdict, represent
from domain.words import Sentence
from gateways import registry
from gateways.codes import reason
from models import Dispute, Payment, Refund, db

BY_HAND = ("cash", "check", "transfer")


@dataclass(frozen=True, slots=True)
class Giving:
    """What may be given back of a payment, in minor units, of which only `credit_minor` was paid too much; the ways."""

    left_minor: int
    credit_minor: int
    ways: Sequence[str]
    returnable_until: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """One refund. `may_fail`: somebody has to say if the money did not arrive, since no bank will."""

    ref: str
    amount_minor: int
    currency: str
    way: Sentence
    state: Sentence
    failed: bool
    reason: str
    begun_on: date
    by: Name
    may_fail: bool


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """All of it that the page of a payment shows. `again` is None for a payment that did not come back."""

    left_minor: int
    refunds: Sequence[Line]
    disputes: Sequence[Dispute]
    again: Verdict | None
    presented_by: str | None
    presents: str | None


def giving(scope: Scope, payment: Payment) -> Giving:
    """What the form of a refund starts from."""
    left = left_of(db.session, payment.id)
    credit = max(-balances_of(db.session, payment.agreement_id).get(CUSTOMER_CREDIT, 0), 0)
    ways = ways_of(registry.abilities_of(payment.gateway), payment.instrument, payment.method_id is not None)
    return Giving(left, min(credit, left), ways, payment.returnable_until)


def of_payment(scope: Scope, payment: Payment, on: date) -> MoneyBack:
    """What went back of a payment, and what may be done about it on a day."""
    rows = db.session.scalars(
        scope.select(Refund).where(Refund.payment_id == payment.id).order_by(Refund.id)
    ).all()
    names = names_of([row.begun_by for row in rows])
    cases = db.session.scalars(
        scope.select(Dispute).where(Dispute.payment_id == payment.id).order_by(Dispute.id)
    ).all()
    before = tried_before(db.session, payment) if not cases else None
    first = (
        db.session.scalar(select(Payment.ref).where(Payment.id == payment.represents_id))
        if payment.represents_id
        else None
    )
    return MoneyBack(
        left_of(db.session, payment.id),
        [_line(row, names[row.begun_by]) for row in rows],
        cases,
        represent(before[0], reason(before[0]).retryable, before[1], on) if before else None,
        presented_by(db.session, payment.id),
        first,
    )


def _line(row: Refund, by: Name) -> Line:
    return Line(
        row.ref, row.amount_minor, row.currency, Sentence(WAY_WORDS[row.way]), Sentence(WORDS[row.state]),
        row.state == "failed", row.reason, row.begun_on, by, row.way in BY_HAND and row.state == "settled",
    )  # fmt: skip


def payment_ref(scope: Scope, refund: Refund) -> str:
    """The ref of the payment of a refund that was looked up."""
    return db.session.scalars(scope.select(Payment, Payment.ref).where(Payment.id == refund.payment_id)).one()
