"""The rule of two days, and the warning before a card ends."""

from __future__ import annotations

from datetime import date

import pytest

from domain.rules.method_notices import debit_notice, last_day, warns
from domain.words import Money

TODAY = date(2026, 12, 1)


def said(day: int) -> str:
    notice = debit_notice(date(2026, 12, day), TODAY, Money(15_597, "USD"), "Old Bank ••1")
    return str(notice)


@pytest.mark.parametrize("day", [1, 2])
def test_less_than_two_days_before_a_debit_the_change_does_not_catch_it(day):
    # Rules of the product, section 7: changed less than 2 days before a debit, it says whether it still catches it.
    assert "less than 2 days away: it still comes from Old Bank ••1" in said(day)
    assert "155.97 USD" in said(day)


def test_two_days_before_it_can_still_be_changed():
    assert "Open it to take another way" in said(3)
    assert "less than 2 days" not in said(3)


def test_a_debit_that_is_over_needs_no_word():
    assert debit_notice(date(2026, 11, 30), TODAY, Money(1, "USD"), "x") is None


@pytest.mark.parametrize(
    ("expires", "on", "warned"),
    [
        ("2026-12", date(2026, 10, 31), False), ("2026-12", date(2026, 11, 1), True),
        ("2026-12", date(2026, 12, 31), True), ("2026-12", date(2027, 1, 1), False),
        ("2027-01", date(2026, 12, 1), True), ("2027-02", date(2026, 12, 31), False), ("", TODAY, False),
        ("2026-13", TODAY, False), ("soon", TODAY, False),
    ],
)  # fmt: skip
def test_a_card_is_warned_of_in_its_last_month_and_the_one_before(expires, on, warned):
    assert warns(expires, on) is warned


def test_a_card_is_good_through_the_last_day_of_its_month():
    assert last_day("2028-02") == date(2028, 2, 29)
    assert last_day("") is None
