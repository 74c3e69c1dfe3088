"""What may be promised, and whether it was kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.promises import (
    LIMITS,
    USUAL,
    Asked,
    check,
    check_more_time,
    check_policy,
    least_minor,
    outcome,
    policy_json,
    policy_of,
)
from domain.words import Refused

TODAY = date(2026, 3, 2)
ASKED = Asked(due_minor=31_194, currency="USD", today=TODAY)


def test_a_promise_of_half_of_what_is_due_within_two_weeks_may_be_made() -> None:
    check(USUAL, ASKED, 15_597, date(2026, 3, 16))


@pytest.mark.parametrize(
    ("amount", "until", "field"),
    [
        (15_596, date(2026, 3, 16), "amount"),
        (31_195, date(2026, 3, 16), "amount"),
        (31_194, date(2026, 3, 17), "until"),
        (31_194, TODAY, "until"),
    ],
)
def test_too_little_too_much_too_late_and_today_are_refused(amount: int, until: date, field: str) -> None:
    with pytest.raises(Refused) as told:
        check(USUAL, ASKED, amount, until)
    assert told.value.field == field


def test_while_one_stands_no_other_is_made() -> None:
    with pytest.raises(Refused, match="already"):
        check(USUAL, replace(ASKED, open_until=(date(2026, 3, 9),)), 31_194, date(2026, 3, 10))


def test_two_broken_promises_within_ninety_days_bar_and_older_ones_do_not() -> None:
    lately = [TODAY - timedelta(days=90), TODAY - timedelta(days=1)]
    with pytest.raises(Refused, match="more time"):
        check(USUAL, replace(ASKED, broken_on=lately), 31_194, date(2026, 3, 10))
    check(USUAL, replace(ASKED, broken_on=[TODAY - timedelta(days=91), lately[1]]), 31_194, date(2026, 3, 10))


def test_where_nothing_is_due_or_promises_are_not_offered_none_is_made() -> None:
    for policy, asked in ((USUAL, replace(ASKED, due_minor=0)), (replace(USUAL, offered=False), ASKED)):
        with pytest.raises(Refused):
            check(policy, asked, 1, date(2026, 3, 3))
    with pytest.raises(Refused):
        check_more_time(USUAL, replace(ASKED, due_minor=0), date(2026, 4, 1))
    check_more_time(replace(USUAL, offered=False), ASKED, date(2026, 4, 1))


def test_the_least_share_is_rounded_up_so_that_it_is_never_less_than_the_policy_says() -> None:
    assert least_minor(replace(USUAL, least_percent=33), 100_01) == 3_301


def test_what_came_in_time_keeps_it_and_a_cent_less_breaks_it_the_day_after() -> None:
    day = date(2026, 3, 9)
    assert outcome(10_000, day, 10_000, 0, 5_000, TODAY).outcome == "kept"
    assert outcome(10_000, day, 9_999, 0, 5_000, day).outcome == "open"
    assert outcome(10_000, day, 9_999, 0, 5_000, day + timedelta(days=1)).outcome == "broken"


def test_money_on_its_way_that_would_keep_it_is_waited_for_also_after_the_day() -> None:
    after = date(2026, 3, 10)
    assert outcome(10_000, date(2026, 3, 9), 4_000, 6_000, 5_000, after).outcome == "waiting"
    assert outcome(10_000, date(2026, 3, 9), 4_000, 5_999, 5_000, after).outcome == "broken"


def test_when_nothing_is_due_any_more_nobody_has_broken_a_promise() -> None:
    became = outcome(10_000, date(2026, 3, 9), 0, 0, 0, date(2026, 3, 10))
    assert became.outcome == "kept"
    assert "Nothing is due any more." in str(became.trace.steps[-1].sentence)


def test_a_policy_reads_back_as_it_was_written_and_knows_what_is_left_out() -> None:
    policy = replace(USUAL, most_days=21, offered=False)
    assert policy_of(policy_json(policy)) == policy
    assert policy_of({}) == USUAL
    assert policy_of({"most_days": "many", "least_percent": True, "unheard": 3}) == USUAL


@pytest.mark.parametrize("name", LIMITS)
def test_a_figure_outside_its_limits_is_refused_beside_its_field(name: str) -> None:
    least, most = LIMITS[name]
    for wrong in (least - 1, most + 1):
        with pytest.raises(Refused) as told:
            check_policy(replace(USUAL, **{name: wrong}))
        assert told.value.field == name
    check_policy(USUAL)


MONEY = st.integers(0, 10**9)


@given(st.integers(1, 10**9), MONEY, MONEY, MONEY, st.integers(-30, 30))
def test_nobody_is_told_of_a_broken_promise_before_the_day_after_or_with_enough_money(
    amount: int, came: int, coming: int, due: int, late: int
) -> None:
    said = outcome(amount, TODAY, came, coming, due, TODAY + timedelta(days=late)).outcome
    if said == "broken":
        assert late > 0
        assert came + coming < amount
        assert due > 0 or coming
    if came >= amount:
        assert said == "kept"
