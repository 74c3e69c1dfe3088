"""What a unit is on a day: let, on notice, empty, or not to let. The rent roll and the unit's page ask this one rule.

Verbs: `unit_status`, `stay_on`, `stay_after`. The seven names are those that rent rolls of property managers print.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.words import N_

CURRENT = "current"
NOTICE_RENTED = "notice_rented"
NOTICE_UNRENTED = "notice_unrented"
VACANT_RENTED = "vacant_rented"
VACANT_UNRENTED = "vacant_unrented"
EVICTION = "eviction"
OFF_MARKET = "off_market"

NAMES: Mapping[str, str] = {
    CURRENT: N_("Current"),
    NOTICE_RENTED: N_("Notice, rented"),
    NOTICE_UNRENTED: N_("Notice, unrented"),
    VACANT_RENTED: N_("Vacant, rented"),
    VACANT_UNRENTED: N_("Vacant, unrented"),
    EVICTION: N_("Eviction"),
    OFF_MARKET: N_("Off market"),
}
OCCUPIED = frozenset((CURRENT, NOTICE_RENTED, NOTICE_UNRENTED, EVICTION))
"""Somebody lives there. Occupancy is counted over the units that are not off the market."""


@dataclass(frozen=True, slots=True)
class Days:
    """Calendar days, both ends included; `until_on` None: until further notice."""

    from_on: date
    until_on: date | None = None

    def hold(self, on: date) -> bool:
        """Whether `on` is one of them."""
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)


@dataclass(frozen=True, slots=True)
class GivenNotice:
    """Notice given on a day for a day. From `withdrawn_on` it counts no more."""

    given_on: date
    leaves_on: date
    withdrawn_on: date | None = None

    def stands(self, on: date) -> bool:
        """Whether the notice is known and not taken back on `on`."""
        return self.given_on <= on and (self.withdrawn_on is None or on < self.withdrawn_on)


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody's right to live in a unit, both days included; `last_on` None while no end is known.

    `agreed_on` is the day it was written down (None: always known): before it, an empty unit was not rented by it.
    `evictions` are the days on which a hold for eviction stood. `key` is the caller's own name of the stay.
    """

    first_on: date
    last_on: date | None = None
    agreed_on: date | None = None
    notices: tuple[GivenNotice, ...] = ()
    evictions: tuple[Days, ...] = ()
    key: str = ""

    def notice_on(self, on: date) -> GivenNotice | None:
        """The notice that stands on a day, the one given last where there are several."""
        standing = [one for one in self.notices if one.stands(on)]
        return max(standing, key=lambda one: (one.given_on, one.leaves_on), default=None)


def unit_status(on: date, stays: Sequence[Stay], off_market: Iterable[Days] = ()) -> str:
    """One of the seven names for a unit with these stays on the day `on`.

    Whoever lives there decides: an eviction before a notice, a notice before "current". An empty unit is off the market
    on such days, else rented when a later stay was agreed by then.
    """
    here, coming = stay_on(on, stays), stay_after(on, stays)
    if here is None:
        if any(days.hold(on) for days in off_market):
            return OFF_MARKET
        return VACANT_RENTED if coming else VACANT_UNRENTED
    if any(days.hold(on) for days in here.evictions):
        return EVICTION
    if here.notice_on(on) is None:
        return CURRENT
    return NOTICE_RENTED if coming else NOTICE_UNRENTED


def stay_on(on: date, stays: Iterable[Stay]) -> Stay | None:
    """Who lives there on a day; the stay that began last, should two overlap."""
    here = [one for one in stays if one.first_on <= on and (one.last_on is None or on <= one.last_on)]
    return max(here, key=lambda one: one.first_on, default=None)


def stay_after(on: date, stays: Iterable[Stay]) -> Stay | None:
    """The next stay that begins after a day and was agreed by then."""
    coming = [one for one in stays if one.first_on > on and (one.agreed_on is None or one.agreed_on <= on)]
    return min(coming, key=lambda one: one.first_on, default=None)
