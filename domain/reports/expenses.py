"""What was spent on houses: the list, one of them, and the report by category. Read-only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from domain.access import Scope
from domain.reports.actors import Name, names_of
from domain.reports.finding import Found, Wanted, every_word, page_of
from domain.reports.sheet import Asked, Chart, Column, Row, Series, Sheet
from domain.rules.expenses import CATEGORIES
from domain.words import N_, Sentence
from models import Expense, KeptFile, Property, Unit, db

TITLE = Sentence(N_("Expenses"))
COLUMNS = (
    Column("day", Sentence(N_("Day")), "day"),
    Column("house", Sentence(N_("Property"))),
    Column("unit", Sentence(N_("Unit"))),
    Column("category", Sentence(N_("What for"))),
    Column("vendor", Sentence(N_("Paid to"))),
    Column("description", Sentence(N_("Description"))),
    Column("amount", Sentence(N_("Amount")), "money"),
    Column("file", Sentence(N_("File")), "flag", hidden=True),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)
_BACK = aliased(Expense)


@dataclass(frozen=True, slots=True)
class Spent:
    """One expense. `back_on`: it was taken back that day; `takes_back`: it is what takes another back."""

    ref: str
    on: date
    house: str
    house_ref: str
    unit: str
    category: Sentence
    vendor: str
    description: str
    amount_minor: int
    currency: str
    file_ref: str
    file_name: str
    back_on: date | None
    takes_back: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """An expense on its own page, and who wrote it down."""

    spent: Spent
    by: Name
    at: datetime


def _query(scope: Scope) -> Select[Any]:
    back = select(_BACK.spent_on).where(_BACK.about_id == Expense.id).scalar_subquery()
    return (
        scope.select(
            Expense, Expense.ref, Expense.spent_on, Property.name, Property.ref, func.coalesce(Unit.name, ""),
            Expense.category, Expense.vendor, Expense.description, Expense.amount_minor, Expense.currency,
            func.coalesce(KeptFile.ref, ""), func.coalesce(KeptFile.name, ""), back, Expense.about_id,
        )
        .join(Property, Property.id == Expense.property_id)
        .outerjoin(Unit, Unit.id == Expense.unit_id)
        .outerjoin(KeptFile, KeptFile.id == Expense.file_id)
    )  # fmt: skip


def _spent(row: Any) -> Spent:
    values = list(row)
    values[5] = Sentence(CATEGORIES.get(values[5], values[5]))
    values[-1] = values[-1] is not None
    return Spent(*values)


def _narrowed(query: Select[Any], property_ref: str, category: str) -> Select[Any]:
    if property_ref:
        query = query.where(Property.ref == property_ref)
    return query.where(Expense.category == category) if category else query


def expenses(scope: Scope, wanted: Wanted) -> Found[Spent]:
    """One page of expenses, the newest first; filters "property" (its ref) and "category"."""
    query = _narrowed(_query(scope), wanted.filters.get("property", ""), wanted.filters.get("category", ""))
    words = every_word(wanted.q, (Property.name, Expense.vendor, Expense.description))
    query = query if words is None else query.where(words)
    found = page_of(query, wanted, [Expense.spent_on.desc(), Expense.id.desc()])
    return Found([_spent(row) for row in found.rows], found.total, found.page, found.pages, found.per_page)


def expense(scope: Scope, row: Expense) -> Shown:
    """One expense as its page shows it."""
    spent = _spent(db.session.execute(_query(scope).where(Expense.id == row.id)).one())
    by = names_of([row.recorded_by])[row.recorded_by] if scope.staff else ""
    return Shown(spent, by, row.recorded_at)


def file_of(scope: Scope, row: Expense) -> KeptFile | None:
    """The file of an expense."""
    return db.session.scalars(scope.select(KeptFile).where(KeptFile.id == row.file_id)).first()


def make(scope: Scope, asked: Asked) -> Sheet:
    """What was spent from `asked.since` to `asked.until`, house by house, with what each category comes to."""
    query = _narrowed(_query(scope), asked.property_ref, asked.category).where(
        Expense.spent_on.between(asked.since, asked.until)
    )
    sums = (
        query.with_only_columns(Expense.currency, Expense.category, func.sum(Expense.amount_minor))
        .group_by(Expense.currency, Expense.category)
        .order_by(Expense.currency, func.sum(Expense.amount_minor).desc(), Expense.category)
    )
    by_category = [(currency, category, int(total)) for currency, category, total in db.session.execute(sums)]
    totals = [
        _total(currency, Sentence(CATEGORIES.get(category, category)), amount, "subtotal")
        for currency, category, amount in by_category
    ]
    money = sorted({currency for currency, _, _ in by_category})
    for currency in money:
        amount = sum(amount for one, _, amount in by_category if one == currency)
        totals.append(_total(currency, Sentence(N_("All expenses")), amount, "total"))
    chart = None
    if len(money) == 1 and len(by_category) > 1:
        words = [Sentence(CATEGORIES.get(category, category)) for _, category, _ in by_category]
        chart = Chart(
            TITLE, words, (Series(Sentence(N_("Spent")), [amount for _, _, amount in by_category]),), money[0]
        )
    return Sheet("expenses", TITLE, asked, COLUMNS, _rows(query), totals, chart=chart)


def _total(currency: str, words: Sentence, amount: int, kind: str) -> Row:
    return Row({"category": words, "amount": amount, "currency": currency}, kind=kind)


def _rows(query: Select[Any]) -> Iterator[Row]:
    ordered = query.order_by(Property.name, Expense.spent_on, Expense.id)
    for spent in map(_spent, db.session.execute(ordered)):
        yield Row(
            {
                "day": spent.on, "house": spent.house, "unit": spent.unit, "category": spent.category,
                "vendor": spent.vendor, "description": spent.description, "amount": spent.amount_minor,
                "file": bool(spent.file_ref), "currency": spent.currency,
            },
            link=("office.expense", {"ref": spent.ref}),
        )  # fmt: skip
