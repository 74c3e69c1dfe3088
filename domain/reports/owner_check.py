"""Hold what the ledger owes to owners against its sub-ledger, and each of its rows against its entry. Read-only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from domain.records.accounts import OWNER_PAYABLE, PROPERTY_EXPENSES
from models import Expense, JournalEntry, JournalLine, OwnerMovement, OwnerStatement

AnySession = Session | scoped_session[Any]


def owed_by_ledger(session: AnySession, on: date = date.max) -> dict[str, int]:
    """Currency -> what is owed to all owners as of a day, by the lines of the ledger."""
    query = (
        select(JournalEntry.currency, func.sum(JournalLine.amount_minor))
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalLine.account == OWNER_PAYABLE, JournalEntry.effective_on <= on)
        .group_by(JournalEntry.currency)
    )
    return {currency: -int(total) for currency, total in session.execute(query)}


def owed_by_rows(session: AnySession, on: date = date.max) -> dict[str, int]:
    """The same by what was told to owners and what moved."""
    found: dict[str, int] = {}
    for currency, day, amount in (
        (OwnerStatement.currency, OwnerStatement.period_to, OwnerStatement.net_minor),
        (OwnerMovement.currency, OwnerMovement.moved_on, OwnerMovement.amount_minor),
    ):
        query = select(currency, func.sum(amount)).where(day <= on).group_by(currency)
        for money, total in session.execute(query):
            found[money] = found.get(money, 0) + int(total)
    return found


def owner_differences(session: AnySession) -> Iterator[str]:
    """Each difference between the ledger and the rows of owners, in words."""
    ledger, rows = owed_by_ledger(session), owed_by_rows(session)
    for currency in sorted({*ledger, *rows}):
        owed, told = ledger.get(currency, 0), rows.get(currency, 0)
        if owed != told:
            yield f"owners: {owed} {currency} is owed by the ledger, {told} by their statements and movements"
    checks: tuple[tuple[str, Any, Any, str, int], ...] = (
        ("owner statements", OwnerStatement, OwnerStatement.net_minor, OWNER_PAYABLE, -1),
        ("owner movements", OwnerMovement, OwnerMovement.amount_minor, OWNER_PAYABLE, -1),
        ("expenses", Expense, Expense.amount_minor, PROPERTY_EXPENSES, 1),
    )
    for what, model, column, account, sign in checks:
        rows_of = select(model.entry_id.label("id"), func.sum(column).label("told")).group_by(model.entry_id)
        told_by = rows_of.where(model.entry_id.is_not(None)).subquery()
        posted = (
            select(func.coalesce(func.sum(JournalLine.amount_minor), 0))
            .where(JournalLine.entry_id == told_by.c.id, JournalLine.account == account)
            .scalar_subquery()
        )
        query = (
            select(JournalEntry.key, told_by.c.told, posted)
            .join(told_by, told_by.c.id == JournalEntry.id)
            .where(told_by.c.told != sign * posted)
        )
        for key, amount, lines in session.execute(query):
            yield f"entry {key}: its {what} come to {amount}, its lines to {sign * int(lines)}"
