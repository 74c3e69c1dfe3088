"""Presenting a debit again: which codes, how often, until when. Nacha Operating Rules 2.12.4; design rules 7."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.representment import Tried, represent
from gateways.codes import reason

FIRST = date(2026, 3, 4)
DAY = timedelta(days=1)


def asked(code: str, again: int = 0, after: int = 5, **more: bool):
    return represent(
        code, reason(code).retryable, Tried(FIRST, FIRST + 2 * DAY, again, **more), FIRST + after * DAY
    )


@pytest.mark.safety("L9")
@pytest.mark.parametrize("code", ["R01", "R09", "r01"])
def test_a_debit_without_funds_may_come_twice_more_and_no_third_time(code) -> None:
    assert [asked(code, again).allowed for again in range(4)] == [True, True, False, False]
    assert [asked(code, again).left for again in range(4)] == [2, 1, 0, 0]


@pytest.mark.safety("L9")
@pytest.mark.parametrize(("after", "allowed"), [(3, True), (180, True), (181, False), (400, False)])
def test_it_may_come_again_within_180_days_of_the_first(after, allowed) -> None:
    verdict = asked("R01", after=after)
    assert (verdict.allowed, verdict.until) == (allowed, date(2026, 8, 31))


@pytest.mark.safety("L9")
@pytest.mark.parametrize("code", ["R05", "R07", "R08", "R10", "R11", "R29", "R51"])
def test_a_debit_that_was_not_allowed_never_comes_again_not_even_corrected(code) -> None:
    assert not asked(code).allowed
    assert not asked(code, corrected=True).allowed
    assert "permission" in str(asked(code).reason)


@pytest.mark.safety("L9")
@pytest.mark.parametrize("code", ["R02", "R03", "R04"])
def test_a_wrong_account_has_to_be_corrected_first(code) -> None:
    assert not asked(code).allowed
    assert asked(code, corrected=True).allowed


def test_never_on_the_day_on_which_it_came_back() -> None:
    assert not asked("R01", after=2).allowed
    assert asked("R01", after=3).allowed


@pytest.mark.parametrize(
    ("code", "allowed"), [("insufficient_funds", True), ("stolen_card", False), ("nobody_knows", False)]
)
def test_a_soft_decline_of_a_card_may_be_tried_again_and_a_hard_one_never(code, allowed) -> None:
    assert asked(code).allowed is allowed


@pytest.mark.safety("L9")
@given(
    code=st.integers(1, 90).map(lambda number: f"R{number:02d}"), again=st.integers(0, 5), after=st.integers(0, 500),
    corrected=st.booleans(),
)  # fmt: skip
def test_no_code_comes_more_than_twice_or_after_half_a_year_or_the_same_day(
    code, again, after, corrected
) -> None:
    verdict = asked(code, again, after, corrected=corrected)
    if verdict.allowed:
        assert again < 2
        assert 2 < after <= 180
        assert code not in {"R07", "R10", "R29"}
    assert verdict.trace.steps[-1].sentence == verdict.reason
