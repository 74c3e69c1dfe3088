"""Planned payments: change or cancel one until it is claimed, send those whose day has come.

`send_due` claims each payment in a transaction of its own and asks the gateway outside any, several at a time; safe to
repeat, to crash in and to run beside itself: a claim is a guarded UPDATE, and what crashed after it is asked about by
`payment_watch` under the same key.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.payment_claims import claim_one
from domain.actions.payment_intents import agreement_of
from domain.actions.payment_limits import Accepted, check_amount, check_currency, check_day, planned_for
from domain.actions.payment_watch import LOST_DATABASE
from domain.actions.payments import Event, pass_the_door, send
from domain.points import reach
from domain.records.books import lock
from domain.records.mandates import keep_mandate
from domain.records.method_rules import check_method
from domain.records.payment_events import keep_event
from domain.records.payment_mails import tell_payer
from domain.records.planned_payments import due, owed_before
from domain.records.words_out import audit
from domain.transaction import rows_changed, transaction
from domain.words import N_, Conflict, Gone, Refused, Sentence
from gateways import registry
from models import Agreement, Payment, PaymentMethod

AT_ONCE = 10
"""How many gateways' answers are waited for at the same time."""
MOST = 1_000

log = structlog.get_logger()


@dataclass(slots=True)
class Sent:
    """What a run did: how many payments were sent, and the refs of those that failed in an unexpected way."""

    sent: int = 0
    failed: list[int] = field(default_factory=list)


def send_due(*, today: date, now: datetime, at_once: int = AT_ONCE, limit: int = MOST) -> Sent:
    """Send the planned payments of on-line gateways whose day has come, `at_once` of them at a time.

    One that cannot be sent blocks no other. Raises what the database raises when it is lost.
    """
    names = [gateway.name for gateway in registry.able_to("charge")]
    with transaction() as session:
        ids = session.scalars(due(names, today).limit(limit)).all()
    run = Sent()
    if not ids:
        return run
    with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="send-due") as pool:
        for payment_id, outcome in zip(ids, pool.map(lambda one: _send(one, today, now), ids), strict=True):
            if outcome is None:
                run.failed.append(payment_id)
            else:
                run.sent += outcome
    return run


def _send(payment_id: int, today: date, now: datetime) -> int | None:
    """1 when the payment was sent, 0 when it was not ours to send, None after an unexpected fault."""
    try:
        with transaction() as session:
            sending = claim_one(session, payment_id, today=today, now=now, by="job:send_due")
            reach("scheduled.before_commit")
        if sending is None:
            return 0
        reach("scheduled.claimed")
        send(sending.ref, sending, today=today, now=now)
        return 1
    except LOST_DATABASE:
        raise
    except Exception as fault:
        log.error("planned_payment_not_sent", payment_id=payment_id, exc_info=fault)
        return None


def cancel(ref: str, *, who: Scope, today: date, now: datetime) -> bool:
    """Cancel a planned payment; False when it was cancelled before. Raises Gone, and Conflict after its claim."""
    with transaction() as session:
        payment = _mine(session, ref, who)
        if payment.state == "cancelled":
            return False
        gone = Event("cancelled", today, code="by_payer")
        if payment.state != "scheduled" or not pass_the_door(
            session, ref, gone, by=who.by, today=today, now=now
        ):
            raise Conflict(_claimed())
        tell_payer(session, payment.id, "payment_cancelled", now)
        audit(
            session, by=who.by, action="payment.cancelled", subject="payment", subject_id=payment.id, at=now
        )
    return True


def change(
    ref: str,
    amount_minor: int,
    on: date,
    method_ref: str,
    *,
    who: Scope,
    today: date,
    now: datetime,
    fee_minor: int = 0,
    permission: Accepted | None = None,
) -> None:
    """Change amount, day and way to pay of a planned payment until it is claimed; all are checked as for a new one.

    `fee_minor` is the fee as the payer was shown it, `permission` the one they gave for the change. What changes
    nothing keeps nothing. Raises Gone, Refused, Conflict.
    """
    check_day(on, today)
    with transaction() as session:
        payment = _mine(session, ref, who)
        if payment.state != "scheduled":
            raise Conflict(_claimed())
        agreement_ref = session.scalars(
            select(Agreement.ref).where(Agreement.id == payment.agreement_id)
        ).one()
        agreement = agreement_of(session, agreement_ref, who)
        lock(session, payment.agreement_id)
        method = _usable(session, method_ref, who)
        check_currency(method.gateway, agreement.currency)
        door = session.connection()
        owed = owed_before(door, payment, on)
        check_amount(door, agreement, False, amount_minor, owed, who, now, True, but=payment.ref)
        check_method(door, agreement, method.kind, method.funding, amount_minor, fee_minor, today)
        goes_on = planned_for(method.gateway, on, today, now) or on
        values: dict[str, Any] = {
            "amount_minor": amount_minor, "fee_minor": fee_minor, "scheduled_on": goes_on, "begun_on": on,
            "method_id": method.id, "gateway": method.gateway, "instrument": method.kind,
        }  # fmt: skip
        if all(getattr(payment, name) == value for name, value in values.items()):
            return
        if permission is not None:
            values["mandate_id"] = keep_mandate(
                door, permission, method_id=method.id, person_id=who.person_id or None, agreement_id=agreement.id,
                by=who.by, today=today, now=now,
            )  # fmt: skip
        still = update(Payment).where(Payment.id == payment.id, Payment.state == "scheduled")
        if not rows_changed(session, still.values(**values)):
            raise Conflict(_claimed())
        tell_payer(session, payment.id, "payment_changed", now, each=f":{now.isoformat()}")
        keep_event(session, payment.id, "changed", "scheduled", "scheduled", method.gateway, who.by, now)
        audit(
            session, by=who.by, action="payment.changed", subject="payment", subject_id=payment.id, at=now,
            detail={"amount_minor": amount_minor, "on": goes_on.isoformat(), "was_minor": payment.amount_minor},
        )  # fmt: skip


def _usable(session: Session, method_ref: str, who: Scope) -> PaymentMethod:
    """A way to pay of the person that can be used. Raises Refused."""
    query = who.select(PaymentMethod).where(
        PaymentMethod.ref == method_ref, PaymentMethod.person_id == who.person_id
    )
    method = session.scalars(query).first()
    if method is None or method.removed_at:
        raise Refused(Sentence(N_("Choose a way to pay that is saved in your account.")), "method")
    if method.stopped_code or method.verification in ("sent", "failed"):
        raise Refused(Sentence(N_("This way to pay cannot be used now. “Ways to pay” says why.")), "method")
    return method


def _mine(session: Session, ref: str, who: Scope) -> Payment:
    """The payment that the person began themselves. Raises Gone for another's."""
    query = who.select(Payment).where(Payment.ref == ref).with_for_update(of=Payment)
    payment = session.scalars(query).first()
    if payment is None or (who.role == "customer" and payment.person_id != who.person_id):
        raise Gone(Sentence(N_("There is no such payment.")))
    return payment


def _claimed() -> Sentence:
    return Sentence(N_("This payment is being sent already. It can no longer be changed or cancelled."))
