"""Days that the law of a place gives: which row counts, and what no law can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.rules.legal_days import LegalDays, check_days, check_told_in_time, in_force
from domain.words import Refused

OLD = LegalDays("US-CA", "deposit", date(2020, 1, 1), 21, "section 1950.5", date(2020, 1, 1))
NEW = replace(OLD, effective_from=date(2026, 1, 1), days=14)
ANYWHERE = replace(OLD, jurisdiction="", days=30)
RISE = replace(OLD, what="rent_increase", days=30)
ROWS = (OLD, NEW, ANYWHERE, RISE)


@pytest.mark.parametrize(
    ("place", "on", "days"),
    [
        ("US-CA", date(2025, 12, 31), 21),
        ("US-CA", date(2026, 1, 1), 14),
        ("US-NY", date(2026, 1, 1), 30),
        ("US-CA", date(2019, 12, 31), None),
    ],
)
def test_the_latest_row_of_the_place_counts_and_else_that_of_everywhere(place, on, days):
    row = in_force(ROWS, "deposit", place, on)
    assert (row.days if row else None) == days


def test_thirty_days_of_notice_end_on_the_thirtieth_day():
    """Told on 2 March: 1 April is the thirtieth day after it."""
    told = date(2026, 3, 2)
    check_told_in_time(RISE, told, date(2026, 4, 1))
    check_told_in_time(None, told, told)
    with pytest.raises(Refused) as refused:
        check_told_in_time(RISE, told, date(2026, 3, 31))
    assert refused.value.field == "from_on"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("days", -1), ("days", 367), ("what", "rent"), ("source", " "), ("verified_on", date(2027, 1, 1))],
)
def test_what_no_law_can_be_is_refused_at_its_field(field, wrong):
    with pytest.raises(Refused) as refused:
        check_days(replace(OLD, **{field: wrong}), date(2026, 3, 1))
    assert refused.value.field == field
