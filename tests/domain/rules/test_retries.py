"""When a failed debit is tried again, by code, scheme and the business's plan."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.rules.autopay_policy import Policy
from domain.rules.representment import Tried
from domain.rules.retries import next_try

FIRST = date(2026, 3, 2)
DAY = timedelta(days=1)


def tried(again: int, back: int = 2) -> Tried:
    return Tried(FIRST, FIRST + back * DAY, again)


def on(
    code: str, scheme: str, before: Tried, retryable: str = "yes", today: date | None = None
) -> date | None:
    return next_try(code, scheme, before, today or before.back_on, Policy(), retryable=retryable).on


def test_a_bank_debit_without_enough_money_is_presented_again_twice_and_no_more() -> None:
    """Nacha 2.12.4: at most two times after the return of the original."""
    assert on("R01", "ach", tried(0)) == FIRST + 5 * DAY
    assert on("R01", "ach", tried(1, back=9)) == FIRST + 16 * DAY
    assert on("R01", "ach", tried(2, back=20)) is None


def test_nothing_is_presented_again_after_180_days() -> None:
    assert on("R01", "ach", tried(0, back=400)) is None


@pytest.mark.parametrize("code", ["R05", "R07", "R08", "R10", "R11", "R29", "R51"])
def test_what_was_not_allowed_is_never_tried_again(code: str) -> None:
    assert on(code, "ach", tried(0)) is None


@pytest.mark.parametrize("code", ["R02", "R03", "R04"])
def test_a_wrong_account_waits_for_its_correction(code: str) -> None:
    assert on(code, "ach", tried(0)) is None


def test_a_soft_decline_is_tried_again_on_days_three_five_and_seven() -> None:
    days = [
        on("insufficient_funds", "card", Tried(FIRST, FIRST + at * DAY, again))
        for again, at in enumerate((0, 3, 5, 7))
    ]
    assert days == [FIRST + 3 * DAY, FIRST + 5 * DAY, FIRST + 7 * DAY, None]


def test_a_hard_decline_is_never_tried_again() -> None:
    assert on("stolen_card", "card", tried(0), "never") is None
    assert on("expired_card", "card", tried(0), "after_correction") is None


def test_news_that_comes_late_are_never_acted_on_the_same_day() -> None:
    late = FIRST + 30 * DAY
    assert on("R01", "ach", tried(0), today=late) == late + DAY
