"""Business days: on which days banks settle, by the Federal Reserve, the ECB (TARGET) and the United Kingdom.

A debit that falls on a weekend or bank holiday moves by the method's rule; the contractual due date never
does, so nothing in `calendar` asks this module. The holidays come from the `holidays` package, one table per
calendar, filled year by year as dates are asked for. The Fed does not move a Saturday holiday to the Friday
before it.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

CALENDARS = ("XFED", "XECB", "GB")
_ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=8)
def _holidays(calendar: str) -> holidays.HolidayBase:
    if calendar in ("XFED", "XECB"):
        return holidays.financial_holidays(calendar)
    if calendar == "GB":
        return holidays.country_holidays("GB", subdiv="ENG")
    raise ValueError(f"unknown calendar {calendar!r}; one of {', '.join(CALENDARS)}")


@lru_cache(maxsize=8192)
def is_business_day(day: date, calendar: str = "XFED") -> bool:
    """Whether banks of the calendar (XFED, XECB or GB) settle on this day. Raises ValueError for another
    calendar.
    """
    table = _holidays(calendar)
    return day.weekday() < 5 and day not in table


def next_business_day(day: date, n: int = 1, calendar: str = "XFED") -> date:
    """The n-th business day after `day`; with n = 0 the day itself, or the next one when it is not a
    business day.
    """
    if n < 0:
        raise ValueError("n counts forward; use previous_business_day")
    while not is_business_day(day, calendar):
        day += _ONE_DAY
        if n and is_business_day(day, calendar):
            n -= 1
    for _ in range(n):
        day += _ONE_DAY
        while not is_business_day(day, calendar):
            day += _ONE_DAY
    return day


def previous_business_day(day: date, n: int = 1, calendar: str = "XFED") -> date:
    """The n-th business day before `day`; with n = 0 the day itself, or the one before it when banks are
    closed.
    """
    if n < 0:
        raise ValueError("n counts backward; use next_business_day")
    while not is_business_day(day, calendar):
        day -= _ONE_DAY
        if n and is_business_day(day, calendar):
            n -= 1
    for _ in range(n):
        day -= _ONE_DAY
        while not is_business_day(day, calendar):
            day -= _ONE_DAY
    return day


def adjust(day: date, rule: str, calendar: str = "XFED") -> date:
    """The day a debit planned for `day` is sent, by the method's rule: none, next, previous or modified-
    following.

    Modified following is the next business day unless that falls into another month; then the previous one.
    """
    if rule == "none":
        return day
    if rule == "next":
        return next_business_day(day, 0, calendar)
    if rule == "previous":
        return previous_business_day(day, 0, calendar)
    if rule == "modified-following":
        later = next_business_day(day, 0, calendar)
        return later if later.month == day.month else previous_business_day(day, 0, calendar)
    raise ValueError(f"unknown business-day rule {rule!r}")
