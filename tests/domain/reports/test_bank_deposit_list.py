"""Deposits to the bank: slips that stand, with what lies on them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.actions import bank_deposits
from domain.reports import bank_deposit_list
from domain.reports.sheet import Asked
from tests.fixtures.agreements import clock_today, scope_of
from tests.fixtures.books import fill_books


def test_a_slip_is_there_until_it_is_taken_back(house):
    books = fill_books(house)
    dana, today, now = scope_of(house, "dana"), clock_today(house), datetime.now(UTC)
    last = books.today + timedelta(days=1)
    asked = Asked(last, last, last - timedelta(days=60), last)
    bank_deposits.make(10_000, [], "slip-1", currency="USD", who=dana, today=today, now=now)
    with house.app.app_context():
        slips = [row for row in bank_deposit_list.make(dana, asked).rows if row.link]
        assert [(row.values["cash"], row.values["amount"], row.values["at_bank"]) for row in slips] == [
            (10_000, 10_000, False)
        ]
    bank_deposits.undo("slip-1", "Counted twice", who=dana, today=today, now=now)
    with house.app.app_context():
        assert [row for row in bank_deposit_list.make(dana, asked).rows if row.link] == []
