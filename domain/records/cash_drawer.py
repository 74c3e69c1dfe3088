"""What moved in the cash drawer, and which papers of the counter wait for the bank; read by the action and the pages.

One drawer for each currency. The sums are over all time, so nobody has to know which payment came before which count;
a count keeps the sums it saw. Never writes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session, scoped_session

from domain.rules.cash_drawer import Flows
from models import BankDeposit, BankDepositItem, DrawerCount, Payment, PaymentReturn, Refund

AnySession = Session | scoped_session[Any]

AT_COUNTER = Payment.channel == bindparam(None, "counter", literal_execute=True)
"""Written out in the statement, so that the index of what the counter took is used."""
KEPT: tuple[ColumnElement[bool], ...] = (
    AT_COUNTER,
    Payment.state == "settled",
    ~select(PaymentReturn.id).where(PaymentReturn.payment_id == Payment.id).correlate(Payment).exists(),
)
"""Of what the counter took: what did not go back."""
WAITING: tuple[ColumnElement[bool], ...] = (
    *KEPT,
    Payment.instrument != "cash",
    ~select(BankDepositItem.id)
    .where(BankDepositItem.payment_id == Payment.id, BankDepositItem.undone_at.is_(None))
    .correlate(Payment)
    .exists(),
)
"""Paper that no slip has taken to the bank."""


def flows(session: AnySession, currency: str) -> Flows:
    """What ever moved in the drawer of this currency."""
    return Flows(
        taken=_sum(session, Payment.amount_minor, *KEPT, Payment.instrument == "cash", Payment.currency == currency),
        given_back=_sum(
            session, Refund.amount_minor, Refund.way == "cash", Refund.state == "settled", Refund.currency == currency
        ),
        banked=_sum(session, BankDeposit.cash_minor, BankDeposit.undone_at.is_(None), BankDeposit.currency == currency),
        differences=_sum(
            session, DrawerCount.counted_minor - DrawerCount.expected_minor, DrawerCount.currency == currency
        ),
    )  # fmt: skip


def _sum(session: AnySession, column: Any, *conditions: Any) -> int:
    return int(session.scalar(select(func.coalesce(func.sum(column), 0)).where(*conditions)) or 0)


def last_count(session: AnySession, currency: str) -> DrawerCount | None:
    """The newest count of the drawer of this currency."""
    query = (
        select(DrawerCount).where(DrawerCount.currency == currency).order_by(DrawerCount.id.desc()).limit(1)
    )
    return session.scalars(query).first()


def flows_at(count: DrawerCount) -> Flows:
    """What had moved when this count was made, as it saw it."""
    return Flows(**count.pieces["flows"])
