"""What goes on in the demo's houses beside the rent: counter money goes to the bank, somebody leaves, a flat is mended.

Verbs: `carry_to_bank`, `give_notice`, `mend`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from domain.access import Scope
from domain.actions import bank_deposits, changes, off_market
from domain.actions.stay_changes import Notice
from domain.records.cash_drawer import WAITING, flows
from domain.rules.calendar import add_months
from domain.transaction import transaction
from models import Payment


def carry_to_bank(admin: Scope, day: date, moment: datetime, currency: str) -> None:
    """One slip for all that lies at the counter on a day; none where nothing does."""
    with transaction() as session:
        cash = max(flows(session, currency).expected_minor, 0)
        papers = list(session.scalars(select(Payment.ref).where(*WAITING, Payment.currency == currency)))
    if cash or papers:
        slip = f"demo-slip-{day}"
        bank_deposits.make(cash, papers, slip, currency=currency, who=admin, today=day, now=moment)


def give_notice(agreement_ref: str, admin: Scope, today: date, now: datetime) -> None:
    """The tenant leaves at the end of the month after this one."""
    last = add_months(today.replace(day=1), 2) - timedelta(days=1)
    said = Notice(last, given_on=today)
    changes.make(
        agreement_ref, said, "A new job in another town", "demo-notice", who=admin, today=today, now=now
    )


def mend(unit_ref: str, admin: Scope, today: date, now: datetime) -> None:
    """A flat that nobody lives in is not to let for a month."""
    until = today + timedelta(days=30)
    off_market.take_off(unit_ref, today, until, "A new bathroom", "demo-works", who=admin, now=now)
