"""When somebody may be written to: only within hours of their own clock (12 CFR 1006.6(b)(1): 8:00 to 21:00).

Questions: `open_hours`, `may_write`, `next_moment`. Hours are whole, a set of 0..23 by the clock of each zone in which
the reader may be. A place that is not known is every place it may be: a moment is allowed when all those zones allow
it. Zones move their clocks by quarters of an hour at most, so every hour begins on a quarter of UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone as number_zones

QUARTER = timedelta(minutes=15)
FURTHEST = timedelta(days=8)
ALL_DAY = frozenset(range(24))
USUAL = frozenset(range(8, 21))


def open_hours(
    quiet_from: int, quiet_until: int, own_from: int | None = None, own_until: int | None = None
) -> frozenset[int]:
    """The hours in which somebody may be written to: their own from..until (24: midnight), else all but the quiet ones.

    `quiet_from` 21 and `quiet_until` 8: quiet from 21:00 to 8:00. The same hour twice means no quiet hours.
    """
    if own_from is not None and own_until is not None and own_from < own_until:
        return frozenset(range(own_from, own_until))
    quiet = {(quiet_from + hour) % 24 for hour in range((quiet_until - quiet_from) % 24)}
    return ALL_DAY - quiet


def places(zone: str, house: ZoneInfo, number: str = "") -> tuple[ZoneInfo, ...]:
    """The zones in which the reader may be: the one they named, else ours and those of their number (E.164)."""
    if own := _zone(zone):
        return (own,)
    found: dict[str, ZoneInfo] = {house.key: house}
    if number:
        try:
            names = number_zones.time_zones_for_number(phonenumbers.parse(number))
        except phonenumbers.NumberParseException:
            names = ()
        found |= {name: place for name in names if (place := _zone(name))}
    return tuple(found.values())


def _zone(name: str) -> ZoneInfo | None:
    if "/" not in name or name.startswith("Etc/"):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def may_write(at: datetime, zones: Iterable[ZoneInfo], hours: frozenset[int]) -> bool:
    """Whether the aware moment is within the hours in every zone."""
    return all(at.astimezone(zone).hour in hours for zone in zones)


def next_moment(at: datetime, zones: Iterable[ZoneInfo], hours: frozenset[int]) -> datetime:
    """`at` itself when it is allowed, else the first moment after it that is; aware, in UTC.

    Where no hour is allowed in all the zones, the clock from 8 to 21 counts in all of them, and where they have none
    of those in common either (a number of no place), the first zone alone decides.
    """
    zones = tuple(zones)
    for where, when in ((zones, hours), (zones, USUAL), (zones[:1], hours), (zones[:1], USUAL)):
        if (found := _first(at.astimezone(UTC), where, when)) is not None:
            return found
    raise AssertionError("no hour of a week is between 8 and 21")


def _first(at: datetime, zones: tuple[ZoneInfo, ...], hours: frozenset[int]) -> datetime | None:
    if may_write(at, zones, hours):
        return at
    since_hour = timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
    quarter = at - since_hour
    last = at + FURTHEST
    while quarter <= last:
        if quarter > at and may_write(quarter, zones, hours):
            return quarter
        quarter += QUARTER
    return None
