"""What was tried so far to take the money of a payment that failed or came back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from domain.records.position import AnySession
from domain.rules.representment import Tried
from models import Payment, PaymentMethod, PaymentReturn

_PAYMENT = Payment.__table__
_LINK = select(_PAYMENT.c.id, _PAYMENT.c.represents_id, _PAYMENT.c.begun_on, _PAYMENT.c.settled_on)


def tried_before(session: AnySession, payment: Any) -> tuple[str, Tried] | None:
    """(code, what was tried) of a payment that failed or came back; None for any other, and for money in hand.

    `payment` has the columns of its row. Every time it was presented counts, from the first of the chain on.
    """
    back = session.execute(
        select(PaymentReturn.code, PaymentReturn.returned_on).where(PaymentReturn.payment_id == payment.id)
    ).first()
    if payment.method_id is None or (payment.state != "failed" and back is None):
        return None
    chain = _chain(session, payment)
    stopped = session.scalar(select(PaymentMethod.stopped_code).where(PaymentMethod.id == payment.method_id))
    tried = Tried(
        chain[0].settled_on or chain[0].begun_on,
        back.returned_on if back else payment.begun_on,
        len(chain) - 1,
        corrected=not stopped,
    )
    return (back.code if back else payment.failure_code), tried


def presented_by(session: AnySession, payment_id: int) -> str | None:
    """The ref of the payment that presented this one again."""
    return session.scalar(select(Payment.ref).where(Payment.represents_id == payment_id))


def _chain(session: AnySession, payment: Any) -> list[Any]:
    """The first payment and all that presented it again, in order."""
    first: Any = payment
    while first.represents_id is not None:
        first = session.execute(_LINK.where(_PAYMENT.c.id == first.represents_id)).one()
    chain = [first]
    while True:
        following = session.execute(_LINK.where(_PAYMENT.c.represents_id == chain[-1].id)).first()
        if following is None:
            return chain
        chain.append(following)
