"""Positions of many agreements in two statements, however long their histories are.

The same reading as `domain.records.position.position_of`, which serves one agreement inside a posting; a test holds the
two equal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, func, select

from domain.kinds.base import OpenCharge, Position
from domain.records.accounts import CUSTOMER_CREDIT, FEES_RECEIVABLE, LOAN_INTEREST, LOAN_PRINCIPAL
from models import Agreement, Allocation, Balance, Charge, Payment, db

_BALANCES = select(Balance.agreement_id, Balance.account, Balance.amount_minor).where(
    Balance.agreement_id.in_(bindparam("ids", expanding=True))
)
_ON_ITS_WAY = select(Payment.agreement_id, func.sum(Payment.amount_minor)).group_by(Payment.agreement_id)
_PAID = (
    select(func.coalesce(func.sum(Allocation.amount_minor), 0))
    .where(Allocation.charge_id == Charge.id)
    .correlate(Charge)
    .scalar_subquery()
)
_CHARGES = select(Charge.agreement_id, Charge.id, Charge.rule, Charge.due_on, Charge.amount_minor - _PAID)


def positions(agreements: Sequence[Agreement]) -> dict[int, Position]:
    """Agreement id -> position. The `standing` of each should have been loaded with it."""
    if not agreements:
        return {}
    ids = [agreement.id for agreement in agreements]
    kept: dict[int, dict[str, int]] = defaultdict(dict)
    for agreement_id, account, amount in db.session.execute(_BALANCES, {"ids": ids}):
        kept[agreement_id][account] = amount
    charges = _open_charges([agreement_id for agreement_id in ids if kept[agreement_id].get(FEES_RECEIVABLE)])
    return {
        agreement.id: Position(
            principal_minor=kept[agreement.id].get(LOAN_PRINCIPAL, 0),
            interest_minor=kept[agreement.id].get(LOAN_INTEREST, 0),
            charges=charges.get(agreement.id, ()),
            credit_minor=-kept[agreement.id].get(CUSTOMER_CREDIT, 0),
            met_minor=agreement.standing.installments_met_minor,
            interest_from=agreement.standing.interest_from,
        )
        for agreement in agreements
    }


def _open_charges(ids: Sequence[int]) -> dict[int, tuple[OpenCharge, ...]]:
    """The charges not wholly paid of the agreements that have any, oldest first."""
    if not ids:
        return {}
    found: dict[int, list[OpenCharge]] = defaultdict(list)
    rows = db.session.execute(_CHARGES.where(Charge.agreement_id.in_(ids)).order_by(Charge.due_on, Charge.id))
    for agreement_id, charge_id, rule, due_on, left in rows:
        # Postgres sums whole numbers into a decimal.
        if left:
            found[agreement_id].append(OpenCharge(charge_id, rule, due_on, int(left)))
    return {agreement_id: tuple(charges) for agreement_id, charges in found.items()}


def on_its_way(ids: Iterable[int], states: Sequence[str]) -> dict[int, int]:
    """Agreement id -> money (minor units) of its payments in `states`; none where there is none."""
    rows = db.session.execute(
        _ON_ITS_WAY.where(Payment.agreement_id.in_(list(ids)), Payment.state.in_(states))
    )
    return {agreement_id: int(amount) for agreement_id, amount in rows}
