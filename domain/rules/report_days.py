"""When a report that is mailed by itself goes next, and which days it covers then. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from domain.rules.calendar import add_months
from domain.words import N_

EVERY: Mapping[str, str] = {
    "day": N_("Every day"),
    "week": N_("Every Monday"),
    "month": N_("On the first of the month"),
}


def next_day(every: str, after: date) -> date:
    """The first day after `after` that is any day, a Monday ("week") or a first ("month")."""
    if every == "month":
        return add_months(after.replace(day=1), 1)
    return after + timedelta(days=7 - after.weekday() if every == "week" else 1)


def covered(every: str, on: date) -> tuple[date, date]:
    """First and last day that a report mailed on `on` tells of: the day, week or month that ended before it."""
    last = on - timedelta(days=1)
    if every == "month":
        first = on.replace(day=1)
        return add_months(first, -1), first - timedelta(days=1)
    return (last - timedelta(days=6), last) if every == "week" else (last, last)
