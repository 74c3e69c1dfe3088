"""One day of a recurring series, computed directly: the n-th due day, and which numbers fall between two days.

`calendar.due_dates` makes a whole list from its beginning; the day's billing asks for the next one or two of thousands
of agreements, years after they began, and must not walk there.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

from domain.rules.calendar import Frequency, add_months, month_end


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
