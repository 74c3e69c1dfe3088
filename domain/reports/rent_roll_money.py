"""The money of a rent roll in sums by property: the figures of `domain.reports.as_of`, added up by the database.

Per agreement: balance is what its accounts sum to, prepaid its credit and what was paid of charges that count later,
not yet due what is open of charges due on the day or later; the rest of what is owed is past due. A test holds these
sums to the figures themselves. Verb: `add_money`.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, select, text
from sqlalchemy.orm import aliased

from domain.records.accounts import CUSTOMER_CREDIT, DEPOSITS_HELD, DEPOSITS_RECEIVABLE
from domain.records.position import OPEN_MINOR
from domain.reports.as_of_rows import CHARGE_ITSELF, OWED, Who, nothing_later, open_on
from models import Agreement, Allocation, Balance, Charge, JournalEntry, JournalLine, Unit, db
from tables.books import POSTED_AHEAD

AHEAD = text(f"({POSTED_AHEAD})")
"""Charges that were posted before their due day: few, and found by an index. Whatever else is not yet due is due on the
day itself, and posted for it.
"""
POSTED_FOR_IT = text(f"NOT ({POSTED_AHEAD})")


def add_money(
    found: dict[Any, Any], leases: Select[Any], here: ColumnElement[bool], on: date, *, today: date
) -> None:
    """Add the money of `leases` to the sums by (property's id, currency); `here` says which are of the day."""
    kept = on >= today and nothing_later(on)
    per = _kept(leases) if kept else _summed(leases, on)
    # What is open of charges that come later, by agreement: (not yet due, paid before it was charged).
    ahead = _ahead_kept(on) if kept else _ahead(leases, on)
    owed, credit, deposit = per.c.owed, per.c.credit, per.c.deposit
    query = (
        leases.with_only_columns(
            Unit.property_id, Agreement.currency, case((here, 1), else_=0).label("living"), func.count(),
            func.sum(owed), func.sum(case((credit < 0, -credit), else_=0)), func.sum(deposit),
        )
        .join(per, per.c.agreement_id == Agreement.id)
        .outerjoin(Unit, Unit.id == Agreement.unit_id)
        .group_by(Unit.property_id, Agreement.currency, "living")
    )  # fmt: skip
    for property_id, currency, living, count, balance, prepaid, held in db.session.execute(query):
        one = found[property_id, currency]
        if not living:
            one.others_minor += int(balance)
            one.others += count
            continue
        one.balance_minor += int(balance)
        one.prepaid_minor += int(prepaid)
        one.deposit_minor -= int(held)
        one.past_due_minor += int(balance) + int(prepaid)
    for property_id, currency, agreement_id in _where(leases.where(here), ahead):
        one, (coming, early) = found[property_id, currency], ahead[agreement_id]
        one.not_yet_due_minor += coming
        one.prepaid_minor += early
        one.past_due_minor += early - coming
    for property_id, currency, due in db.session.execute(_due_on(leases.where(here), on)):
        found[property_id, currency].not_yet_due_minor += int(due)
        found[property_id, currency].past_due_minor -= int(due)


def _due_on(leases: Select[Any], on: date) -> Any:
    """(property's id, currency, open) of charges that are due on the day and count from it."""
    counted = JournalEntry.effective_on <= on
    paid = (
        select(func.coalesce(func.sum(Allocation.amount_minor), 0))
        .join(JournalEntry, JournalEntry.id == Allocation.entry_id)
        .where(Allocation.charge_id == Charge.id, counted)
        .correlate(Charge)
        .scalar_subquery()
    )
    lower = aliased(Charge)
    lowered = (
        select(func.coalesce(func.sum(lower.amount_minor), 0))
        .join(JournalEntry, JournalEntry.id == lower.entry_id)
        .where(lower.about_id == Charge.id, counted)
        .correlate(Charge)
        .scalar_subquery()
    )
    per = (
        select(Charge.agreement_id, func.sum(Charge.amount_minor + lowered - paid).label("due"))
        .join(JournalEntry, JournalEntry.id == Charge.entry_id)
        .where(JournalEntry.effective_on == on, Charge.due_on == on, POSTED_FOR_IT, CHARGE_ITSELF)
        .group_by(Charge.agreement_id)
        .subquery()
    )
    return (
        leases.with_only_columns(Unit.property_id, Agreement.currency, func.sum(per.c.due))
        .join(per, per.c.agreement_id == Agreement.id)
        .outerjoin(Unit, Unit.id == Agreement.unit_id)
        .group_by(Unit.property_id, Agreement.currency)
    )


def _parts(account: Any, amount: Any) -> tuple[Any, ...]:
    """Of the lines of an agreement: what is owed in all, its credit (below zero), its deposit (below zero)."""
    return (
        func.sum(case((account.in_(OWED), amount), else_=0)).label("owed"),
        func.sum(case((account == CUSTOMER_CREDIT, amount), else_=0)).label("credit"),
        func.sum(case((account.in_((DEPOSITS_HELD, DEPOSITS_RECEIVABLE)), amount), else_=0)).label("deposit"),
    )


def _kept(leases: Select[Any]) -> Subquery:
    return (
        select(Balance.agreement_id, *_parts(Balance.account, Balance.amount_minor))
        .where(Balance.account.in_((*OWED, DEPOSITS_HELD)), Balance.amount_minor != 0)
        .group_by(Balance.agreement_id)
        .subquery()
    )


def _summed(leases: Select[Any], on: date) -> Subquery:
    return (
        select(JournalEntry.agreement_id, *_parts(JournalLine.account, JournalLine.amount_minor))
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalEntry.effective_on <= on, JournalEntry.agreement_id.is_not(None))
        .where(JournalLine.account.in_((*OWED, DEPOSITS_HELD)))
        .group_by(JournalEntry.agreement_id)
        .subquery()
    )


def _ahead_kept(on: date) -> dict[int, tuple[int, int]]:
    # Few rows, added up here: grouped by the database, SQLite would read the whole table in the order of agreements.
    query = select(Charge.agreement_id, OPEN_MINOR).where(AHEAD, Charge.due_on >= on, CHARGE_ITSELF)
    found: dict[int, int] = defaultdict(int)
    for key, left in db.session.execute(query):
        found[key] += int(left)
    return {key: (left, 0) for key, left in found.items() if left}


def _ahead(leases: Select[Any], on: date) -> dict[int, tuple[int, int]]:
    """The same from the entries that count by the day: charges known and not late by then, and what was paid early."""
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    asked = Who(leases.with_only_columns(Agreement.id), narrowed=True)
    known = select(Charge.id).join(JournalEntry, JournalEntry.id == Charge.entry_id)
    early = select(Allocation.charge_id).join(JournalEntry, JournalEntry.id == Allocation.entry_id)
    coming = known.where(AHEAD, Charge.due_on >= on, JournalEntry.effective_on <= on)
    paid = early.where(Allocation.due_on > on, JournalEntry.effective_on <= on)
    ids = set(db.session.scalars(coming)) | {key for key in db.session.scalars(paid) if key is not None}
    some = sorted(ids)
    for first in range(0, len(some), 500):
        open_ = open_on(asked, on)
        query = select(Charge.agreement_id, open_.c.open).join(open_, open_.c.charge_id == Charge.id)
        for key, left in db.session.execute(query.where(Charge.id.in_(some[first : first + 500]))):
            found[key][0 if left > 0 else 1] += abs(int(left))
    return {key: (coming_, early_) for key, (coming_, early_) in found.items()}


def _where(leases: Select[Any], ahead: dict[int, Any]) -> list[Any]:
    """(property's id, currency, agreement's id) of those that have something ahead."""
    ids = sorted(ahead)
    found: list[Any] = []
    query = leases.with_only_columns(Unit.property_id, Agreement.currency, Agreement.id).outerjoin(
        Unit, Unit.id == Agreement.unit_id
    )
    for first in range(0, len(ids), 500):
        found += db.session.execute(query.where(Agreement.id.in_(ids[first : first + 500]))).all()
    return found
