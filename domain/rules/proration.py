"""Proration: what part of a period's amount a stay of fewer days pays.

The methods, as leases name them: "actual" (each day by the days its month really has), "30" (thirtieths of a month),
"30/360" (every month has 30 days), "365" and "366" (days of a year; "366" is leap-aware: 366 in a leap year, 365 in
the others) and "none" (a part is charged as a whole). Both ends of a stay count, and it never pays more than one whole
period. Parts are exact and summed before anything is rounded, so that a stay over parts of two months is one rounded
line. Where rent falls due by days (weekly), every method but "none" counts the days of the period itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import NamedTuple

from domain.rules.calendar import month_end, parse_frequency, periods_per_year
from domain.rules.money import ROUNDED, round_minor
from domain.words import N_, Money, Refused, Sentence, Step, Trace, exponent

METHODS = ("actual", "30", "30/360", "365", "366", "none")
RULE = "rent.proration"
VERSION = 1


class Span(NamedTuple):
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return self.last.toordinal() - self.first.toordinal() + 1


class Counted(NamedTuple):
    """Days that weigh the same: each is `above / below` of a period, not reduced, so that people see 12/366."""

    days: int
    above: int
    below: int

    @property
    def part(self) -> Fraction:
        return Fraction(self.days * self.above, self.below)

    def __str__(self) -> str:
        return f"{self.days}/{self.below}" if self.above == 1 else f"{self.days} x {self.above}/{self.below}"


@dataclass(frozen=True, slots=True)
class Prorated:
    """An amount for a stay in minor units, the exact part of the period it is for, and why."""

    amount_minor: int
    part: Fraction
    trace: Trace


def prorate(
    amount_minor: int,
    period: Span,
    stay: Span,
    method: str = "actual",
    *,
    frequency: str = "monthly",
    rounding: str = "half-up",
    currency: str = "USD",
    on: bool = True,
) -> Prorated:
    """What a stay pays of a period's `amount_minor`, rounded once.

    `stay` lies within `period`. `on=False`: this charge is not prorated. Raises Refused for an unknown method.
    """
    method = method if on else "none"
    part = part_of_period(method, frequency, period, stay)
    exact = amount_minor * part
    steps = [part_step(amount_minor, stay, part, counted_text(method, frequency, period, stay), currency)]
    uncapped = _sum(counted(method, frequency, period, stay))
    if uncapped > 1:
        steps.append(cap_step(amount_minor, uncapped, currency))
    amount = round_minor(exact, rounding)
    if amount != exact:
        steps.append(rounded_step(amount, rounding, currency))
    return Prorated(amount, part, Trace(RULE, VERSION, tuple(steps)))


def part_of_period(method: str, frequency: str, period: Span, stay: Span) -> Fraction:
    """The exact part of `period` that `stay` is, 0 to 1. The whole period is 1 by every method."""
    if method == "none" or (stay.first <= period.first and stay.last >= period.last):
        check_method(method)
        return Fraction(1)
    return min(_sum(counted(method, frequency, period, stay)), Fraction(1))


def counted(method: str, frequency: str, period: Span, stay: Span) -> list[Counted]:
    """The days of `stay` with what each weighs by the method, before the cap. Empty for "none"."""
    check_method(method)
    if method == "none":
        return []
    if parse_frequency(frequency).unit == "day":
        return [Counted(stay.days, 1, period.days)]
    above, below = (periods_per_year(frequency) / 12).as_integer_ratio()
    if method == "actual":
        months = _cut(stay, lambda day: day.replace(day=_days_of_month(day)))
        return [Counted(span.days, above, below * _days_of_month(span.first)) for span in months]
    if method == "30":
        return [Counted(stay.days, above, below * 30)]
    if method == "30/360":
        return [Counted(_days_of_30(stay), above, below * 30)]
    if method == "365":
        return [Counted(stay.days, 12 * above, below * 365)]
    years = _cut(stay, lambda day: date(day.year, 12, 31))
    return [Counted(span.days, 12 * above, below * _days_of_year(span.first)) for span in years]


def counted_text(method: str, frequency: str, period: Span, stay: Span) -> str:
    """The counted days as people write them: `12/31 + 14/30`, `22 x 12/365`."""
    return " + ".join(map(str, counted(method, frequency, period, stay)))


def part_step(amount_minor: int, stay: Span, part: Fraction | int, text: str, currency: str) -> Step:
    """How much of a period's amount some days pay. `text` shows how `part` was counted ("" for a whole period)."""
    said: dict[str, object] = {
        "amount": Money(amount_minor, currency),
        "first": stay.first,
        "last": stay.last,
    }
    if part == 1:
        return Step(Sentence(N_("%(first)s to %(last)s: one period at %(amount)s."), said), amount_minor)
    said |= {"part": text or str(part), "exact": major(amount_minor * part, currency)}
    return Step(Sentence(N_("%(first)s to %(last)s: %(amount)s x (%(part)s) = %(exact)s."), said))


def cap_step(amount_minor: int, uncapped: Fraction, currency: str) -> Step:
    """That the days would pay more than one whole period, with both numbers."""
    said = {"counted": major(amount_minor * uncapped, currency), "amount": Money(amount_minor, currency)}
    return Step(
        Sentence(N_("These days would be %(counted)s, so one whole period is charged: %(amount)s."), said),
        amount_minor,
    )


def rounded_step(amount_minor: int, rounding: str, currency: str) -> Step:
    """That an exact amount was rounded, how, and to what."""
    said = {"rounded": Sentence(ROUNDED[rounding]), "amount": Money(amount_minor, currency)}
    return Step(Sentence(N_("The line is %(rounded)s to %(amount)s."), said), amount_minor)


def major(minor: Fraction | int, currency: str) -> Decimal:
    """An exact amount in minor units as a decimal of major units, with two more places than the currency has."""
    places = exponent(currency)
    with localcontext(prec=60):
        return (Decimal(minor.numerator) / Decimal(minor.denominator * 10**places)).quantize(
            Decimal(1).scaleb(-places - 2)
        )


def check_method(method: str) -> None:
    """Refuse a method nobody knows."""
    if method not in METHODS:
        raise Refused(
            Sentence(
                N_("%(name)s is not a way of prorating. Choose one of %(choices)s."),
                {"name": str(method)[:40], "choices": ", ".join(METHODS)},
            ),
            "proration",
        )


def _sum(days: list[Counted]) -> Fraction:
    return sum((some.part for some in days), Fraction())


def _days_of_month(day: date) -> int:
    return month_end(day.year, day.month)


def _days_of_year(day: date) -> int:
    return 366 if month_end(day.year, 2) == 29 else 365


def _cut(stay: Span, end_of: Callable[[date], date]) -> Iterator[Span]:
    """The stay cut at the ends of months or years."""
    first = stay.first
    while first <= stay.last:
        last = min(end_of(first), stay.last)
        yield Span(first, last)
        first = last + timedelta(days=1)


def _days_of_30(stay: Span) -> int:
    """Days of months that all have 30: the 31st is the 30th, and the last day of February ends its month.

    Unlike `day_count`, which measures from one date to another, both ends count: the 30th alone is one day.
    """
    first, last = stay
    begins = 30 if first.day == 31 or _ends_february(first) else first.day
    ends = 30 if last.day == 31 or _ends_february(last) else last.day
    return 360 * (last.year - first.year) + 30 * (last.month - first.month) + ends - begins + 1


def _ends_february(day: date) -> bool:
    return day.month == 2 and day.day == month_end(day.year, 2)
