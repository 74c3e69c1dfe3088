"""How interest of a loan runs: by the day, by the period, or flat. Pure; integers and exact fractions only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from domain.kinds.base import Position
from domain.rules.day_count import days, year_base, year_parts
from domain.rules.money import round_ratio
from domain.rules.schedule import LoanTerms, Schedule, loan_schedule
from domain.words import N_, Money, Sentence, Step, Trace

ACCRUED = "loan.accrued"


@lru_cache(maxsize=1024)
def schedule_of(terms: LoanTerms) -> Schedule:
    """The contract's schedule. Terms are immutable, so the same terms are computed once per process."""
    return loan_schedule(terms)


def by_days(terms: LoanTerms, principal_minor: int, start: date, end: date) -> int:
    """Simple interest on `principal_minor` for the days from `start` to `end`, rounded once by the loan's rule."""
    rate = Fraction(terms.annual_rate_percent)
    parts = year_parts(start, end, terms.day_count)
    base = 100 * rate.denominator * year_base(terms.day_count)
    return round_ratio(principal_minor * rate.numerator * parts, base, terms.rounding)


def accrued(terms: LoanTerms, principal_minor: int, start: date, end: date) -> int:
    """Interest that becomes owed after `start` and up to `end`, on a principal that does not change between.

    Daily loans accrue every day; period and flat loans when a period ends (its due day).
    """
    if end <= start:
        return 0
    if terms.interest == "daily":
        return by_days(terms, principal_minor, start, end)
    return sum(_of_period(terms, principal_minor, index) for index in _ends(terms, start, end))


def payoff_interest(terms: LoanTerms, position: Position, on: date) -> int:
    """Interest not posted yet that a payoff on a day includes: whole periods, and the days of the one under way."""
    if on <= position.interest_from:
        return 0
    whole = accrued(terms, position.principal_minor, position.interest_from, on)
    if terms.interest == "daily":
        return whole
    ends = _ends(terms, position.interest_from, on)
    since = schedule_of(terms).rows[ends[-1]].due_on if ends else position.interest_from
    if since >= schedule_of(terms).rows[-1].due_on:
        return whole
    if terms.interest == "flat":
        return whole + _flat_share(terms, since, on)
    return whole + by_days(terms, position.principal_minor, since, on)


def per_diem(terms: LoanTerms, principal_minor: int, on: date) -> int:
    """One day's interest after `on`, rounded: 30/360 counts a day as 1/360 of a year, the others as they count."""
    if terms.interest == "flat":
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


def _ends(terms: LoanTerms, start: date, end: date) -> list[int]:
    """Indices of the rows whose due day lies after `start` and not after `end`."""
    return [index for index, row in enumerate(schedule_of(terms).rows) if start < row.due_on <= end]


def _flat_share(terms: LoanTerms, since: date, on: date) -> int:
    row = next(row for row in schedule_of(terms).rows if row.due_on > since)
    return round_ratio(
        row.interest_minor * (on - since).days, max((row.due_on - since).days, 1), terms.rounding
    )


def reason(terms: LoanTerms, principal_minor: int, start: date, end: date, amount_minor: int, currency: str) -> Trace:
    """Why `amount_minor` of interest became owed between two days."""
    trace = Trace(ACCRUED, 1)
    if end <= start:
        return trace.plus(Step(Sentence(N_("No interest has been added since %(day)s."), {"day": start}), 0))
    principal = Money(principal_minor, currency)
    if terms.interest == "daily":
        sentence = Sentence(
            N_("Interest by the day: %(principal)s at %(rate)s %% a year, %(days)s days from %(start)s to %(end)s (%(count)s)."),
            {
                "principal": principal,
                "rate": Decimal(terms.annual_rate_percent),
                "days": days(start, end, terms.day_count),
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
            N_("Interest by the period: %(principal)s at %(rate)s %% a year, %(periods)s periods ended up to %(end)s."),
            {
                "principal": principal,
                "rate": Decimal(terms.annual_rate_percent),
                "periods": len(_ends(terms, start, end)),
                "end": end,
            },
        )
    return trace.plus(Step(sentence, amount_minor))
