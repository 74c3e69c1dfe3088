"""A report goes on the next such day, and tells of the days that ended before it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.report_days import EVERY, covered, next_day

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("every", "after", "then"),
    [
        ("day", date(2026, 2, 28), date(2026, 3, 1)),
        ("week", date(2026, 11, 22), date(2026, 11, 23)),
        ("week", date(2026, 11, 23), date(2026, 11, 30)),
        ("month", date(2026, 1, 31), date(2026, 2, 1)),
        ("month", date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_the_next_day_is_tomorrow_the_next_monday_or_the_next_first(every, after, then) -> None:
    assert next_day(every, after) == then


@given(DAYS, st.sampled_from(sorted(EVERY)))
def test_the_days_covered_follow_each_other_without_gap_or_overlap(day, every) -> None:
    one = next_day(every, day)
    two = next_day(every, one)
    first, last = covered(every, two)
    assert first <= last < two
    assert covered(every, one)[1] + timedelta(days=1) == first
