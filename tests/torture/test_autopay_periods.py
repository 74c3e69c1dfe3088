"""T8: five years, eight zones, every month end: each period of autopay exactly once, whatever the clock does."""

from __future__ import annotations

import pytest

from tests.domain.rules.autopay_years import ZONES, lived, lives, ticks, wrong

pytestmark = pytest.mark.torture


@pytest.mark.parametrize("zone", ZONES)
def test_five_years_of_every_month_end_have_each_period_once(zone: str) -> None:
    for seed, life in enumerate(lives()):
        begun = lived(life, zone, ticks(life, seed, steps=False))
        assert wrong(life, zone, begun) == [], life


@pytest.mark.parametrize("zone", ZONES)
def test_five_years_with_a_clock_that_jumps_have_each_period_once(zone: str) -> None:
    for seed, life in enumerate(lives()):
        begun = lived(life, zone, ticks(life, 1_000 + seed, steps=True))
        assert wrong(life, zone, begun, exact=False) == [], life
