"""When payments fall due: frequencies, due dates that keep their anchor day, and how many periods a year has.

Due dates are local calendar dates. The anchor day is kept (31 Jan, 28 Feb, 31 Mar), twice a month means two
anchor days (15 and the last), never "every 15 days". Weekends and bank holidays do not move a due date;
`business_days` moves the debit instead. Raises Refused, with a sentence for people, for a frequency or
anchor days it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from domain.words import N_, Refused, Sentence

MONTH_DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MOST_DAYS = 366
MOST_MONTHS = 60


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often something falls due: every `step` days or months, or on two days of each month.

    `unit` is "day", "month" or "semimonth" (step 1). `name` is the name people and files use.
    """

    name: str
    unit: str
    step: int

    def __str__(self) -> str:
        return self.name


FREQUENCIES = {
    frequency.name: frequency
    for frequency in (
        Frequency("weekly", "day", 7),
        Frequency("biweekly", "day", 14),
        Frequency("every-4-weeks", "day", 28),
        Frequency("semimonthly", "semimonth", 1),
        Frequency("monthly", "month", 1),
        Frequency("quarterly", "month", 3),
        Frequency("yearly", "month", 12),
    )
}
_EVERY = re.compile(r"every-([1-9][0-9]{0,2})-(day|month)s?", re.ASCII)


@lru_cache(maxsize=64)
def parse_frequency(name: str) -> Frequency:
    """The frequency of that name: one of FREQUENCIES, `every-N-days` (to 366) or `every-N-months` (to 60)."""
    known = FREQUENCIES.get(name)
    if known:
        return known
    every = _EVERY.fullmatch(name)
    if every and int(every[1]) <= (MOST_DAYS if every[2] == "day" else MOST_MONTHS):
        return Frequency(name, every[2], int(every[1]))
    raise Refused(
        Sentence(
            N_("%(name)s is not a frequency. Choose one of %(choices)s or every-N-days."),
            {"name": name[:40], "choices": ", ".join(FREQUENCIES)},
        ),
        "frequency",
    )


def periods_per_year(frequency: Frequency | str) -> Fraction:
    """How many periods a year has: weekly 52, every two weeks 26, twice a month 24, every n days 365 / n."""
    return _periods_per_year(str(frequency))


@lru_cache(maxsize=64)
def _periods_per_year(name: str) -> Fraction:
    freq = parse_frequency(name)
    if freq.unit == "semimonth":
        return Fraction(24)
    if freq.unit == "month":
        return Fraction(12, freq.step)
    return Fraction(364 if freq.step % 7 == 0 else 365, freq.step)


def month_end(year: int, month: int) -> int:
    """The last day of the month, 28 to 31."""
    if month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        return 29
    return MONTH_DAYS[month]


def add_months(day: date, months: int, anchor: int | None = None) -> date:
    """`day` moved by whole months (negative: back), on the anchor day (default: its own) or the month's
    last day.
    """
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    wanted = anchor or day.day
    return date(year, month + 1, wanted if wanted <= 28 else min(wanted, month_end(year, month + 1)))


def due_dates(
    frequency: Frequency | str, first_due: date, count: int, anchor_days: Sequence[int] | None = None
) -> list[date]:
    """The `count` due dates that begin with `first_due`.

    `anchor_days`: two days for semimonthly (31 = the last of the month; default: the day of `first_due` and
    the one half a month away), at most one for months (default: the day of `first_due`). Raises Refused when
    `first_due` is not on an anchor day.
    """
    freq = _frequency(frequency)
    if freq.unit == "day":
        _no_anchors(anchor_days)
        start, step = first_due.toordinal(), freq.step
        return [date.fromordinal(start + step * number) for number in range(count)]
    anchors = anchors_for(freq, first_due, anchor_days)
    if freq.unit == "semimonth":
        return _semimonthly(first_due, count, anchors)
    return _monthly(first_due, count, freq.step, anchors[0])


def anchors_for(
    frequency: Frequency | str, first_due: date, anchor_days: Sequence[int] | None = None
) -> tuple[int, ...]:
    """The anchor days in use: as given (checked), or the ones `first_due` implies; empty for every n days."""
    freq = _frequency(frequency)
    if freq.unit == "day":
        return _no_anchors(anchor_days)
    if not anchor_days:
        return _implied_pair(first_due) if freq.unit == "semimonth" else (first_due.day,)
    given = tuple(sorted(anchor_days))
    wanted = 2 if freq.unit == "semimonth" else 1
    if (
        len(given) != wanted
        or given[0] < 1
        or given[-1] > 31
        or len({min(day, 28) for day in given}) != wanted
    ):
        raise _wrong_anchors(wanted)
    last = month_end(first_due.year, first_due.month)
    if first_due.day not in {min(day, last) for day in given}:
        raise Refused(
            Sentence(
                N_("The first payment on %(first_due)s is not on day %(anchors)s of its month."),
                {"first_due": first_due, "anchors": ", ".join(map(str, given))},
            ),
            "first_due",
        )
    return given


def kept_anchors(
    frequency: Frequency | str, start: date, first_due: date, anchor_days: Sequence[int] | None = None
) -> Sequence[int] | None:
    """The anchor days of payments that began to run on `start`: as given, or the day of `start` where the first due
    date is one period later on a shorter month's last day (31 Jan, then 28 Feb, 31 Mar). None: `first_due` tells.
    """
    freq = _frequency(frequency)
    if not anchor_days and freq.unit == "month" and start.day > first_due.day >= 28:
        return (start.day,) if add_months(start, freq.step) == first_due else None
    return anchor_days


def previous_due(frequency: Frequency | str, day: date, anchor_days: Sequence[int] | None = None) -> date:
    """The start of the period that ends on the due date `day`: one period earlier, on the anchor day."""
    freq = _frequency(frequency)
    if freq.unit == "day":
        return day - timedelta(days=freq.step)
    anchors = anchors_for(freq, day, anchor_days)
    if freq.unit == "month":
        return add_months(day, -freq.step, anchors[0])
    early, late = anchors
    if day.day == min(early, month_end(day.year, day.month)):
        return add_months(day.replace(day=1), -1, late)
    return day.replace(day=early)


def is_one_period(
    frequency: Frequency | str, start: date, end: date, anchor_days: Sequence[int] | None = None
) -> bool:
    """Whether `start` to the due date `end` is one whole period (31 Jan to 28 Feb is one month, as 28 Jan
    is).
    """
    freq = _frequency(frequency)
    if previous_due(freq, end, anchor_days) == start:
        return True
    return freq.unit == "month" and add_months(start, freq.step) == end


def _monthly(first_due: date, count: int, step: int, anchor: int) -> list[date]:
    if 12 % step == 0:
        month = (first_due.month - 1) % step + 1
        found: list[date] = []
        skip = (first_due.month - 1) // step
        for year in range(first_due.year, first_due.year + (skip + count - 1) * step // 12 + 1):
            found += _of_year(year, month, step, anchor)
        return found[skip : skip + count]
    first = first_due.year * 12 + first_due.month - 1
    return [
        date(month // 12, month % 12 + 1, min(anchor, month_end(month // 12, month % 12 + 1)))
        for month in range(first, first + step * count, step)
    ]


@lru_cache(maxsize=4096)
def _of_year(year: int, month: int, step: int, anchor: int) -> tuple[date, ...]:
    """The anchor day of every `step`-th month of a year from `month` on: loans share their days, so they are kept."""
    return tuple(date(year, of, min(anchor, month_end(year, of))) for of in range(month, 13, step))


def _semimonthly(first_due: date, count: int, anchors: tuple[int, ...]) -> list[date]:
    early, late = anchors
    half = 0 if first_due.day == min(early, month_end(first_due.year, first_due.month)) else 1
    first = (first_due.year * 12 + first_due.month - 1) * 2 + half
    found = []
    for number in range(first, first + count):
        year, month = divmod(number // 2, 12)
        found.append(date(year, month + 1, min(late if number % 2 else early, month_end(year, month + 1))))
    return found


def _implied_pair(first_due: date) -> tuple[int, int]:
    day = first_due.day
    if day == 15 or (day == month_end(first_due.year, first_due.month) and day >= 28):
        return 15, 31
    return (day, day + 15) if day < 15 else (day - 15, day)


def _no_anchors(anchor_days: Sequence[int] | None) -> tuple[int, ...]:
    if anchor_days:
        raise Refused(
            Sentence(N_("Anchor days belong to monthly and twice-a-month payments only.")), "anchor_days"
        )
    return ()


def _wrong_anchors(wanted: int) -> Refused:
    if wanted == 2:
        return Refused(
            Sentence(N_("Twice a month needs two different days between 1 and 31, for example 15 and 31.")),
            "anchor_days",
        )
    return Refused(Sentence(N_("Give one day of the month, between 1 and 31.")), "anchor_days")


def _frequency(frequency: Frequency | str) -> Frequency:
    return parse_frequency(frequency) if isinstance(frequency, str) else frequency
