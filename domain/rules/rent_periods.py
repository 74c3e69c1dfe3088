"""The periods of a rental, found by arithmetic: which one a day belongs to, and where each begins.

A period has an index that depends on the terms' calendar alone, so that one period is reached without walking from
the start of the lease. The anchor day is kept (31 Jan, 28 Feb, 31 Mar). Periods begin on due days and cover every day
once; a lease that begins between two due days begins inside a period.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from domain.rules.calendar import anchors_for, month_end, parse_frequency
from domain.rules.proration import Span
from domain.rules.rent_terms import RentTerms

_ONE_DAY = timedelta(days=1)


class Period(NamedTuple):
    """One period: its number in the lease, counted from 1, and its days."""

    number: int
    span: Span


class Periods:
    """The periods of one rental. `at` and `index_of` cost the same for any day."""

    def __init__(self, terms: RentTerms):
        frequency = parse_frequency(terms.frequency)
        self._unit, self._step, self._base = frequency.unit, frequency.step, 0
        self._days: tuple[int, ...] = (terms.due_day or terms.from_on.day,)
        if self._unit == "day":
            self._base = (terms.anchor or terms.from_on).toordinal()
        elif self._unit == "semimonth":
            self._days = tuple(sorted(terms.anchor_days or anchors_for(frequency, terms.from_on)))
        elif self._step > 1:
            self._step = 1
            self._base = self.index_of(terms.anchor or terms.from_on)
            self._step = frequency.step
        self.first = self.index_of(terms.from_on)

    def index_of(self, day: date) -> int:
        """The index of the period that `day` belongs to."""
        if self._unit == "day":
            return (day.toordinal() - self._base) // self._step
        month = day.year * 12 + day.month - 1
        last = 31 if day.day < 28 else month_end(day.year, day.month)
        begun = [day.day >= (start if start < last else last) for start in self._days]
        if self._unit == "semimonth":
            return 2 * month + sum(begun) - 1
        return (month + begun[0] - 1 - self._base) // self._step

    def start_of(self, index: int) -> date:
        """The due day on which the period of that index begins."""
        return self.span_of(index).first

    def span_of(self, index: int) -> Span:
        """The days of the period of that index."""
        return _span(self._unit, self._step, self._base, self._days, index)

    def at(self, index: int) -> Period:
        """The period of that index."""
        return Period(index - self.first + 1, self.span_of(index))


@lru_cache(maxsize=1024)
def _span(unit: str, step: int, base: int, days: tuple[int, ...], index: int) -> Span:
    """The days of one period; kept, since rentals share their calendars."""
    following = _start(unit, step, base, days, index + 1)
    return Span(_start(unit, step, base, days, index), following - _ONE_DAY)


def _start(unit: str, step: int, base: int, days: tuple[int, ...], index: int) -> date:
    if unit == "day":
        return date.fromordinal(base + index * step)
    if unit == "semimonth":
        month, half = divmod(index, 2)
        wanted = days[half]
    else:
        month, wanted = base + index * step, days[0]
    year, month = divmod(month, 12)
    return date(year, month + 1, wanted if wanted <= 28 else min(wanted, month_end(year, month + 1)))


def whole_periods(terms: RentTerms, periods: Periods | None = None) -> tuple[int, int]:
    """The indexes of the first and last whole period of the lease. Last before first: there is none, or no end."""
    periods = periods or Periods(terms)
    if terms.to_on is None:
        return 0, -1
    first = periods.first + (periods.start_of(periods.first) < terms.from_on)
    return first, periods.index_of(terms.to_on + _ONE_DAY) - 1
