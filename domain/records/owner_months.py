"""What happened in a month of a property, read for its owners' statements. Verbs: `month_of`, `owed_to`, `shares_on`,
`terms_on`.

A closed month is never told again. Money that settles later for a day in it (a debit counts from the day it was begun)
belongs to the next month that is closed: each month is everything since the first statement, less what was told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, scoped_session

from domain.records.accounts import CUSTOMER_CREDIT, DEPOSITS_HELD, DEPOSITS_RECEIVABLE
from domain.rules.money import round_ratio
from domain.rules.owner_statements import Month, Terms, shared
from models import (
    Agreement,
    Allocation,
    Charge,
    Expense,
    JournalEntry,
    JournalLine,
    ManagementTerms,
    OwnerMovement,
    OwnerStatement,
    PropertyOwner,
    Unit,
)

AnySession = Session | scoped_session[Any]

RECOVERED = "recovered"
"""In place of a type of charge: money that came after what was owed had been written off."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A month of a property: its figures, the rows of expenses in it, and what is held for its tenants at the end."""

    month: Month
    expenses: Sequence[Expense]
    deposits_minor: int
    prepaid_minor: int


def closed(session: AnySession, property_id: int) -> list[OwnerStatement]:
    """The statements of a property, the oldest month first."""
    return list(
        session.scalars(
            select(OwnerStatement)
            .where(OwnerStatement.property_id == property_id)
            .order_by(OwnerStatement.period_from, OwnerStatement.id)
        )
    )


def shares_on(session: AnySession, property_id: int, on: date) -> list[tuple[int, Decimal]]:
    """(person id, percent) of the owners of a day, in the order they were named."""
    rows = session.execute(
        select(PropertyOwner.person_id, PropertyOwner.share_percent)
        .where(PropertyOwner.property_id == property_id, PropertyOwner.from_on <= on)
        .where(or_(PropertyOwner.until_on.is_(None), PropertyOwner.until_on >= on))
        .order_by(PropertyOwner.id)
    )
    return [(person_id, percent) for person_id, percent in rows]


def terms_on(session: AnySession, property_id: int, on: date) -> Terms:
    """The terms of management of a day; without a fee where nobody wrote any down."""
    row = session.scalars(
        select(ManagementTerms)
        .where(ManagementTerms.property_id == property_id, ManagementTerms.from_on <= on)
        .order_by(ManagementTerms.from_on.desc())
        .limit(1)
    ).first()
    if row is None:
        return Terms()
    return Terms(row.fee_percent, row.fee_base, row.fee_minimum_minor, row.fee_flat_minor, row.reserve_minor)


def owed_to(session: AnySession, property_id: int, person_id: int, currency: str) -> int:
    """What the business owes an owner for a property now: their closed months and what moved since."""
    sums = (
        select(func.coalesce(func.sum(column), 0)).where(
            model.property_id == property_id, model.person_id == person_id, model.currency == currency
        )
        for model, column in (
            (OwnerStatement, OwnerStatement.net_minor),
            (OwnerMovement, OwnerMovement.amount_minor),
        )
    )
    return sum(int(session.scalar(query) or 0) for query in sums)


def reserve_of(session: AnySession, property_id: int, person_id: int, on: date) -> int:
    """What of an owner's money is kept for repairs on a day: their part of the reserve; 0 for who owns nothing."""
    shares = [(str(owner), percent) for owner, percent in shares_on(session, property_id, on)]
    whole = terms_on(session, property_id, on).reserve_minor
    return shared(whole, shares).get(str(person_id), 0) if shares else 0


def month_of(
    session: AnySession, property_id: int, first: date, last: date, currency: str, before: Sequence[OwnerStatement]
) -> Facts:  # fmt: skip
    """The month from `first` to `last`, both included. `before`: the statements that were closed already."""
    since = before[0].period_from if before else first
    told = _told(before)
    income = Counter(_income(session, property_id, since, last, currency))
    income.subtract(told.income)
    expenses = [
        row for row in _expenses(session, property_id, since, last, currency) if row.ref not in told.expenses
    ]
    charged = _charged(session, property_id, since, last, currency) - told.charged_minor
    units = session.scalar(select(func.count(Unit.id)).where(Unit.property_id == property_id)) or 0
    held = _held(session, property_id, last, currency)
    month = Month(
        {type_: amount for type_, amount in sorted(income.items()) if amount},
        sum(row.amount_minor for row in expenses),
        charged,
        units,
    )
    return Facts(
        month,
        expenses,
        deposits_minor=-held.get(DEPOSITS_HELD, 0) - held.get(DEPOSITS_RECEIVABLE, 0),
        prepaid_minor=-held.get(CUSTOMER_CREDIT, 0),
    )


def movements_of(
    session: AnySession, property_id: int, person_id: int, last: date, currency: str, before: Sequence[OwnerStatement]
) -> list[OwnerMovement]:  # fmt: skip
    """What moved between an owner and the business until `last` and stands on no statement yet."""
    told = {
        moved["ref"]
        for one in before
        if one.person_id == person_id
        for moved in one.body["account"]["movements"]
    }
    rows = session.scalars(
        select(OwnerMovement)
        .where(OwnerMovement.property_id == property_id, OwnerMovement.person_id == person_id)
        .where(OwnerMovement.moved_on <= last, OwnerMovement.currency == currency)
        .order_by(OwnerMovement.moved_on, OwnerMovement.id)
    )
    return [row for row in rows if row.ref not in told]


@dataclass(frozen=True, slots=True)
class _Told:
    income: Mapping[str, int]
    expenses: frozenset[str]
    charged_minor: int


def _told(before: Sequence[OwnerStatement]) -> _Told:
    """What the closed months said; the statements of one month say the same of the property, so one of each counts."""
    income: Counter[str] = Counter()
    expenses: set[str] = set()
    charged = 0
    for said in {one.period_from: one.body["month"] for one in before}.values():
        income.update(dict(said["income"]))
        expenses.update(spent["ref"] for spent in said["expenses"])
        charged += said["charged_minor"]
    return _Told(income, frozenset(expenses), charged)


def lets_of(property_id: int, currency: str) -> Select[Any]:
    """The ids of what was let in the property."""
    return (
        select(Agreement.id)
        .join(Unit, Unit.id == Agreement.unit_id)
        .where(Unit.property_id == property_id, Agreement.currency == currency)
    )


def _income(
    session: AnySession, property_id: int, since: date, last: date, currency: str
) -> Mapping[str, int]:
    """Type of charge -> what was paid for it less what went back, without the tax in it."""
    here = (
        JournalEntry.agreement_id.in_(lets_of(property_id, currency)),
        JournalEntry.effective_on.between(since, last),
    )
    paid = (
        select(Charge.type, func.sum(Allocation.amount_minor))
        .select_from(Allocation)
        .join(JournalEntry, JournalEntry.id == Allocation.entry_id)
        .join(Charge, Charge.id == Allocation.charge_id)
        .where(*here, Charge.type != "deposit")
        .group_by(Charge.type)
    )
    found = Counter({type_: int(amount) for type_, amount in session.execute(paid)})
    taxed = (
        select(Charge.type, Charge.amount_minor, Charge.tax_minor, func.sum(Allocation.amount_minor))
        .select_from(Allocation)
        .join(JournalEntry, JournalEntry.id == Allocation.entry_id)
        .join(Charge, Charge.id == Allocation.charge_id)
        .where(*here, Charge.tax_minor != 0)
        .group_by(Charge.id, Charge.type, Charge.amount_minor, Charge.tax_minor)
    )
    for type_, amount, tax, came in session.execute(taxed):
        found[type_] -= round_ratio(int(came) * tax, amount)
    recovered = (
        select(func.sum(Allocation.amount_minor))
        .join(JournalEntry, JournalEntry.id == Allocation.entry_id)
        .where(*here, Allocation.bucket == "recovery")
    )
    found[RECOVERED] = int(session.scalar(recovered) or 0)
    return found


def _charged(session: AnySession, property_id: int, since: date, last: date, currency: str) -> int:
    """The rent asked for, less what was taken back of it."""
    asked = (
        select(func.sum(Charge.amount_minor))
        .join(JournalEntry, JournalEntry.id == Charge.entry_id)
        .where(Charge.agreement_id.in_(lets_of(property_id, currency)), Charge.type == "rent")
        .where(JournalEntry.effective_on.between(since, last))
    )
    return int(session.scalar(asked) or 0)


def _expenses(session: AnySession, property_id: int, since: date, last: date, currency: str) -> list[Expense]:
    return list(
        session.scalars(
            select(Expense)
            .where(Expense.property_id == property_id, Expense.currency == currency)
            .where(Expense.spent_on.between(since, last))
            .order_by(Expense.spent_on, Expense.id)
        )
    )


def _held(session: AnySession, property_id: int, on: date, currency: str) -> Mapping[str, int]:
    """Account -> its lines until the day, for what is held for the tenants of the property."""
    query = (
        select(JournalLine.account, func.sum(JournalLine.amount_minor))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.agreement_id.in_(lets_of(property_id, currency)))
        .where(JournalEntry.effective_on <= on)
        .where(JournalLine.account.in_((DEPOSITS_HELD, DEPOSITS_RECEIVABLE, CUSTOMER_CREDIT)))
        .group_by(JournalLine.account)
    )
    return {account: int(total) for account, total in session.execute(query)}


def next_month(before: Sequence[OwnerStatement]) -> date | None:
    """The first day of the month to close next; None while none was closed."""
    return before[-1].period_to + timedelta(days=1) if before else None
