"""Cash received: the same money however it is grouped, and the same as the payments and the ledger say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.reports import cash_received
from domain.reports.sheet import Asked
from models import JournalEntry, JournalLine, db
from tests.fixtures.agreements import scope_of
from tests.fixtures.books import fill_books

IN_HAND = 15_597 + 31_194
"""Counter money and a card payment; the bank payment of 200.00 came back."""


def asked(books, **more):
    last = books.today + timedelta(days=1)
    return Asked(last, last, books.today - timedelta(days=30), last, **more)


@pytest.mark.parametrize("by", ["", "method", "person", "payment"])
def test_however_it_is_grouped_it_is_what_came_less_what_came_back(house, by):
    books = fill_books(house)
    with house.app.app_context():
        sheet = cash_received.make(scope_of(house, "dana"), asked(books, by=by))
        rows = list(sheet.rows)
        assert sum(row.values["net"] for row in rows) == IN_HAND
        (total,) = sheet.totals
        assert (total.values["received"], total.values["back"]) == (IN_HAND + 20_000, 20_000)
        assert total.values["count"] == 3


def test_it_comes_to_what_the_ledger_has_where_money_arrives(house):
    books = fill_books(house)
    with house.app.app_context():
        sheet = cash_received.make(scope_of(house, "dana"), asked(books))
        ledger = db.session.scalar(
            select(func.sum(JournalLine.amount_minor))
            .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
            .where(cash_received.arrives(), JournalEntry.payment_id.is_not(None))
        )
        assert sheet.totals[0].values["net"] == ledger
        assert sum(sheet.chart.series[0].amounts) == ledger


def test_each_group_opens_to_the_payments_it_is_made_of(house):
    books = fill_books(house)
    client = house.client("dana")
    page = client.get(
        f"/office/reports/cash_received?by=method&since={books.today - timedelta(days=30)}"
    ).text
    import re

    links = re.findall(r'<td data-label="Paid with"><span><a href="([^"]+)">([^<]+)', page)
    assert [words for _link, words in links] == ["Bank account", "Card", "Cash"]
    for link, figure in zip(links, ("$0.00", "$311.94", "$155.97"), strict=True):
        opened = client.get(link[0].replace("&amp;", "&")).text
        assert figure in re.search(r"<tfoot>.*</tfoot>", opened, re.DOTALL)[0]


@pytest.mark.database("sqlite")
def test_what_is_asked_narrows_it(house):
    books = fill_books(house)
    with house.app.app_context():
        dana = scope_of(house, "dana")
        cash = cash_received.make(dana, asked(books, method="cash")).totals
        assert [total.values["net"] for total in cash] == [15_597]
        assert cash_received.make(dana, asked(books, kind="rental")).totals == []
        assert list(cash_received.make(scope_of(house, "lena"), asked(books)).rows) == []
