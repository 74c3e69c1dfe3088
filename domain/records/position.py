"""Read an agreement's position from the kept balances, inside a transaction or for a page. Verb: `position_of`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import Session, scoped_session

from domain.kinds.base import OpenCharge, Position
from domain.records.accounts import CUSTOMER_CREDIT, FEES_RECEIVABLE, LOAN_INTEREST, LOAN_PRINCIPAL
from models import Allocation, Balance, Charge

AnySession = Session | scoped_session[Session] | Connection

_BALANCE = Balance.__table__
_BALANCES = select(_BALANCE.c.account, _BALANCE.c.amount_minor).where(
    _BALANCE.c.agreement_id == bindparam("of")
)
_PAID = (
    select(func.coalesce(func.sum(Allocation.amount_minor), 0))
    .where(Allocation.charge_id == Charge.id)
    .correlate(Charge)
    .scalar_subquery()
)
_CHARGES = (
    select(Charge.id, Charge.rule, Charge.due_on, Charge.amount_minor - _PAID)
    .where(Charge.agreement_id == bindparam("of"))
    .order_by(Charge.due_on, Charge.id)
)


def balances_of(session: AnySession, agreement_id: int) -> dict[str, int]:
    """Account -> balance of the agreement (debit positive)."""
    rows = session.execute(_BALANCES, {"of": agreement_id})
    return {row.account: row.amount_minor for row in rows}


def open_charges(session: AnySession, agreement_id: int) -> tuple[OpenCharge, ...]:
    """The charges of the agreement that are not wholly paid, oldest first."""
    rows = session.execute(_CHARGES, {"of": agreement_id})
    # Postgres sums whole numbers into a decimal; an amount is an int everywhere else.
    return tuple(
        OpenCharge(charge_id, rule, due_on, int(left)) for charge_id, rule, due_on, left in rows if left
    )


def position_of(
    session: AnySession,
    agreement_id: int,
    met_minor: int,
    interest_from: date,
    balances: Mapping[str, int] | None = None,
) -> Position:
    """The position, with `met_minor` and `interest_from` from the agreement's standing."""
    kept = balances_of(session, agreement_id) if balances is None else balances
    charges = open_charges(session, agreement_id) if kept.get(FEES_RECEIVABLE) else ()
    return Position(
        principal_minor=kept.get(LOAN_PRINCIPAL, 0),
        interest_minor=kept.get(LOAN_INTEREST, 0),
        charges=charges,
        credit_minor=-kept.get(CUSTOMER_CREDIT, 0),
        met_minor=met_minor,
        interest_from=interest_from,
    )
