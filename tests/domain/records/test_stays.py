"""A unit is let to one at a time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.words import Refused
from tests.fixtures.four_kinds import unit_for

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
DAY = timedelta(days=1)


@pytest.mark.parametrize(("first", "last"), [(FIRST, LAST), (LAST, None), (FIRST + DAY, FIRST + 40 * DAY)])
def test_a_stay_that_overlaps_another_is_refused_by_name(ledger, first, last) -> None:
    unit = unit_for(ledger.house)
    ledger.open_rental("tess", on=FIRST, to_on=LAST, unit_ref=unit)
    with pytest.raises(Refused) as refused:
        ledger.open_rental("bo", on=first, to_on=last, unit_ref=unit)
    assert refused.value.field == "unit"


def test_the_next_stay_may_begin_the_day_after(ledger) -> None:
    unit = unit_for(ledger.house)
    ledger.open_rental("tess", on=FIRST, to_on=LAST, unit_ref=unit)
    assert ledger.open_rental("bo", on=LAST + DAY, unit_ref=unit)
    with pytest.raises(Refused):
        ledger.open_rental("stan", on=LAST + 900 * DAY, unit_ref=unit)
