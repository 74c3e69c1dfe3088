"""Years of a timer that ticks beside an autopay contract, in any zone, and what should have come of them.

`lived` goes through the ticks as the run does: the next period is kept, taken when the local day has come, and followed
by the one after it. `expected` knows nothing of our calendar: it counts months, weeks and closed days by itself.
"""

from __future__ import annotations

import calendar
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

from domain.rules.autopay import Contract, Obligation, next_after

ZONES = (
    "America/New_York", "America/Los_Angeles", "Europe/London", "Europe/Berlin", "Australia/Lord_Howe",
    "Pacific/Auckland", "Asia/Kolkata", "UTC",
)  # fmt: skip
DAYS = (1, 15, 28, 29, 30, 31)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Life:
    """One contract: `day` of the month, by the agreement's due dates or by a cadence of its own."""

    cadence: str
    day: int
    days_before: int = 0
    first_year: int = 2026
    years: int = 5

    @property
    def begins(self) -> date:
        return date(self.first_year, 1, min(self.day, 31))

    @property
    def ends(self) -> date:
        return date(self.first_year + self.years, 1, 1)

    def contract(self) -> Contract:
        own = self.cadence != "due"
        return Contract(
            "USD", "fixed", date(self.first_year - 1, 12, 1), amount_minor=100, cadence=self.cadence,
            days_before=self.days_before, anchor_on=self.begins if own else None,
            second_day=0 if self.cadence != "semimonthly" else 15 if self.day != 15 else 31,
        )  # fmt: skip

    def dues(self) -> list[Obligation]:
        return [Obligation(day, None) for day in self.nominal()] if self.cadence == "due" else []

    def nominal(self) -> list[date]:
        """The days the periods are named by, counted without our calendar."""
        if self.cadence in ("weekly", "biweekly"):
            step = timedelta(days=7 if self.cadence == "weekly" else 14)
            return list(_every(self.begins, step, self.ends))
        days = {self.day} | ({15 if self.day != 15 else 31} if self.cadence == "semimonthly" else set())
        found = [
            date(year, month, min(day, calendar.monthrange(year, month)[1]))
            for year in range(self.first_year, self.first_year + self.years)
            for month in range(1, 13)
            for day in days
        ]
        return sorted(day for day in found if day >= self.begins)


def _every(first: date, step: timedelta, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first += step


def expected(life: Life) -> dict[str, date]:
    """Period -> the day its money is taken."""
    closed = holidays.financial_holidays("XFED")
    found = {}
    for nominal in life.nominal():
        day = nominal - timedelta(days=life.days_before)
        while day.weekday() >= 5 or day in closed:
            day += -DAY if life.days_before else DAY
        found[nominal.isoformat()] = day
    return found


def ticks(life: Life, seed: int, steps: bool) -> list[datetime]:
    """Instants at which the timer ticks: every day and more, at any hour; with `steps` the clock jumps about."""
    dice = random.Random(seed)
    now = datetime(life.first_year - 1, 12, 1, tzinfo=UTC)
    found = []
    while now < datetime(life.first_year + life.years, 2, 1, tzinfo=UTC):
        now += timedelta(minutes=dice.randrange(1, 720))
        found.append(now)
        if steps and dice.random() < 0.02:
            found.append(
                now + dice.choice((timedelta(hours=-1), timedelta(hours=-30), DAY, timedelta(days=2)))
            )
    return found


def lived(
    life: Life, zone: str, instants: Iterable[datetime], following=next_after
) -> list[tuple[str, date]]:
    """(period, local day) of every debit that was begun, in order."""
    contract, dues, where = life.contract(), life.dues(), ZoneInfo(zone)
    ahead = following(contract, dues, "", life.begins - 40 * DAY)
    found = []
    for instant in instants:
        today = instant.astimezone(where).date()
        if ahead is not None and ahead.debit_on <= today:
            found.append((ahead.period, today))
            ahead = following(contract, dues, ahead.period, ahead.debit_on + DAY)
    return found


def wrong(life: Life, zone: str, begun: list[tuple[str, date]], exact: bool = True) -> list[str]:
    """What is wrong with the debits that were begun; empty when each period came once, on its day."""
    should = expected(life)
    # The last periods of the time looked at may fall due after its end.
    should = {period: day for period, day in should.items() if day < life.ends}
    taken = [(period, day) for period, day in begun if period < life.ends.isoformat()]
    count: dict[str, int] = {}
    for period, _day in taken:
        count[period] = count.get(period, 0) + 1
    faults = [f"{period} {times} times in {zone}" for period, times in count.items() if times != 1]
    faults += [f"{period} is missing in {zone}" for period in should if period not in count]
    faults += [f"{period} is no period in {zone}" for period in count if period not in expected(life)]
    if exact:
        faults += [
            f"{period} on {day}, not {should[period]}"
            for period, day in taken
            if should.get(period, day) != day
        ]
    return faults


def lives(years: int = 5) -> list[Life]:
    """Every day of the month that matters, by due dates and by cadences of one's own."""
    found = [Life("due", day, before, years=years) for day in DAYS for before in (0, 3)]
    found += [Life(cadence, day, years=years) for day in DAYS for cadence in ("monthly", "semimonthly")]
    return [*found, *(Life(cadence, 2, years=years) for cadence in ("weekly", "biweekly"))]
