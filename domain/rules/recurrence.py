"""One day of a recurring series, computed directly: the n-th due day, and which numbers fall between two days.

`calendar.due_dates` makes a whole list from its beginning; the day's billing asks for the next one or two of thousands
of agreements, years after they began, and must not walk there.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

from domain.rules.calendar import Frequency, add_months, due_dates, month_end, parse_frequency


def nth_day(frequency: Frequency, first: date, anchors: tuple[int, ...], number: int) -> date:
    """Day `number` (from 1) of the series that begins on `first`; `anchors` as `calendar.anchors_for` gives them."""
    later = number - 1
    if frequency.unit == "day":
        return date.fromordinal(first.toordinal() + frequency.step * later)
    if frequency.unit == "month":
        return add_months(first, frequency.step * later, anchors[0])
    early = min(anchors[0], month_end(first.year, first.month))
    halves = later + (0 if first.day == early else 1)
    return add_months(first, halves // 2, anchors[halves % 2])


def numbers_between(
    frequency: Frequency, first: date, anchors: tuple[int, ...], count: int, after: date | None, through: date
) -> range:
    """The numbers from 1 to `count` whose days lie after `after` (None: from the first on) and not after `through`."""

    def day(number: int) -> date:
        return nth_day(frequency, first, anchors, number)

    numbers = range(1, count + 1)
    begin = 0 if after is None else bisect_right(numbers, after, key=day)
    return numbers[begin : max(begin, bisect_right(numbers, through, key=day))]


def first_due_after(name: str, start: date, anchors: tuple[int, ...] = ()) -> date:
    """The first due day where none is agreed on: the next anchor day after the start, or one period after it."""
    frequency = parse_frequency(name)
    anchors = tuple(day for day in anchors if 1 <= day <= 31)
    if frequency.unit == "day":
        return date.fromordinal(start.toordinal() + frequency.step)
    if not anchors:
        return due_dates(frequency, start, 2)[1]
    if frequency.unit == "month":
        return add_months(start, frequency.step, anchors[0])
    months = [add_months(start.replace(day=1), later, day) for later in (0, 1) for day in sorted(anchors)]
    return next(day for day in months if day > start)


def first_due_from(name: str, start: date, anchors: tuple[int, ...] = ()) -> date:
    """The first due day of what is paid in advance: the start, or the first anchor day from it on."""
    if parse_frequency(name).unit == "day" or not all(1 <= day <= 31 for day in anchors):
        return start
    days = [add_months(start.replace(day=1), later, day) for later in (0, 1) for day in sorted(anchors)]
    return next((day for day in days if day >= start), start)
