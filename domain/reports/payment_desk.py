"""One payment as staff see it, and what the counter took on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from domain.access import Scope
from domain.records.notices import key_of
from domain.reports.actors import Name, names_of
from domain.reports.links import masked_email
from domain.reports.payment_story import why
from domain.reports.payments import INSTRUMENTS, Line, lines, read
from domain.reports.receipts import receipt_of
from domain.reports.shown_states import UNWELCOME, event_words
from domain.words import Sentence
from gateways.codes import reason
from models import Agreement, Outbox, Payment, PaymentReturn, Person, Receipt, db
from papers.receipt import ReceiptData

WITH_EVENTS = (joinedload(Payment.agreement), selectinload(Payment.returns), selectinload(Payment.events))
"""What has to be loaded with a payment before `facts` can tell about it."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a payment's timeline."""

    at: datetime
    what: Sentence
    by: Name
    why: Sentence | None
    bad: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """The mail about a payment: to whom (masked), and whether it is due, sending, sent or dead."""

    to: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says about one payment besides its own columns."""

    line: Line
    payer: Person | None
    begun_by: Name
    timeline: Sequence[Happened]
    advice: Sentence | None
    mail: Sent | None


def facts(scope: Scope, payment: Payment) -> Facts:
    """The payment's timeline, oldest first, its payer, its mail; `advice` where it failed or went back."""
    names = names_of([payment.begun_by, *(event.by for event in payment.events)])
    line = read(lines(scope).where(Payment.id == payment.id))[0]
    code = {
        "failed": payment.failure_code,
        **dict.fromkeys(("returned", "disputed", "lost"), line.return_code or ""),
    }.get(line.shown)
    payer = None
    if payment.person_id:
        payer = db.session.scalars(scope.select(Person).where(Person.id == payment.person_id)).first()
    return Facts(
        line=line,
        payer=payer,
        begun_by=names[payment.begun_by],
        timeline=[
            Happened(
                event.at,
                event_words(event.event),
                names[event.by],
                why(event.event, event.code),
                event.event in UNWELCOME,
            )
            for event in payment.events
        ],
        advice=reason(code).advice if code else None,
        mail=_mail(scope, payment),
    )


def _mail(scope: Scope, payment: Payment) -> Sent | None:
    if payment.person_id is None:
        return None
    template = "counter_receipt" if payment.channel == "counter" else "receipt"
    row = db.session.execute(
        scope.select(Outbox, Outbox.to_address, Outbox.state, Outbox.sent_at, Outbox.created_at).where(
            Outbox.dedupe_key == key_of(f"payment:{payment.ref}:{template}", payment.person_id, "email")
        )
    ).first()
    return Sent(masked_email(row.to_address), row.state, row.sent_at or row.created_at) if row else None


AT_COUNTER = Payment.channel == bindparam(None, "counter", literal_execute=True)
"""Written out in the statement, so that the index of what the counter took is used."""


@dataclass(frozen=True, slots=True)
class Drawer:
    """What the counter took on a day: (paid with what, currency, count, minor units) each, and the newest payments."""

    sums: Sequence[tuple[Sentence, str, int, int]]
    payments: Sequence[Line]


def drawer(scope: Scope, on: date) -> Drawer:
    """The counter's takings of the day; a payment counts on the day it was taken.

    One that was entered by mistake and taken back is listed and not summed: its money was never there.
    """
    mine = (AT_COUNTER, Payment.begun_on == on)
    mistaken = select(PaymentReturn.payment_id).where(PaymentReturn.code == "reversed")
    query = scope.select(
        Payment, Payment.instrument, Payment.currency, func.count(), func.sum(Payment.amount_minor)
    ).where(*mine, Payment.id.not_in(mistaken))
    rows = db.session.execute(
        query.group_by(Payment.instrument, Payment.currency).order_by(Payment.instrument)
    )
    sums = [
        (Sentence(INSTRUMENTS[instrument]), currency, count, int(amount))
        for instrument, currency, count, amount in rows
    ]
    return Drawer(sums, read(lines(scope).where(*mine).limit(10)))


def of_agreement(scope: Scope, agreement: Agreement, count: int = 20) -> Sequence[Line]:
    """The newest payments on an agreement."""
    return read(lines(scope).where(Payment.agreement_id == agreement.id).limit(count))


def these(scope: Scope, refs: Sequence[str]) -> Sequence[Line]:
    """The payments of these refs, of those that the person may see."""
    return read(lines(scope).where(Payment.ref.in_(refs)))


def taken(scope: Scope, ref: str) -> bool:
    """Whether a form with this ref has made its payment already."""
    return db.session.scalar(scope.select(Payment, Payment.id).where(Payment.ref == ref)) is not None


def exact(scope: Scope, number: str) -> str | None:
    """The ref of the payment with this reference or receipt number ("R-000042"), if there is one."""
    by_ref = db.session.scalar(scope.select(Payment, Payment.ref).where(Payment.ref == number).limit(1))
    digits = number.upper().removeprefix("R-")
    if by_ref or digits == number.upper() or not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
        return by_ref
    issued = select(Receipt.payment_id).where(Receipt.id == int(digits))
    return db.session.scalar(scope.select(Payment, Payment.ref).where(Payment.id.in_(issued)).limit(1))


def receipt(scope: Scope, ref: str, business: Mapping[str, Any]) -> ReceiptData | None:
    """The receipt of a payment under the business's letterhead; None when it has none (yet)."""
    return receipt_of(db.session, scope, ref, business)
