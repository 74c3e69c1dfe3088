"""Take a payment back that was entered at the counter by mistake: new entries, no fee, and a mail to the payer.

Verbs: `reverse`, `preview`. On the day itself whoever takes money may do it; later it needs the right to adjust. It
is no refund: the money was never there, or belongs to another agreement.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import insert, select

from domain.access import Scope
from domain.actions.adjusting import Adjusting, Effect, adjusting, rehearse
from domain.actions.payment_consequences import give_up_fee, settling_of, undo
from domain.actions.refunds import agreement_of_payment
from domain.records.books import lock
from domain.records.payment_events import keep_event
from domain.records.refund_limits import left_of
from domain.transaction import transaction
from domain.words import N_, Gone, Refused, Sentence
from models import Payment, PaymentReturn

CODE = "reversed"
"""The code of a `PaymentReturn` that took a mistake back."""
MOST_REASON = 200


def right_for(on: date, today: date) -> str:
    """The right that taking back a payment of a day asks for."""
    return "counter" if on == today else "adjust"


def reverse(payment_ref: str, reason: str, *, who: Scope, today: date, now: datetime) -> None:
    """Take the payment back, once; done again it changes nothing. Raises NotAllowed, Gone, Refused."""
    agreement, right = _needed(payment_ref, who, today)
    with adjusting(agreement, right, who=who, today=today, now=now, payment_ref=payment_ref) as at:
        _take_back(at, payment_ref, reason)


def preview(payment_ref: str, reason: str, *, who: Scope, today: date, now: datetime) -> Effect:
    """What `reverse` would post; raises what it would raise."""
    agreement, right = _needed(payment_ref, who, today)

    def work(at: Adjusting) -> int:
        _take_back(at, payment_ref, reason)
        return 0

    return rehearse(agreement, right, work, who=who, today=today, now=now, payment_ref=payment_ref)


def _needed(payment_ref: str, who: Scope, today: date) -> tuple[str, str]:
    """(agreement's ref, the right that is asked for). Raises Gone."""
    agreement = agreement_of_payment(payment_ref, who)
    with transaction() as session:
        settled_on = session.scalar(select(Payment.settled_on).where(Payment.ref == payment_ref))
    return agreement, right_for(settled_on or today, today)


def _take_back(at: Adjusting, payment_ref: str, reason: str) -> None:
    session, reason = at.session, reason.strip()
    row = session.execute(
        select(Payment.id, Payment.gateway, Payment.amount_minor, Payment.state).where(
            Payment.ref == payment_ref
        )
    ).first()
    if row is None:
        raise Gone(Sentence(N_("There is no such payment.")))
    back = session.scalar(select(PaymentReturn.code).where(PaymentReturn.payment_id == row.id))
    if back == CODE:
        return
    if row.gateway != "counter":
        words = N_(
            "Only money that was taken at the counter is taken back here. Give this payment back instead."
        )
        raise Refused(Sentence(words))
    if not reason or len(reason) > MOST_REASON:
        words = N_("Say why, in at most %(most)s letters.")
        raise Refused(Sentence(words, {"most": MOST_REASON}), "reason")
    if left_of(session, row.id) != row.amount_minor:
        raise Refused(Sentence(N_("Money of this payment went back already.")))
    settling = settling_of(session, row.id, on=at.today, by=at.who.by, today=at.today, now=at.now, code=CODE)
    entry_id = undo(settling)
    give_up_fee(settling)
    session.execute(insert(PaymentReturn.__table__), {
        "payment_id": row.id, "entry_id": entry_id, "code": CODE, "returned_on": at.today, "recorded_at": at.now,
        "fee_charge_id": None,
    })  # fmt: skip
    keep_event(session, row.id, "reversed", "settled", "settled", "counter", at.who.by, at.now, CODE)
    settling.audit("payment.reversed", amount_minor=row.amount_minor, reason=reason)
    settling.mail("payment_reversed", reason=reason, reversed_on=at.today.isoformat())
    at.head = lock(session, at.agreement.id)
    at.read_again()
