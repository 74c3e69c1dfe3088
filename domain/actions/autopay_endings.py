"""End autopay on agreements that are over, once none of their payments can come back any more. Verb: `end_over`.

While a debit can still be returned the agreement may be owed on again, and autopay is then wanted as before; until then
the contract stands and finds nothing to take.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import exists, or_, select

from domain.records.autopay_rows import end_contract
from domain.records.mandates import end_mandate
from domain.rules.payment_states import ON_ITS_WAY
from domain.transaction import transaction
from models import Agreement, Autopay, Payment

BY = "job:autopay"
MOST = 1_000


def end_over(*, today: date, now: datetime, limit: int = MOST) -> int:
    """End the contracts of agreements that are over, and the permissions they rest on; how many. Safe to repeat."""
    may_come_back = exists().where(
        Payment.agreement_id == Agreement.id,
        or_(Payment.state.in_(ON_ITS_WAY), Payment.returnable_until >= today),
    )
    over = (
        select(Autopay.id)
        .join(Agreement, Agreement.id == Autopay.agreement_id)
        .where(Autopay.state != "ended", Agreement.status != "active", ~may_come_back)
        .order_by(Autopay.id)
        .limit(limit)
    )
    with transaction() as session:
        ids = session.scalars(over).all()
    ended = 0
    for one in ids:
        with transaction() as session:
            if end_contract(session, one, "agreement_over", by=BY, now=now, today=today):
                ended += 1
                mandate_id = session.scalar(select(Autopay.mandate_id).where(Autopay.id == one))
                if mandate_id is not None:
                    end_mandate(session, mandate_id, by=BY, now=now)
    return ended
