"""How interest of a loan runs: by the day, by the period, or flat. Pure; integers and exact fractions only."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from domain.kinds.base import Position
from domain.rules.calendar import parse_frequency
from domain.rules.day_count import days, year_base, year_parts
from domain.rules.money import round_ratio
from domain.rules.schedule import LoanTerms, Schedule, loan_schedule
from domain.words import N_, Money, Sentence, Step, Trace

ACCRUED = "loan.accrued"


@lru_cache(maxsize=1024)
def one_of(terms: LoanTerms) -> LoanTerms:
    """The first terms seen that equal these, so that what is kept by terms is found without comparing their fields."""
    return terms


@lru_cache(maxsize=1024)
def schedule_of(terms: LoanTerms) -> Schedule:
    """The contract's schedule. Terms are immutable, so the same terms are computed once per process."""
    return loan_schedule(terms)


@lru_cache(maxsize=1024)
def _whole_days(terms: LoanTerms) -> int | None:
    """Days of a whole period by 30/360, which counts months; None where days are days."""
    frequency = parse_frequency(terms.frequency)
    if terms.day_count != "30/360" or frequency.unit == "day":
        return None
    return 15 if frequency.unit == "semimonth" else 30 * frequency.step


def counted_days(terms: LoanTerms, start: date, end: date) -> int:
    """Days between two days as the loan counts them: by 30/360 a whole period is 30 days a month, as in its schedule,
    also from 31 January to 28 February.
    """
    whole = _whole_days(terms)
    if whole is None:
        return days(start, end, terms.day_count)
    return _months_counted(terms, whole, end) - _months_counted(terms, whole, start)


def _months_counted(terms: LoanTerms, whole: int, day: date) -> int:
    """Days by 30/360 from the loan's start to `day`, through its due days."""
    schedule = schedule_of(terms)
    rows = schedule.rows
    past = bisect_right(rows, day, key=lambda row: row.due_on)
    if not past:
        counted = days(terms.start_on, day, "30/360")
        return counted if schedule.plan.periods.odd_first else min(counted, whole)
    first = days(terms.start_on, rows[0].due_on, "30/360") if schedule.plan.periods.odd_first else whole
    under_way = days(rows[past - 1].due_on, day, "30/360")
    return first + whole * (past - 1) + (min(under_way, whole) if past < len(rows) else under_way)


def by_days(terms: LoanTerms, principal_minor: int, start: date, end: date) -> int:
    """Simple interest on `principal_minor` for the days from `start` to `end`, rounded once by the loan's rule."""
    rate, scale = terms.annual_rate_percent.as_integer_ratio()
    exact = terms.day_count == "actual/actual"
    parts = year_parts(start, end, terms.day_count) if exact else counted_days(terms, start, end)
    return round_ratio(
        principal_minor * rate * parts, 100 * scale * year_base(terms.day_count), terms.rounding
    )


def accrued(terms: LoanTerms, principal_minor: int, start: date, end: date) -> int:
    """Interest that becomes owed after `start` and up to `end`, on a principal that does not change between.

    Daily loans accrue every day; period and flat loans when a period ends (its due day). Interest that was posted up to
    a day inside a period (a payoff that came back) is not counted again when that period ends.
    """
    if end <= start or principal_minor <= 0:
        return 0
    if terms.interest == "daily":
        return by_days(terms, principal_minor, start, end)
    ends = _ends(terms, start, end)
    if not ends:
        return 0
    whole = sum(_of_period(terms, principal_minor, index) for index in ends)
    return max(whole - _so_far(terms, principal_minor, ends[0], start), 0)


def payoff_interest(terms: LoanTerms, position: Position, on: date) -> int:
    """Interest not posted yet that a payoff on a day includes: whole periods, and the days of the one under way."""
    principal, since = position.principal_minor, position.interest_from
    whole = accrued(terms, principal, since, on)
    if terms.interest == "daily" or on <= since or principal <= 0:
        return whole
    rows = schedule_of(terms).rows
    under_way = next((index for index, row in enumerate(rows) if row.due_on > on), None)
    if under_way is None:
        return whole
    days_of_it = _so_far(terms, principal, under_way, on) - _so_far(terms, principal, under_way, since)
    return whole + max(days_of_it, 0)


def posted_through(terms: LoanTerms, since: date, on: date) -> date:
    """The day through which interest stands once it was counted up to `on`: that day itself for daily loans, the last
    due day for the others, whose interest becomes owed when a period ends. Never before `since`.
    """
    if terms.interest == "daily":
        return max(since, on)
    dues = due_days(terms)
    past = bisect_right(dues, on)
    return max(since, dues[past - 1]) if past else since


def per_diem(terms: LoanTerms, principal_minor: int, on: date) -> int:
    """One day's interest after `on`, rounded: 30/360 counts a day as 1/360 of a year, the others as they count.

    Flat interest does not run by the day, and interest by the period ends with the last one.
    """
    if terms.interest == "flat" or (terms.interest == "period" and on >= due_days(terms)[-1]):
        return 0
    rate = Fraction(terms.annual_rate_percent)
    base = {"30/360": 360, "actual/360": 360, "actual/365": 365}.get(terms.day_count)
    if base is None:
        base = 366 if on.year % 4 == 0 and (on.year % 100 != 0 or on.year % 400 == 0) else 365
    return round_ratio(principal_minor * rate.numerator, 100 * rate.denominator * base, terms.rounding)


def _of_period(terms: LoanTerms, principal_minor: int, index: int) -> int:
    schedule = schedule_of(terms)
    if terms.interest == "flat":
        return schedule.rows[index].interest_minor
    periods = schedule.plan.periods
    return round_ratio(principal_minor * periods.parts[index], periods.denominator, terms.rounding)


def _ends(terms: LoanTerms, start: date, end: date) -> range:
    """Indices of the rows whose due day lies after `start` and not after `end`."""
    dues = due_days(terms)
    return range(bisect_right(dues, start), bisect_right(dues, end))


@lru_cache(maxsize=1024)
def due_days(terms: LoanTerms) -> tuple[date, ...]:
    """The contractual due day of every row, in order."""
    return tuple(row.due_on for row in schedule_of(terms).rows)


def _so_far(terms: LoanTerms, principal_minor: int, index: int, day: date) -> int:
    """The part of one period's interest that its days up to `day` have earned; zero before the period begins."""
    rows = schedule_of(terms).rows
    begun, ends = rows[index - 1].due_on if index else terms.start_on, rows[index].due_on
    if day <= begun:
        return 0
    if terms.interest == "flat":
        return round_ratio(
            rows[index].interest_minor * (day - begun).days, (ends - begun).days, terms.rounding
        )
    return by_days(terms, principal_minor, begun, day)


def reason(
    terms: LoanTerms, principal_minor: int, start: date, end: date, amount_minor: int, currency: str
) -> Trace:
    """Why `amount_minor` of interest became owed between two days."""
    trace = Trace(ACCRUED, 1)
    if end <= start:
        return trace.plus(Step(Sentence(N_("No interest has been added since %(day)s."), {"day": start}), 0))
    principal = Money(principal_minor, currency)
    if terms.interest == "daily":
        sentence = Sentence(
            N_(
                "Interest by the day: %(principal)s at %(rate)s %% a year, %(days)s days"
                " from %(start)s to %(end)s (%(count)s)."
            ),
            {
                "principal": principal,
                "rate": Decimal(terms.annual_rate_percent),
                "days": counted_days(terms, start, end),
                "start": start,
                "end": end,
                "count": terms.day_count,
            },
        )
    elif terms.interest == "flat":
        sentence = Sentence(
            N_("Interest fixed by the contract for each period, for %(periods)s periods up to %(end)s."),
            {"periods": len(_ends(terms, start, end)), "end": end},
        )
    else:
        sentence = Sentence(
            N_(
                "Interest by the period: %(principal)s at %(rate)s %% a year, %(periods)s periods ended up to %(end)s."
            ),
            {
                "principal": principal,
                "rate": Decimal(terms.annual_rate_percent),
                "periods": len(_ends(terms, start, end)),
                "end": end,
            },
        )
    return trace.plus(Step(sentence, amount_minor))
