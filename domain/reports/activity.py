"""What happened in somebody's own account: sign-ins, changes, payments, from where, newest first (mission G10).

The audit trail as a whole is the office's; this reads from it only what is about the person who asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from domain.access import Scope
from domain.records.devices import network
from domain.reports.action_words import ACTION_WORDS
from domain.words import N_, Money, Sentence
from models import AuditEvent, Payment, PaymentMethod, SignIn, db

PAGE = 25
_LET_ON = ("sign_in.full", "sign_in.password", "sign_in.device")
OWN_WORDS: Mapping[str, str] = {
    "sign_in.tried": N_("A sign-in that failed"),
    "sign_in.password": N_("Password given, second step asked"),
    "sign_in.device": N_("Password given on a new browser, mailed code asked"),
    "sign_in.stepped_up": N_("You proved again that it is you"),
    "payment.begun": N_("Payment of %(amount)s begun"),
    "payment.failed": N_("Payment of %(amount)s did not go through"),
    "payment.returned": N_("Payment of %(amount)s returned by the bank"),
}
"""What is said to the owner differently from the office."""
_UNTOLD = (
    "payment.accepted",
    "payment.settled",
    "payment.unexpected_event",
    "payment.event_failed",
    "payment.mismatch",
)
"""What the payment's own page tells, or only the office needs to know."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One line: what, when, from which browser and network ("" where nobody knows).

    `alarming`: somebody who signed in as this person did it, or tried to, so "this was not me" can be said of it.
    `by_us`: a person of the business, or the program, did it. `payment_ref`: the payment it is about, or "".
    """

    at: datetime
    what: Sentence
    device: str
    network: str
    address: str
    failed: bool
    alarming: bool
    by_us: bool
    payment_ref: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    happenings: list[Happening]
    number: int
    pages: int


def activity(scope: Scope, number: int) -> Page:
    """Page `number` (the first is 1; beyond the last, the last)."""
    about = _about(scope)
    count = db.session.scalar(select(func.count()).select_from(AuditEvent).where(about)) or 0
    pages = max(1, -(-count // PAGE))
    number = min(max(1, number), pages)
    rows = db.session.scalars(
        select(AuditEvent)
        .where(about)
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()
    payments = _payments(scope, rows)
    return Page([_happening(scope, row, payments) for row in rows], number, pages)


def _about(scope: Scope) -> ColumnElement[bool]:
    """Events about the person: their user, their contact details, their sign-ins, their own payments and methods."""

    def of(subject: str, ids: ColumnElement[bool]) -> ColumnElement[bool]:
        return and_(AuditEvent.subject == subject, ids)

    sign_ins = select(SignIn.id).where(SignIn.user_id == scope.user_id)
    payments = select(Payment.id).where(Payment.person_id == scope.person_id)
    methods = select(PaymentMethod.id).where(PaymentMethod.person_id == scope.person_id)
    # A try that let somebody in, and the waiting sign-in that a second factor ended, are told by what they led to, at
    # the very same instant.
    led_on = aliased(AuditEvent)
    succeeded = (
        select(led_on.id)
        .where(
            led_on.subject == "user", led_on.subject_id == scope.user_id, led_on.at == AuditEvent.at,
            led_on.action.in_(_LET_ON),
        )
        .exists()
    )  # fmt: skip
    return and_(
        or_(
            of("user", AuditEvent.subject_id == scope.user_id),
            of("person", AuditEvent.subject_id == scope.person_id),
            of("sign_in", AuditEvent.subject_id.in_(sign_ins)),
            of("payment", AuditEvent.subject_id.in_(payments)),
            of("payment_method", AuditEvent.subject_id.in_(methods)),
        ),
        AuditEvent.action.not_in(_UNTOLD),
        or_(AuditEvent.action.not_in(("sign_in.tried", "sign_in.ended")), ~succeeded),
    )


def _payments(scope: Scope, rows: Sequence[AuditEvent]) -> dict[int, Payment]:
    ids = [row.subject_id for row in rows if row.subject == "payment"]
    if not ids:
        return {}
    found = db.session.scalars(
        select(Payment).where(Payment.id.in_(ids), Payment.person_id == scope.person_id)
    )
    return {payment.id: payment for payment in found}


def _happening(scope: Scope, row: AuditEvent, payments: Mapping[int, Payment]) -> Happening:
    payment = payments.get(row.subject_id or 0) if row.subject == "payment" else None
    words = OWN_WORDS.get(row.action) or ACTION_WORDS.get(row.action, row.action)
    amount = {"amount": Money(payment.amount_minor, payment.currency)} if payment else {}
    if "%(amount)s" in words and not amount:
        words = ACTION_WORDS.get(row.action, row.action)
    address = row.address or str(row.detail.get("address", ""))
    mine = row.by == scope.by
    return Happening(
        row.at, Sentence(words, amount if "%(amount)s" in words else {}), row.device, network(address), address,
        failed=row.action == "sign_in.tried", alarming=mine or row.by == "anonymous",
        by_us=not mine and row.by != "anonymous", payment_ref=payment.ref if payment else "",
    )  # fmt: skip
