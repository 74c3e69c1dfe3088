"""What of a payment may still be given back. Read under the lock of the agreement by whoever gives it back."""

from __future__ import annotations

from sqlalchemy import func, select

from domain.records.position import AnySession
from domain.rules.refund_states import COUNTS
from models import Dispute, Payment, PaymentReturn, Refund


def left_of(session: AnySession, payment_id: int) -> int:
    """What of a payment may still be given back, in minor units: the payment less its refunds that did not fail.

    Nothing of one that has not settled, or whose money is not here (any more).
    """
    payment = session.execute(
        select(Payment.amount_minor, Payment.state).where(Payment.id == payment_id)
    ).one()
    gone = session.scalar(select(PaymentReturn.id).where(PaymentReturn.payment_id == payment_id))
    won = session.scalar(select(Dispute.id).where(Dispute.payment_id == payment_id, Dispute.state == "won"))
    if payment.state != "settled" or (gone is not None and won is None):
        return 0
    given = select(func.coalesce(func.sum(Refund.amount_minor), 0))
    given = given.where(Refund.payment_id == payment_id, Refund.state.in_(COUNTS))
    return int(payment.amount_minor) - int(session.scalar(given) or 0)
