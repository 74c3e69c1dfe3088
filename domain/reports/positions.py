"""Positions of many agreements for a page, and what is on its way to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from domain.access import known_to
from domain.kinds.base import Position
from domain.records.position import positions_of
from models import Agreement, Payment, db

_ON_ITS_WAY = select(Payment.agreement_id, func.sum(Payment.amount_minor)).group_by(Payment.agreement_id)


def positions(agreements: Sequence[Agreement]) -> dict[int, Position]:
    """Agreement id -> position. The `standing` of each should have been loaded with it."""
    return positions_of(
        db.session, [(agreement.id, agreement.kind, agreement.standing) for agreement in agreements]
    )


def on_its_way(ids: Iterable[int], states: Sequence[str], payer: str = "") -> dict[int, int]:
    """Agreement id -> money (minor units) of its payments in `states`; none where there is none.

    `payer`: only what the customer of this key may know of.
    """
    query = _ON_ITS_WAY.where(Payment.agreement_id.in_(list(ids)), Payment.state.in_(states))
    rows = db.session.execute(query.where(known_to(int(payer))) if payer else query)
    return {agreement_id: int(amount) for agreement_id, amount in rows}
