"""Each period comes exactly once: years, zones and month ends, whatever the clock does (safety J6, J7; T8 in short)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.rules.autopay import Turn, next_after
from tests.domain.rules.autopay_years import ZONES, Life, lived, lives, ticks, wrong


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("day", [1, 29, 31])
def test_a_year_of_each_month_end_in_two_zones_has_each_period_once(zone: str, day: int) -> None:
    for life in (one for one in lives(years=1) if one.day == day):
        assert wrong(life, zone, lived(life, zone, ticks(life, day, steps=False))) == []


def test_a_clock_that_jumps_about_begins_nothing_twice_and_leaves_nothing_out() -> None:
    for seed, zone in enumerate(ZONES):
        life = Life("due", 31, years=1)
        assert wrong(life, zone, lived(life, zone, ticks(life, seed, steps=True)), exact=False) == []


def forgets_the_anchor(contract, dues, after: str, on: date, *, calendar: str = "XFED") -> Turn | None:
    """Broken on purpose: a month is counted from the last debit, so 31 becomes 28 for good."""
    turn = next_after(contract, dues, "", on, calendar=calendar)
    if not after or turn is None:
        return turn
    last = date.fromisoformat(after)
    year, month = divmod(last.year * 12 + last.month, 12)
    day = date(year, month + 1, min(last.day, 28))
    return Turn(day.isoformat(), day, day, day)


def named_by_the_clock(contract, dues, after: str, on: date, *, calendar: str = "XFED") -> Turn | None:
    """Broken on purpose: the period is called by the day it is looked for, not by the day it is due."""
    turn = next_after(contract, dues, "", on, calendar=calendar)
    return Turn(on.isoformat(), turn.due_on, turn.debit_on, turn.through_on) if turn else None


@pytest.mark.parametrize("broken", [forgets_the_anchor, named_by_the_clock])
def test_a_rule_that_is_broken_on_purpose_is_found_out(broken) -> None:
    life = Life("monthly", 31, years=1)
    begun = lived(life, "UTC", ticks(life, 1, steps=False), following=broken)
    assert wrong(life, "UTC", begun)


def test_the_oracle_finds_a_period_that_came_twice_or_not_at_all() -> None:
    life = Life("due", 15, years=1)
    good = lived(life, "UTC", ticks(life, 1, steps=False))
    assert wrong(life, "UTC", good) == []
    assert wrong(life, "UTC", [*good, good[3]])
    assert wrong(life, "UTC", good[1:])
    assert wrong(life, "UTC", [(good[0][0], good[0][1] + timedelta(days=1)), *good[1:]])
