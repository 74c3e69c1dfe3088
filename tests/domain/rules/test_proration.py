"""What a part of a period pays, by each method a lease may name."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from domain.rules.proration import METHODS, Prorated, Span, part_of_period, prorate
from domain.words import Refused

JANUARY = Span(date(2026, 1, 1), date(2026, 1, 31))
LEAP_JANUARY = Span(date(2028, 1, 1), date(2028, 1, 31))
MAY = Span(date(2026, 5, 1), date(2026, 5, 31))


def told(made: Prorated) -> str:
    return "\n".join(str(step.sentence) for step in made.trace.steps)


@pytest.mark.parametrize(
    ("method", "expected"),
    [("actual", 85161), ("30", 88000), ("30/360", 84000), ("365", 86795), ("366", 86557), ("none", 120000)],
)
def test_1200_a_month_moved_in_on_10_january(method: str, expected: int) -> None:
    stay = Span(date(2028, 1, 10), date(2028, 1, 31))
    assert prorate(120000, LEAP_JANUARY, stay, method).amount_minor == expected


def test_366_is_leap_aware_and_365_is_not() -> None:
    stay = Span(date(2026, 1, 10), date(2026, 1, 31))
    assert prorate(120000, JANUARY, stay, "366").amount_minor == 86795
    assert prorate(120000, JANUARY, stay, "365").amount_minor == 86795
    over_new_year = Span(date(2027, 12, 15), date(2028, 1, 14))
    assert part_of_period(
        "366", "monthly", over_new_year, Span(date(2027, 12, 20), date(2028, 1, 14))
    ) == Fraction(12 * 12, 365) + Fraction(14 * 12, 366)


@pytest.mark.parametrize(("method", "expected"), [("actual", 99355), ("30", 102667), ("365", 101260)])
def test_2200_a_month_moved_in_on_18_may(method: str, expected: int) -> None:
    assert prorate(220000, MAY, Span(date(2026, 5, 18), date(2026, 5, 31)), method).amount_minor == expected


def test_thirtieths_of_a_month_of_31_days_are_capped_at_one_period() -> None:
    made = prorate(120000, JANUARY, JANUARY, "30")
    assert made.amount_minor == 120000
    assert "1240.0000" in told(made)
    assert "one whole period is charged: 1200.00 USD" in told(made)


def test_a_stay_shorter_than_the_period_is_capped_too() -> None:
    period = Span(date(2026, 1, 15), date(2026, 2, 14))
    made = prorate(100000, period, Span(date(2026, 1, 16), date(2026, 2, 14)))
    assert (made.amount_minor, made.part) == (100000, 1)
    assert "1016.1290" in told(made)


@pytest.mark.parametrize("method", METHODS)
def test_a_whole_period_pays_the_whole_amount_by_every_method(method: str) -> None:
    february = Span(date(2026, 2, 15), date(2026, 3, 14))
    assert prorate(100000, february, february, method).amount_minor == 100000


def test_a_stay_over_two_months_is_one_rounded_line() -> None:
    period = Span(date(2026, 8, 15), date(2026, 9, 14))
    made = prorate(100000, period, Span(date(2026, 8, 20), date(2026, 9, 14)))
    assert made.amount_minor == 85376  # two rounded lines would be 387.10 + 466.67 = 853.77
    assert told(made) == (
        "2026-08-20 to 2026-09-14: 1000.00 USD x (12/31 + 14/30) = 853.7634.\n"
        "The line is rounded half up to 853.76 USD."
    )


def test_1200_moved_out_on_15_march() -> None:
    march = Span(date(2026, 3, 1), date(2026, 3, 31))
    assert prorate(120000, march, Span(date(2026, 3, 1), date(2026, 3, 15))).amount_minor == 58065


def test_a_charge_may_be_left_whole() -> None:
    assert (
        prorate(5000, MAY, Span(date(2026, 5, 31), date(2026, 5, 31)), "actual", on=False).amount_minor
        == 5000
    )


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2026, 1, 30), date(2026, 1, 30), 1),
        (date(2026, 1, 31), date(2026, 1, 31), 1),
        (date(2026, 1, 2), date(2026, 1, 31), 29),
        (date(2026, 2, 28), date(2026, 2, 28), 1),
        (date(2026, 2, 15), date(2026, 2, 28), 16),
        (date(2028, 2, 28), date(2028, 2, 29), 3),
        (date(2026, 2, 1), date(2026, 2, 27), 27),
    ],
)
def test_30_360_counts_months_of_30_days_with_both_ends(first: date, last: date, days: int) -> None:
    month = Span(date(2025, 12, 1), date(2028, 12, 31))  # wider than the stay, so that nothing is whole
    assert part_of_period("30/360", "monthly", month, Span(first, last)) == Fraction(days, 30)


@pytest.mark.parametrize("method", ["actual", "30", "30/360", "365", "366"])
def test_weekly_rent_counts_the_days_of_the_week(method: str) -> None:
    week = Span(date(2026, 1, 5), date(2026, 1, 11))
    assert (
        prorate(
            35000, week, Span(date(2026, 1, 9), date(2026, 1, 11)), method, frequency="weekly"
        ).amount_minor
        == 15000
    )


def test_longer_and_shorter_periods_count_by_the_month() -> None:
    quarter = Span(date(2026, 1, 1), date(2026, 3, 31))
    stay = Span(date(2026, 1, 10), date(2026, 3, 31))
    assert prorate(360000, quarter, stay, frequency="quarterly").amount_minor == 325161
    half = Span(date(2026, 1, 1), date(2026, 1, 15))
    made = prorate(60000, half, Span(date(2026, 1, 11), date(2026, 1, 15)), frequency="semimonthly")
    assert made.amount_minor == 19355  # 5 days of 1,200 a month
    assert "(5 x 2/31)" in told(made)


def test_rounding_and_currency_are_the_agreements() -> None:
    stay = Span(date(2026, 1, 10), date(2026, 1, 31))
    assert prorate(120000, JANUARY, stay, rounding="ceiling").amount_minor == 85162
    yen = prorate(120000, JANUARY, stay, currency="JPY")
    assert "85161.29" in told(yen)
    assert "85161 JPY" in told(yen)


def test_an_unknown_method_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="lunar is not a way of prorating") as refused:
        prorate(120000, JANUARY, JANUARY, "lunar")
    assert refused.value.field == "proration"
