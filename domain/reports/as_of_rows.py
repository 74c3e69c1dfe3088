"""The rows behind figures as of a day: what each account of an agreement sums to, and what is open of each charge.

Two ways to the same rows: from the kept balances, for agreements to which nothing was posted for a later day, and from
the lines, charges and allocations whose entries count by the day. Verbs: `who`, `balances`, `open_charges`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, select, union_all

from domain.access import Scope
from domain.kinds.base import OpenCharge
from domain.records.accounts import CHARGED, CUSTOMER_CREDIT, RECEIVABLES
from domain.records.position import OPEN_MINOR
from models import Agreement, Allocation, Balance, Charge, JournalEntry, JournalLine, db

OWED = (*RECEIVABLES, CUSTOMER_CREDIT)
"""The accounts that make up what an agreement owes; the customer's credit is below zero on them."""

FEW = 500
CHARGE_ITSELF = func.coalesce(Charge.about_id, 0) == 0
"""A charge and no row that lowers one; not `IS NULL`, for which SQLite would read nearly all of the table."""
_ROOT = func.coalesce(Charge.about_id, Charge.id)
_COLUMNS = (
    Charge.agreement_id, Charge.id, Charge.rule, Charge.due_on, Charge.type, Charge.payer, Charge.name, Charge.period,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Who:
    """The agreements asked about: `ids` selects their ids; `narrowed` where that is a part of the books only."""

    ids: Select[Any]
    narrowed: bool

    def rows(self) -> Iterator[Any]:
        """(id, kind, currency) of each."""
        query = select(Agreement.id, Agreement.kind, Agreement.currency).where(Agreement.id.in_(self.ids))
        yield from db.session.execute(query)

    def of(self, column: Any) -> ColumnElement[bool]:
        """The condition that a row is of one of them."""
        return column.in_(self.ids)


def who(scope: Scope, agreements: Select[Any] | None) -> Who:
    """Those that the person may see, without undone imports; among `agreements` where that is given."""
    query = scope.select(Agreement, Agreement.id).where(Agreement.status != "undone")
    if agreements is not None:
        query = query.where(Agreement.id.in_(agreements))
    return Who(query, agreements is not None or not scope.everything)


def later_than(on: date) -> Select[Any]:
    """The ids of agreements with an entry that counts for a later day: what is kept of them says more than asked."""
    return (
        select(JournalEntry.agreement_id)
        .where(JournalEntry.effective_on > on, JournalEntry.agreement_id.is_not(None))
        .distinct()
    )


def nothing_later(on: date) -> bool:
    """Whether no entry counts for a later day: then what is kept is what there is."""
    return (
        db.session.execute(select(JournalEntry.id).where(JournalEntry.effective_on > on).limit(1)).first()
        is None
    )


def balances(asked: Who, on: date, *, kept: bool) -> dict[int, dict[str, int]]:
    """Agreement id -> account -> what its lines sum to by the day (debit positive), without zeros."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for query in balance_queries(asked, on, kept=kept):
        for agreement_id, account, amount in db.session.execute(query):
            found[agreement_id][account] = int(amount)
    return found


def balance_queries(asked: Who, on: date, *, kept: bool) -> list[Any]:
    """(agreement id, account, amount) of accounts that are not zero: from what is kept, then from the lines."""
    total = func.sum(JournalLine.amount_minor)
    summed = (
        select(JournalEntry.agreement_id, JournalLine.account, total)
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalEntry.effective_on <= on, JournalLine.account.in_(OWED))
        .where(asked.of(JournalEntry.agreement_id))
        .group_by(JournalEntry.agreement_id, JournalLine.account)
        .having(total != 0)
    )
    if not kept:
        return [summed]
    ready = select(Balance.agreement_id, Balance.account, Balance.amount_minor).where(
        Balance.account.in_(OWED), Balance.amount_minor != 0, asked.of(Balance.agreement_id)
    )  # fmt: skip
    if nothing_later(on):
        return [ready]
    ready = ready.where(Balance.agreement_id.not_in(later_than(on)))
    return [ready, summed.where(JournalEntry.agreement_id.in_(later_than(on)))]


def credit_gone(ids: Sequence[int], on: date) -> dict[int, date]:
    """Agreement id -> the last day by then on which credit was used or went back."""
    query = (
        select(JournalEntry.agreement_id, func.max(JournalEntry.effective_on))
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalEntry.agreement_id.in_(ids), JournalEntry.effective_on <= on)
        .where(JournalLine.account == CUSTOMER_CREDIT, JournalLine.amount_minor > 0)
        .group_by(JournalEntry.agreement_id)
    )
    return {key: day for key, day in db.session.execute(query) if key is not None} if ids else {}


def open_charges(
    asked: Who, on: date, *, kept: bool, owing: Sequence[int] = ()
) -> dict[int, tuple[OpenCharge, ...]]:
    """Agreement id -> its charges that were not evenly paid by the day, oldest first.

    Below zero, a charge was paid or lowered before the day from which it counts. `owing`: those of which something is
    kept as owed; where they are few, only theirs are looked at.
    """
    found: dict[int, list[OpenCharge]] = defaultdict(list)
    for query in _open_queries(asked, on, kept, owing):
        for agreement_id, charge_id, rule, due_on, type_, payer, name, period, left in db.session.execute(
            query
        ):
            if left:
                found[agreement_id].append(
                    OpenCharge(charge_id, rule, due_on, int(left), type_, payer, name, period)
                )
    return {key: _oldest_first(charges) for key, charges in found.items()}


def _oldest_first(charges: Sequence[OpenCharge]) -> tuple[OpenCharge, ...]:
    return tuple(sorted(charges, key=lambda charge: (charge.due_on, charge.id)))


def _open_queries(asked: Who, on: date, kept: bool, owing: Sequence[int]) -> list[Any]:
    if not kept:
        summed = open_on(asked, on)
        return [select(*_COLUMNS, summed.c.open).join(summed, summed.c.charge_id == Charge.id)]
    fast = select(*_COLUMNS, OPEN_MINOR).where(CHARGE_ITSELF)
    if asked.narrowed and len(owing) <= FEW:
        fast = fast.where(Charge.agreement_id.in_(owing))
    else:
        all_owing = select(Balance.agreement_id).where(
            Balance.account.in_(CHARGED), Balance.amount_minor != 0
        )
        fast = fast.where(Charge.agreement_id.in_(all_owing), asked.of(Charge.agreement_id))
    if nothing_later(on):
        return [fast]
    later = later_than(on)
    rest = open_on(asked, on, JournalEntry.agreement_id.in_(later))
    return [
        fast.where(Charge.agreement_id.not_in(later)),
        select(*_COLUMNS, rest.c.open).join(rest, rest.c.charge_id == Charge.id),
    ]


def open_on(asked: Who, on: date, *more: ColumnElement[bool]) -> Subquery:
    """(charge_id, open) of charges not evenly paid by the day, from the entries that count by then."""
    counted = (JournalEntry.effective_on <= on, asked.of(JournalEntry.agreement_id), *more)
    charged = (
        select(_ROOT.label("charge_id"), Charge.amount_minor.label("amount"))
        .join(JournalEntry, JournalEntry.id == Charge.entry_id)
        .where(*counted)
    )
    paid = (
        select(Allocation.charge_id, -Allocation.amount_minor)
        .join(JournalEntry, JournalEntry.id == Allocation.entry_id)
        .where(Allocation.charge_id.is_not(None), *counted)
    )
    rows = union_all(charged, paid).subquery()
    left = func.sum(rows.c.amount)
    return (
        select(rows.c.charge_id, left.label("open")).group_by(rows.c.charge_id).having(left != 0).subquery()
    )
