"""How interest of a loan runs: by the day, by the period, or flat. Pure; integers and exact fractions only."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from domain.kinds.base import Position
from domain.kinds.loan_rebate import rebate_on
from domain.rules.calendar import parse_frequency
from domain.rules.day_count import days, year_base, year_parts
from domain.rules.money import round_ratio
from domain.rules.revisions import AgreedPlan, Stretch
from domain.rules.schedule import LoanTerms, loan_schedule
from domain.words import N_, Money, Sentence, Step, Trace

ACCRUED = "loan.accrued"


@lru_cache(maxsize=1024)
def one_of(terms: LoanTerms) -> LoanTerms:
    """The first terms seen that equal these, so that what is kept by terms is found without comparing their fields."""
    return terms


@lru_cache(maxsize=1024)
def _whole_days(terms: LoanTerms) -> int | None:
    """Days of a whole period by 30/360, which counts months; None where days are days."""
    frequency = parse_frequency(terms.frequency)
    if frequency.unit == "day":
        return None
    return 15 if frequency.unit == "semimonth" else 30 * frequency.step


def counted_days(stretch: Stretch, start: date, end: date) -> int:
    """Days between two days as the loan counts them: by 30/360 a whole period is 30 days a month, as in its schedule,
    also from 31 January to 28 February, and those of several periods are the sum of each one's.
    """
    if stretch.terms.day_count != "30/360":
        return days(start, end, stretch.terms.day_count)
    return _months_counted(stretch, end) - _months_counted(stretch, start)


def _months_counted(stretch: Stretch, day: date) -> int:
    """Days by 30/360 from the start of the stretch to `day`, through its due days."""
    whole, rows = _whole_days(stretch.terms), stretch.schedule.rows
    past = bisect_right(rows, day, key=lambda row: row.due_on)
    through = _through_dues(stretch)
    if not past:
        counted = days(stretch.terms.start_on, day, "30/360")
        return counted if stretch.schedule.plan.periods.odd_first or whole is None else min(counted, whole)
    under_way = days(rows[past - 1].due_on, day, "30/360")
    if whole is not None and past < len(rows):
        under_way = min(under_way, whole)
    return through[past - 1] + under_way


@lru_cache(maxsize=1024)
def _through_dues(stretch: Stretch) -> tuple[int, ...]:
    """Days by 30/360 from the start of the stretch to each due day."""
    whole, odd = _whole_days(stretch.terms), stretch.schedule.plan.periods.odd_first
    found: list[int] = []
    total, start = 0, stretch.terms.start_on
    for row in stretch.schedule.rows:
        a_period = whole if whole is not None and (found or not odd) else days(start, row.due_on, "30/360")
        total, start = total + a_period, row.due_on
        found.append(total)
    return tuple(found)


def by_days(plan: AgreedPlan, principal_minor: int, start: date, end: date) -> int:
    """Simple interest on `principal_minor` for the days from `start` to `end`, rounded once by the loan's rule."""
    ratios = [
        _ratio_by_days(stretch, principal_minor, since, until)
        for stretch, since, until in plan.during(start, end)
    ]
    if len(ratios) == 1:
        return round_ratio(*ratios[0], plan.terms.rounding)
    exact = sum((Fraction(above, below) for above, below in ratios), Fraction(0))
    return round_ratio(exact.numerator, exact.denominator, plan.terms.rounding)


def _ratio_by_days(stretch: Stretch, principal_minor: int, start: date, end: date) -> tuple[int, int]:
    terms = stretch.terms
    rate, scale = terms.annual_rate_percent.as_integer_ratio()
    exact = terms.day_count == "actual/actual"
    parts = year_parts(start, end, terms.day_count) if exact else counted_days(stretch, start, end)
    return principal_minor * rate * parts, 100 * scale * year_base(terms.day_count)


def accrued(plan: AgreedPlan, principal_minor: int, start: date, end: date) -> int:
    """Interest that becomes owed after `start` and up to `end`, on a principal that does not change between.

    Daily loans accrue every day; period and flat loans when a period ends (its due day). Interest that was posted up to
    a day inside a period (a payoff that came back) is not counted again when that period ends. Rounded once.
    """
    if end <= start or principal_minor <= 0:
        return 0
    rest = _last_rest(plan, principal_minor, start, end)
    if plan.interest == "daily":
        return max(by_days(plan, principal_minor, start, end) + rest, 0)
    ends = _ends(plan, start, end)
    if not ends:
        return 0
    whole = _of_periods(plan, principal_minor, ends) + rest
    return max(whole - _so_far(plan, principal_minor, ends[0], start), 0)


def payoff_interest(plan: AgreedPlan, position: Position, on: date) -> int:
    """Interest not posted yet that a payoff on a day includes: whole periods, and the days of the one under way."""
    principal, since = position.principal_minor, position.interest_from
    whole = accrued(plan, principal, since, on)
    if _gives_back(plan) and principal > 0:
        return max(charged_for_ending(plan, on, since), whole)
    if plan.interest == "daily" or on <= since or principal <= 0:
        return whole
    under_way = bisect_right(plan.dues, on)
    if under_way == len(plan.dues):
        return whole
    days_of_it = _so_far(plan, principal, under_way, on) - _so_far(plan, principal, under_way, since)
    return whole + max(days_of_it, 0)


def charged_for_ending(plan: AgreedPlan, on: date, through: date) -> int:
    """What a payoff on a day charges by a rule of rebate beyond the flat interest of the periods `through` a day."""
    if not _gives_back(plan):
        return 0
    return max(rebate_on(plan, plan.terms.rebate, on).earned_minor - _flat_through(plan, through), 0)


def posted_through(plan: AgreedPlan, since: date, on: date) -> date:
    """The day through which interest stands once it was counted up to `on`: that day itself for daily loans, the last
    due day for the others, whose interest becomes owed when a period ends. Never before `since`.
    """
    if plan.interest == "daily":
        return max(since, on)
    past = bisect_right(plan.dues, on)
    return max(since, plan.dues[past - 1]) if past else since


def per_diem(plan: AgreedPlan, principal_minor: int, on: date) -> int:
    """One day's interest after `on`, rounded: 30/360 counts a day as 1/360 of a year, the others as they count.

    Flat interest does not run by the day, and interest by the period ends with the last one.
    """
    if plan.interest == "flat" or (plan.interest == "period" and on >= plan.dues[-1]):
        return 0
    terms = plan.stretch_on(on).terms
    if on < terms.start_on and terms is not plan.terms:
        return 0
    rate = Fraction(terms.annual_rate_percent)
    base = {"30/360": 360, "actual/360": 360, "actual/365": 365}.get(terms.day_count)
    if base is None:
        base = 366 if on.year % 4 == 0 and (on.year % 100 != 0 or on.year % 400 == 0) else 365
    return round_ratio(principal_minor * rate.numerator, 100 * rate.denominator * base, terms.rounding)


def _of_periods(plan: AgreedPlan, principal_minor: int, ends: range) -> int:
    """Interest of whole periods, summed exactly and rounded once; a flat period's is fixed by its terms."""
    exact = Fraction(0)
    for index in ends:
        stretch, place = plan.ends[index]
        found = plan.stretches[stretch].schedule.plan
        if found.flat is not None:
            exact += found.flat[place]
        else:
            exact += Fraction(principal_minor * found.periods.parts[place], found.periods.denominator)
    return round_ratio(exact.numerator, exact.denominator, plan.terms.rounding)


def _gives_back(plan: AgreedPlan) -> bool:
    """Whether a payoff holds more of the flat interest than was posted, by a rule of rebate."""
    return plan.interest == "flat" and plan.terms.rebate != "days"


def _flat_through(plan: AgreedPlan, day: date) -> int:
    """The flat interest of the last stretch that its periods have posted through a day."""
    last = len(plan.stretches) - 1
    mine = [index for index, (place, _) in enumerate(plan.ends) if place == last]
    ended = [index for index in mine if plan.dues[index] <= day]
    under_way = mine[len(ended) : len(ended) + 1]
    return sum(_of_periods(plan, 0, range(index, index + 1)) for index in ended) + sum(
        _so_far(plan, 0, index, day) for index in under_way
    )


def _last_rest(plan: AgreedPlan, principal_minor: int, start: date, end: date) -> int:
    """What the last period's interest absorbs where the contract says so and all went as planned; mostly zero."""
    stretch = plan.stretches[-1]
    if stretch.terms.last != "interest" or not start < plan.dues[-1] <= end:
        return 0
    rows = stretch.schedule.rows
    if principal_minor != rows[-1].principal_minor:
        return 0
    return (
        rows[-1].interest_minor - loan_schedule(replace(stretch.terms, last="absorb")).rows[-1].interest_minor
    )


def _ends(plan: AgreedPlan, start: date, end: date) -> range:
    """Indices of the periods that end after `start` and not after `end`."""
    return range(bisect_right(plan.dues, start), bisect_right(plan.dues, end))


def _so_far(plan: AgreedPlan, principal_minor: int, index: int, day: date) -> int:
    """The part of one period's interest that its days up to `day` have earned; zero before the period begins."""
    begun, ends = plan.begun(index), plan.dues[index]
    if day <= begun:
        return 0
    if plan.interest == "flat":
        whole = _of_periods(plan, principal_minor, range(index, index + 1))
        return round_ratio(whole * (day - begun).days, (ends - begun).days, plan.terms.rounding)
    return by_days(plan, principal_minor, begun, day)


def reason(
    plan: AgreedPlan, principal_minor: int, start: date, end: date, amount_minor: int, currency: str
) -> Trace:
    """Why `amount_minor` of interest became owed between two days."""
    trace = Trace(ACCRUED, 1)
    if end <= start and not (_gives_back(plan) and amount_minor):
        return trace.plus(Step(Sentence(N_("No interest has been added since %(day)s."), {"day": start}), 0))
    if plan.interest == "daily":
        told, steps = 0, []
        for stretch, since, until in plan.during(start, end):
            through = amount_minor if until == end else by_days(plan, principal_minor, start, until)
            sentence = _said_by_days(stretch, Money(principal_minor, currency), since, until)
            steps.append(Step(sentence, through - told))
            told = through
        return trace.plus(*steps)
    whole = accrued(plan, principal_minor, start, end)
    under_way = bisect_right(plan.dues, end)
    if amount_minor == whole or under_way == len(plan.dues):
        return trace.plus(_said_by_periods(plan, Money(principal_minor, currency), start, end, amount_minor))
    steps = [] if not whole else [_said_by_periods(plan, Money(principal_minor, currency), start, end, whole)]
    if _gives_back(plan):
        came_back = rebate_on(plan, plan.terms.rebate, end).trace.steps[-1].sentence
        return trace.plus(*steps, Step(came_back, amount_minor - whole))
    since = max(start, plan.begun(under_way))
    words = N_("Of the period under way, interest for its days from %(start)s to %(end)s.")
    return trace.plus(*steps, Step(Sentence(words, {"start": since, "end": end}), amount_minor - whole))


def _said_by_days(stretch: Stretch, principal: Money, start: date, end: date) -> Sentence:
    return Sentence(
        N_(
            "Interest by the day: %(principal)s at %(rate)s %% a year from %(start)s to %(end)s"
            " (days: %(days)s, %(count)s)."
        ),
        {
            "principal": principal,
            "rate": Decimal(stretch.terms.annual_rate_percent),
            "days": counted_days(stretch, start, end),
            "start": start,
            "end": end,
            "count": stretch.terms.day_count,
        },
    )


def _said_by_periods(plan: AgreedPlan, principal: Money, start: date, end: date, amount_minor: int) -> Step:
    ended = _ends(plan, start, end)
    if plan.interest == "flat":
        words = N_("Interest fixed by the contract for each period; periods up to %(end)s: %(periods)s.")
        return Step(Sentence(words, {"periods": len(ended), "end": end}), amount_minor)
    place = plan.ends[ended[-1]][0] if ended else 0
    words = N_(
        "Interest by the period: %(principal)s at %(rate)s %% a year, periods that ended up to %(end)s: %(periods)s."
    )
    rate = Decimal(plan.stretches[place].terms.annual_rate_percent)
    return Step(
        Sentence(words, {"principal": principal, "rate": rate, "periods": len(ended), "end": end}),
        amount_minor,
    )
