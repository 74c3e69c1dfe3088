"""Due dates keep their anchor day, and a year has the periods its frequency says."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.calendar import (
    add_months,
    due_dates,
    is_one_period,
    kept_anchors,
    parse_frequency,
    periods_per_year,
    previous_due,
)
from domain.words import Refused


def iso(days: list[date]) -> str:
    return " ".join(day.isoformat() for day in days)


@pytest.mark.safety("J6")
@pytest.mark.parametrize(
    ("frequency", "first_due", "anchors", "expected"),
    [
        ("weekly", date(2026, 1, 9), None, "2026-01-09 2026-01-16 2026-01-23"),
        ("biweekly", date(2026, 1, 9), None, "2026-01-09 2026-01-23 2026-02-06"),
        ("every-4-weeks", date(2026, 1, 9), None, "2026-01-09 2026-02-06 2026-03-06"),
        ("every-15-days", date(2026, 10, 1), None, "2026-10-01 2026-10-16 2026-10-31"),
        ("monthly", date(2026, 1, 31), None, "2026-01-31 2026-02-28 2026-03-31"),
        ("monthly", date(2024, 1, 30), None, "2024-01-30 2024-02-29 2024-03-30"),
        ("monthly", date(2026, 2, 28), (31,), "2026-02-28 2026-03-31 2026-04-30"),
        ("monthly", date(2026, 11, 15), None, "2026-11-15 2026-12-15 2027-01-15"),
        ("quarterly", date(2025, 11, 30), None, "2025-11-30 2026-02-28 2026-05-30"),
        ("yearly", date(2024, 2, 29), None, "2024-02-29 2025-02-28 2026-02-28"),
        ("every-2-months", date(2025, 12, 31), None, "2025-12-31 2026-02-28 2026-04-30"),
        ("semimonthly", date(2026, 1, 15), (15, 31), "2026-01-15 2026-01-31 2026-02-15"),
        ("semimonthly", date(2026, 2, 28), (15, 31), "2026-02-28 2026-03-15 2026-03-31"),
        ("semimonthly", date(2026, 1, 15), None, "2026-01-15 2026-01-31 2026-02-15"),
        ("semimonthly", date(2026, 1, 1), None, "2026-01-01 2026-01-16 2026-02-01"),
        ("semimonthly", date(2026, 1, 20), None, "2026-01-20 2026-02-05 2026-02-20"),
    ],
)
def test_due_dates_follow_the_frequency(
    frequency: str, first_due: date, anchors: tuple[int, ...] | None, expected: str
) -> None:
    assert iso(due_dates(frequency, first_due, 3, anchors)) == expected


def test_no_due_dates_are_none() -> None:
    assert due_dates("monthly", date(2026, 1, 5), 0) == []


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 60), st.integers(1, 80))
def test_months_are_counted_from_the_first_due_date(first_due: date, step: int, count: int) -> None:
    expected = [add_months(first_due, step * number) for number in range(count)]
    assert due_dates(f"every-{step}-months", first_due, count) == expected


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(2, 50))
def test_twice_a_month_is_twenty_four_dates_a_year_two_in_each_month(first_due: date, count: int) -> None:
    days = due_dates("semimonthly", first_due, count)
    months = [day.year * 12 + day.month for day in days]
    assert months[0] + (count - 1) // 2 <= months[-1] <= months[0] + count // 2
    assert all(months.count(month) == 2 for month in set(months[1:-1]) - {months[0], months[-1]})
    assert sorted(set(days)) == days


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [
        ("weekly", 52), ("biweekly", 26), ("every-4-weeks", 13), ("semimonthly", 24), ("monthly", 12),
        ("quarterly", 4), ("yearly", 1), ("every-15-days", Fraction(365, 15)), ("every-2-months", 6),
    ],
)  # fmt: skip
def test_a_year_has_its_periods(frequency: str, expected: int | Fraction) -> None:
    assert periods_per_year(frequency) == expected


@pytest.mark.parametrize(
    "name", ["", "hourly", "every-0-days", "every-367-days", "every-61-months", "every-x-days", "Monthly"]
)
def test_an_unknown_frequency_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="frequency"):
        parse_frequency(name)


@pytest.mark.parametrize(
    ("frequency", "anchors"),
    [
        ("semimonthly", (15,)), ("semimonthly", (15, 15)), ("semimonthly", (28, 31)), ("semimonthly", (0, 15)),
        ("semimonthly", (1, 16)), ("monthly", (1, 15)), ("monthly", (32,)), ("monthly", (14,)), ("weekly", (15,)),
    ],
)  # fmt: skip
def test_anchor_days_that_do_not_fit_are_refused(frequency: str, anchors: tuple[int, ...]) -> None:
    with pytest.raises(Refused):
        due_dates(frequency, date(2026, 1, 15), 3, anchors)


@pytest.mark.parametrize(
    ("frequency", "day", "expected"),
    [
        ("weekly", date(2026, 1, 9), date(2026, 1, 2)),
        ("monthly", date(2026, 3, 31), date(2026, 2, 28)),
        ("semimonthly", date(2026, 3, 15), date(2026, 2, 28)),
        ("semimonthly", date(2026, 2, 28), date(2026, 2, 15)),
        ("quarterly", date(2026, 1, 15), date(2025, 10, 15)),
    ],
)
def test_a_period_begins_one_period_before_its_due_date(frequency: str, day: date, expected: date) -> None:
    assert previous_due(frequency, day) == expected
    assert is_one_period(frequency, expected, day)


def test_a_month_may_end_on_a_shorter_months_last_day() -> None:
    assert is_one_period("monthly", date(2026, 1, 31), date(2026, 2, 28))
    assert is_one_period("monthly", date(2026, 1, 28), date(2026, 2, 28))
    assert not is_one_period("monthly", date(2026, 1, 30), date(2026, 3, 1))
    assert not is_one_period("biweekly", date(2026, 1, 1), date(2026, 1, 16))


def test_a_loan_begun_on_the_last_day_keeps_it_unless_told_otherwise() -> None:
    start, first_due = date(2026, 1, 31), date(2026, 2, 28)
    assert kept_anchors("monthly", start, first_due) == (31,)
    assert kept_anchors("monthly", start, first_due, (28,)) == (28,)
    assert kept_anchors("monthly", start, date(2026, 3, 28)) is None
