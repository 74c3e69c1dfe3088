"""The periods of a loan: their due dates, and what part of a year's interest each one carries.

Each period's interest factor is an integer `part` over one common `denominator`, so that a schedule is computed in
integers and nothing is rounded before the interest of a row is posted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import gcd

from domain.rules.calendar import (
    Frequency,
    due_dates,
    is_one_period,
    kept_anchors,
    parse_frequency,
    periods_per_year,
)
from domain.rules.day_count import days, year_base, year_parts
from domain.rules.terms import LoanTerms

SKIPPED, INTEREST_ALONE, LEVEL, STEPPED = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Periods:
    """Every period of a loan in order.

    `dues`: the due dates (empty when nobody asked for them). `parts[k] / denominator`: interest of period k per unit
    of principal. `uses`: what each row is for (SKIPPED, INTEREST_ALONE, LEVEL, STEPPED), or None when all are level.
    `odd_first`: whether the first period is not a whole one. `counted`: whether days count in every period.
    """

    dues: list[date]
    parts: list[int]
    denominator: int
    uses: list[int] | None
    odd_first: bool
    counted: bool


def periods_of(terms: LoanTerms, dated: bool = True) -> Periods:
    """The periods of checked terms: whole periods are rate / periods a year, others are counted in days.

    Days are counted in every period for daily interest and in an odd first period otherwise. By 30/360 a whole
    period of months (or half months) is always 30 days a month, also from 31 January to 28 February. Without
    `dated` the due dates are made only where the interest or the skipped months need them.
    """
    frequency = parse_frequency(terms.frequency)
    counted = terms.interest == "daily"
    anchors = kept_anchors(frequency, terms.start_on, terms.first_due_on, terms.anchor_days)
    dues: list[date] = []
    if dated or counted or terms.skip_months:
        dues = due_dates(frequency, terms.first_due_on, terms.count, anchors)
    odd_first = not is_one_period(frequency, terms.start_on, terms.first_due_on, anchors)
    if counted:
        years = _counted(terms, frequency, dues, odd_first)
        rate, scale = terms.annual_rate_percent.as_integer_ratio()
        parts, below = _reduced(years, rate, year_base(terms.day_count) * 100 * scale)
    else:
        parts, below = _nominal(terms, odd_first)
    return Periods(dues, parts, below, _uses(terms, dues), odd_first, counted)


def payment_parts(terms: LoanTerms, periods: Periods) -> tuple[list[int], int]:
    """The parts and denominator the level payment is computed with: those of the interest, but for daily interest
    every n weeks. There all periods are equal and the payment is the textbook one at rate / periods a year
    (9,000 at 21 %, 78 every two weeks: 155.97), while the interest of each row counts its days.
    """
    if not periods.counted or not pays_by_weeks(terms):
        return periods.parts, periods.denominator
    return _nominal(terms, periods.odd_first)


def pays_by_weeks(terms: LoanTerms) -> bool:
    """Whether the loan is paid every one or more whole weeks."""
    frequency = parse_frequency(terms.frequency)
    return frequency.unit == "day" and frequency.step % 7 == 0


def first_days(terms: LoanTerms) -> int:
    """Days of the first period by the loan's day count."""
    return days(terms.start_on, terms.first_due_on, terms.day_count)


def _counted(terms: LoanTerms, frequency: Frequency, dues: list[date], odd_first: bool) -> list[int]:
    """Each period's part of a year over `year_base(day_count)`, by counted days."""
    convention = terms.day_count
    if convention == "30/360" and frequency.unit != "day":
        whole = 15 if frequency.unit == "semimonth" else 30 * frequency.step
        parts = [whole] * len(dues)
        if odd_first:
            parts[0] = year_parts(terms.start_on, dues[0], convention)
        return parts
    if convention in ("actual/365", "actual/360"):
        marks = [terms.start_on.toordinal(), *[due.toordinal() for due in dues]]
        return [later - earlier for earlier, later in zip(marks, marks[1:], strict=False)]
    starts = [terms.start_on, *dues[:-1]]
    return [year_parts(start, due, convention) for start, due in zip(starts, dues, strict=True)]


def _whole(terms: LoanTerms, frequency: Frequency, odd_first: bool) -> tuple[int, list[int]]:
    """A year in parts, and the parts of each period: equal ones, but for an odd first period."""
    a_year = periods_per_year(frequency)
    if not odd_first:
        return a_year.numerator, [a_year.denominator] * terms.count
    base = year_base(terms.day_count)
    years = [a_year.denominator * base] * terms.count
    years[0] = year_parts(terms.start_on, terms.first_due_on, terms.day_count) * a_year.numerator
    return a_year.numerator * base, years


def _nominal(terms: LoanTerms, odd_first: bool) -> tuple[list[int], int]:
    below, years = _whole(terms, parse_frequency(terms.frequency), odd_first)
    rate, scale = terms.annual_rate_percent.as_integer_ratio()
    return _reduced(years, rate, below * 100 * scale)


def _reduced(years: list[int], rate: int, below: int) -> tuple[list[int], int]:
    """Parts of interest in small numbers over an even denominator, so that half a minor unit is a whole number."""
    common = gcd(below, *(rate * part for part in set(years)))
    if below // common % 2:
        return [2 * rate * part // common for part in years], 2 * below // common
    return [rate * part // common for part in years], below // common


def _uses(terms: LoanTerms, dues: list[date]) -> list[int] | None:
    if not terms.skip_months and not terms.interest_only and not terms.steps:
        return None
    uses = [LEVEL] * terms.count
    if terms.steps:
        first = terms.steps[0][0] - 1
        uses[first:] = [STEPPED] * (terms.count - first)
    uses[: terms.interest_only] = [INTEREST_ALONE] * terms.interest_only
    if terms.skip_months:
        uses = [
            SKIPPED if due.month in terms.skip_months else use for due, use in zip(dues, uses, strict=True)
        ]
    return uses
