"""Day counts: what part of a year lies between two dates, by the convention the loan names.

30/360 (US bond basis), actual/365 (fixed), actual/360, and actual/actual by ISDA (days in leap years over
366, the others over 365). Everything is exact: a Fraction, or an integer number of days over an integer
year. This module never rounds and knows no money.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from domain.words import N_, Refused, Sentence

CONVENTIONS = ("30/360", "actual/365", "actual/360", "actual/actual")


def days(start: date, end: date, convention: str) -> int:
    """Days from `start` to `end` as the convention counts them (30/360 counts months of 30 days)."""
    if convention == "30/360":
        return _days_30_360(start, end)
    if convention in CONVENTIONS:
        return end.toordinal() - start.toordinal()
    raise _unknown(convention)


def year_fraction(start: date, end: date, convention: str) -> Fraction:
    """The part of a year from `start` (counted) to `end` (not counted). Raises Refused for another
    convention.
    """
    return Fraction(year_parts(start, end, convention), year_base(convention))


def year_base(convention: str) -> int:
    """The denominator of `year_parts`: 360, 365, or 365 x 366 for actual/actual, where both kinds of year
    meet.
    """
    try:
        return _BASES[convention]
    except KeyError:
        raise _unknown(convention) from None


def year_parts(start: date, end: date, convention: str) -> int:
    """The year fraction as an integer over `year_base`; exact, and cheap enough for every row of a
    schedule.
    """
    if convention == "actual/actual":
        return _parts_actual_actual(start, end)
    return days(start, end, convention)


_BASES = {"30/360": 360, "actual/365": 365, "actual/360": 360, "actual/actual": 365 * 366}


def _days_30_360(start: date, end: date) -> int:
    """US (NASD) bond basis: the last day of February counts as the 30th, and so does a 31st.

    Source: SIFMA, Standard Securities Calculation Methods, 30/360 US.
    """
    first, last = start.day, end.day
    if _ends_february(start):
        if _ends_february(end):
            last = 30
        first = 30
    if last == 31 and first >= 30:
        last = 30
    first = min(first, 30)
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first


def _ends_february(day: date) -> bool:
    return day.month == 2 and (day.day == 29 or (day.day == 28 and not _is_leap(day.year)))


def _parts_actual_actual(start: date, end: date) -> int:
    """Days weighted so that the sum over 365 x 366 is the ISDA fraction (ISDA 2006 Definitions, 4.16(b))."""
    if start.year == end.year:
        return (end.toordinal() - start.toordinal()) * _weight(start.year)
    total = (date(start.year + 1, 1, 1).toordinal() - start.toordinal()) * _weight(start.year)
    total += 365 * 366 * (end.year - start.year - 1)
    return total + (end.toordinal() - date(end.year, 1, 1).toordinal()) * _weight(end.year)


def _weight(year: int) -> int:
    return 365 if _is_leap(year) else 366


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _unknown(convention: str) -> Refused:
    return Refused(
        Sentence(
            N_("%(name)s is not a day count. Choose one of %(choices)s."),
            {"name": convention, "choices": ", ".join(CONVENTIONS)},
        ),
        "day_count",
    )
