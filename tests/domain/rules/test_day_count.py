"""Days between dates are counted by the convention the loan names."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.day_count import CONVENTIONS, days, year_base, year_fraction
from domain.rules.money import round_minor
from domain.words import Refused

any_day = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 1, 15), date(2026, 2, 15), 30),
        (date(2026, 1, 31), date(2026, 2, 28), 28),
        (date(2026, 1, 31), date(2026, 3, 31), 60),
        (date(2026, 1, 30), date(2026, 3, 31), 60),
        (date(2026, 1, 15), date(2026, 3, 31), 76),
        (date(2026, 2, 28), date(2026, 3, 31), 30),
        (date(2024, 2, 28), date(2024, 3, 1), 3),
        (date(2024, 2, 29), date(2025, 2, 28), 360),
        (date(2025, 1, 1), date(2026, 1, 1), 360),
    ],
)
def test_thirty_day_months_by_the_us_bond_basis(start: date, end: date, expected: int) -> None:
    assert days(start, end, "30/360") == expected
    assert year_fraction(start, end, "30/360") == Fraction(expected, 360)


def test_actual_days_over_a_fixed_year() -> None:
    start, end = date(2022, 8, 22), date(2022, 10, 1)
    assert days(start, end, "actual/365") == 40
    assert year_fraction(start, end, "actual/365") == Fraction(40, 365)
    assert year_fraction(start, end, "actual/360") == Fraction(40, 360)


def test_actual_actual_splits_by_the_kind_of_year() -> None:
    """ISDA, EMU and Market Conventions (1998): 1 November 2003 to 1 May 2004 is 61/365 + 121/366."""
    expected = Fraction(61, 365) + Fraction(121, 366)
    assert year_fraction(date(2003, 11, 1), date(2004, 5, 1), "actual/actual") == expected
    assert year_fraction(date(2023, 1, 1), date(2026, 1, 1), "actual/actual") == 3


@pytest.mark.parametrize(
    ("principal", "rate", "counted", "base", "mode", "expected"),
    [
        (560000, "0.1175", 45, 365, "ceiling", 8113),
        (700000, "0.0326", 100, 365, "half-up", 6252),
        (650000, "0.126", 45, 365, "ceiling", 10098),
        (1370000, "0.0655", 60, 365, "ceiling", 14751),
        (4550000, "0.118", 50, 365, "ceiling", 73548),
        (1840000, "0.179", 45, 365, "ceiling", 40607),
        (1000000, "0.07", 1, 360, "half-up", 194),
        (1200000, "0.07", 44, 360, "half-up", 10267),
        (502500, "0.055", 164, 365, "half-up", 12418),
        (100000, "0.10", 1, 365, "half-up", 27),
    ],
)
def test_simple_interest_by_days_agrees_with_published_sums(
    principal: int, rate: str, counted: int, base: int, mode: str, expected: int
) -> None:
    """OpenStax m00059, scejson-doc module-singlepmt, corefin, sapling and ehow (recomputed)."""
    convention = f"actual/{base}"
    start = date(2025, 1, 1)
    fraction = year_fraction(start, date.fromordinal(start.toordinal() + counted), convention)
    assert round_minor(principal * Fraction(Decimal(rate)) * fraction, mode) == expected


@given(any_day, any_day, any_day, st.sampled_from(CONVENTIONS[1:]))
def test_time_adds_up_where_real_days_are_counted(
    first: date, second: date, third: date, convention: str
) -> None:
    a, b, c = sorted((first, second, third))
    whole = year_fraction(a, c, convention)
    assert whole == year_fraction(a, b, convention) + year_fraction(b, c, convention)
    assert whole >= 0


@given(any_day, any_day)
def test_thirty_day_months_stay_within_two_days_a_month_of_the_calendar(first: date, second: date) -> None:
    a, b = sorted((first, second))
    assert abs(days(a, b, "30/360") - Fraction(360, 365) * (b - a).days) <= 6 + (b - a).days // 365


def test_an_unknown_convention_is_refused() -> None:
    for call in (lambda: days(date(2026, 1, 1), date(2026, 2, 1), "30E/360"), lambda: year_base("act/act")):
        with pytest.raises(Refused, match="day count"):
            call()
