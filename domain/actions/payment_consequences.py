"""What follows from each event of a payment, in the same commit: one table, event -> what is recorded.

Called only from the door in `domain.actions.payments`; nothing here commits or calls out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.orm import Session

from domain.actions import autopay_outcomes
from domain.records import reversing, settlement, smaller_payments
from domain.records.autopay_names import wish_of
from domain.records.charging import payer_of
from domain.records.fee_policies import caps_at
from domain.records.notices import tell
from domain.records.payment_fees import post_fee, take_back_fee
from domain.records.ready_made import ReadyMade
from domain.records.stopped_methods import stop
from domain.records.stored_terms import COLUMNS, stored
from domain.records.words_out import audit
from domain.rules.legal_caps import RETURNED, ReturnedFee, returned_payment_fee
from domain.rules.notice_events import MAIL_OF
from domain.rules.representment import REVOKED
from gateways.codes import is_bank_return, reason
from models import (
    Agreement,
    AuditEvent,
    Business,
    Loan,
    Payment,
    PaymentEvent,
    PaymentMethod,
    PaymentReturn,
)

_AGREEMENT = ReadyMade(
    select(*COLUMNS)
    .select_from(Agreement)
    .outerjoin(Loan, Loan.agreement_id == Agreement.id)
    .where(Agreement.id == bindparam("of"))
)


@dataclass
class Settling:
    """One passing of the door: the payment as it was, the event's day and code, and who brought it.

    `row` has the payment's columns and `method_label` (None where there is none).
    """

    session: Session
    row: Any
    on: date
    code: str
    by: str
    today: date
    now: datetime
    expected_on: date | None
    amount_minor: int | None = None
    event: str = ""

    @cached_property
    def agreement(self) -> Any:
        """The agreement with its terms, as `stored` gives them."""
        return stored(_AGREEMENT.first(self.door, {"of": self.row.agreement_id}))

    @cached_property
    def door(self) -> Connection:
        """The connection of the transaction, for statements that need nothing of the ORM."""
        return self.session.connection()

    @cached_property
    def facts(self) -> settlement.PaymentFacts:
        row = self.row
        return settlement.PaymentFacts(
            row.id,
            row.ref,
            row.agreement_id,
            row.gateway,
            row.amount_minor,
            row.currency,
            row.begun_on,
            # Empty at the counter, where the instrument is named instead.
            row.method_label or "",
            payer_of(row),
            wish_of(row),
        )

    def mail(self, template: str, *, each: str = "", **data: Any) -> None:
        """Tell the payer by this mail and what goes beside it, once per payment, template and `each`."""
        row = self.row
        if row.person_id is not None:
            tell(
                self.door, MAIL_OF[template], row.person_id, agreement_id=row.agreement_id, template=template,
                data={"payment_ref": row.ref, **data}, path=f"/payments/{row.ref}", now=self.now,
                dedupe_key=f"payment:{row.ref}:{template}{each}",
            )  # fmt: skip

    def audit(self, action: str, **detail: Any) -> None:
        audit(
            self.door,
            by=self.by,
            action=action,
            subject="payment",
            subject_id=self.row.id,
            at=self.now,
            detail=detail,
        )


_PAYMENT = ReadyMade(
    select(
        Payment.__table__,
        PaymentMethod.label.label("method_label"),
    )
    .outerjoin(PaymentMethod, PaymentMethod.id == Payment.method_id)
    .where(Payment.id == bindparam("of"))
)


def settling_of(
    session: Session, payment_id: int, *, on: date, by: str, today: date, now: datetime, code: str = ""
) -> Settling:
    """The payment as it stands, for what follows from its refunds and disputes; nothing is locked."""
    row = _PAYMENT.first(session, {"of": payment_id})
    return Settling(session, row, on, code, by, today, now, None)


def allocate(settling: Settling) -> None:
    """Money that settled: interest posted, allocated, receipt issued and mailed."""
    row = settling.row
    settled = settlement.allocate(
        settling.door, settling.facts, settling.agreement, now=settling.now, by=settling.by
    )
    settlement.issue_receipt(settling.door, row.id, settled.body, settling.now)
    if settled.finished:
        _close(settling)
    elif row.extra == smaller_payments.CHOICE:
        smaller_payments.after_payment(
            settling.door,
            settling.agreement,
            settling.facts,
            settled.applied.parts,
            now=settling.now,
            by=settling.by,
        )
    settling.audit("payment.settled", amount_minor=row.amount_minor)
    settling.mail("counter_receipt" if row.gateway == "counter" else "receipt")


def _close(settling: Settling) -> None:
    """An agreement with nothing left to fall due is closed; a return opens it again."""
    settling.session.execute(
        update(Agreement).where(Agreement.id == settling.row.agreement_id, Agreement.status == "active")
        .values(status="closed")
    )  # fmt: skip


def tell_accepted(settling: Settling) -> None:
    settling.audit("payment.accepted")
    settling.mail("payment_started")


def tell_failed(settling: Settling) -> None:
    settling.audit("payment.failed", code=settling.code, on=settling.on.isoformat())
    if settling.code != "held":  # they were told that it is held back: nothing has failed
        settling.mail("payment_failed", code=settling.code, failed_on=settling.on.isoformat())


def undo(settling: Settling) -> int:
    """Post the entry that takes the payment back, and let what it had closed or changed run again; the entry's id."""
    session, row = settling.session, settling.row
    entry_id = reversing.reverse(
        session, settling.facts, settling.agreement, on=settling.on, now=settling.now, by=settling.by,
        amount_minor=min(settling.amount_minor or row.amount_minor, row.amount_minor),
    )  # fmt: skip
    session.execute(
        update(Agreement)
        .where(Agreement.id == row.agreement_id, Agreement.status == "closed")
        .values(status="active")
    )
    if row.extra == smaller_payments.CHOICE:
        smaller_payments.after_return(
            settling.door,
            settling.agreement,
            settling.facts,
            on=settling.on,
            now=settling.now,
            by=settling.by,
        )
    return entry_id


def take_back(settling: Settling) -> None:
    """Money that went back: a row of its own, the reversing entry, the fee of the business once, the mail."""
    session, row = settling.session, settling.row
    entry_id = undo(settling)
    fee = _fee_for(settling) if is_bank_return(settling.code) else None
    charge_id = None
    if fee is not None and fee.amount_minor:
        charge_id = settlement.charge_fee(
            session, row.agreement_id, fee, currency=row.currency, period=row.ref, on=settling.on,
            now=settling.now, by=settling.by,
        )  # fmt: skip
    session.execute(
        insert(PaymentReturn.__table__),
        {
            "payment_id": row.id,
            "entry_id": entry_id,
            "code": settling.code,
            "returned_on": settling.on,
            "recorded_at": settling.now,
            "fee_charge_id": charge_id,
        },
    )
    asked = fee.amount_minor if fee is not None and charge_id else 0
    settling.audit("payment.returned", code=settling.code, fee_minor=asked)
    settling.mail("payment_returned")


def stop_method(settling: Settling) -> None:
    """A bank that says why it sent a debit back may say that the account cannot be debited (any more)."""
    row, code = settling.row, settling.code
    if row.instrument == "bank" and row.method_id is not None and (again := reason(code).retryable) != "yes":
        revoked = again == "never" and code.upper() in REVOKED
        stop(settling.door, row.method_id, code, revoked=revoked, by=settling.by, now=settling.now)


def earn_fee(settling: Settling) -> None:
    """The fee for the way of paying is earned with the money; it pays nothing of the agreement."""
    if settling.row.fee_minor:
        post_fee(settling.door, settling.row, on=settling.row.begun_on, now=settling.now, by=settling.by)


def give_up_fee(settling: Settling) -> None:
    """Money that went back took the fee for the way of paying with it."""
    take_back_fee(settling.door, settling.row, on=settling.on, now=settling.now, by=settling.by)


def _fee_for(settling: Settling) -> ReturnedFee | None:
    """The fee of the business for a payment that came back, at most what the law of the place allows on the day."""
    session, agreement = settling.session, settling.agreement
    fee = session.scalar(select(Business.returned_payment_fee_minor)) or 0
    if not fee or agreement.status == "charged_off":
        return None
    caps = caps_at(session, RETURNED, agreement.unit_id)
    return returned_payment_fee(fee, caps, agreement.kind, settling.row.amount_minor, settling.on)


@dataclass(frozen=True, slots=True)
class EarlyReturn:
    """A return that was told before the settlement it takes back."""

    on: date
    code: str


def early_return(session: Session, payment_id: int) -> EarlyReturn | None:
    """The early return of a failed payment, so that its settlement, told late, ends as if both had come in order.

    The timeline keeps no business day; the audit row written with the failure does.
    """
    came = select(PaymentEvent.code).where(
        PaymentEvent.payment_id == payment_id, PaymentEvent.event == "returned_unsettled"
    )
    row = session.execute(came).first()
    if row is None:
        return None
    detail = session.scalars(
        select(AuditEvent.detail)
        .where(AuditEvent.subject == "payment", AuditEvent.subject_id == payment_id)
        .where(AuditEvent.action == "payment.failed")
        .order_by(AuditEvent.id.desc())
    ).first()
    return EarlyReturn(date.fromisoformat(detail["on"]), row.code) if detail else None


CONSEQUENCES: dict[str, tuple[Callable[[Settling], None], ...]] = {
    "accepted": (tell_accepted,),
    "settled": (allocate, earn_fee, autopay_outcomes.done),
    "declined": (tell_failed, autopay_outcomes.failed),
    "stopped": (tell_failed, autopay_outcomes.failed),
    "not_found": (tell_failed, autopay_outcomes.failed),
    "returned_unsettled": (tell_failed, stop_method, autopay_outcomes.failed),
    "cancelled": (autopay_outcomes.cancelled,),
    "returned": (take_back, give_up_fee, stop_method, autopay_outcomes.failed),
    "disputed": (take_back, give_up_fee, autopay_outcomes.failed),
}
"""Event -> what is recorded. Events that are not here change the state and the timeline, nothing else."""
