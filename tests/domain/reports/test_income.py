"""The income statement comes to what the ledger says, month by month and in all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from domain.reports import income, ledger_lines
from domain.reports.sheet import Asked
from models import JournalEntry, JournalLine, LedgerAccount, db
from tests.fixtures.agreements import scope_of
from tests.fixtures.books import FEE_MINOR, fill_books


def net_of_the_ledger() -> int:
    query = (
        select(func.sum(-JournalLine.amount_minor))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .join(LedgerAccount, LedgerAccount.code == JournalLine.account)
        .where(LedgerAccount.type.in_(("income", "expense")))
    )
    return int(db.session.scalar(query))


@pytest.mark.parametrize("by", ["", "month"])
def test_net_income_is_what_the_income_and_expense_accounts_come_to(house, by):
    books = fill_books(house)
    last = books.today + timedelta(days=1)
    with house.app.app_context():
        sheet = income.make(
            scope_of(house, "dana"), Asked(last, last, last - timedelta(days=90), last, by=by)
        )
        (total,) = sheet.totals
        assert total.values["amount"] == net_of_the_ledger()
        by_account = {
            str(row.values["account"]): row.values["amount"] for row in sheet.rows if row.kind == "line"
        }
        assert by_account["Fee income"] == FEE_MINOR
        months = [column.key for column in sheet.columns if column.key.startswith("m2")]
        assert len(months) == (0 if not by else len(income.months_of(sheet.asked)))
        if by:
            assert sum(total.values[month] for month in months) == total.values["amount"]


def test_each_figure_opens_to_lines_that_come_to_it(house):
    books = fill_books(house)
    last = books.today + timedelta(days=1)
    asked = Asked(last, last, last - timedelta(days=60), last)
    with house.app.app_context():
        dana = scope_of(house, "dana")
        sheet = income.make_twelve(dana, asked)
        for row in sheet.rows:
            for key, (_endpoint, given) in row.opens.items():
                days = {name: date.fromisoformat(given[name]) for name in ("since", "until")}
                lines = ledger_lines.make(
                    dana, Asked(last, last, **days, account=given["account"], what=given["what"])
                )
                assert sum(line.values["amount"] for line in lines.rows) == row.values[key]


@pytest.mark.database("sqlite")
def test_months_are_cut_where_the_days_asked_for_begin_and_end_and_there_are_two_years_at_most():
    day = date(2026, 3, 20)
    assert income.months_of(Asked(day, day, date(2026, 1, 15), day)) == [
        (date(2026, 1, 15), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 3, 1), day),
    ]
    assert len(income.months_of(Asked(day, day, date(2020, 1, 1), day))) == 24
