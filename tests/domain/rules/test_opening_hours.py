"""When somebody can be reached: what is typed, whether it is open, when it opens next."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.rules.opening_hours import (
    Hours,
    open_until,
    opens_next,
    parse_closed,
    parse_spans,
    read,
    stored,
    written,
)
from domain.words import Refused

NEW_YORK = ZoneInfo("America/New_York")
WEEK = Hours(
    dict.fromkeys(range(5), [(9 * 60, 12 * 60), (13 * 60, 17 * 60)]), frozenset({date(2026, 11, 26)})
)


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9-17", [(540, 1020)]),
        ("9:00-12:00, 13.30 – 17", [(540, 720), (810, 1020)]),
        ("0-24", [(0, 1440)]),
        (" ", []),
    ],
)
def test_hours_are_read_as_people_type_them(typed, meant):
    assert parse_spans(typed) == meant
    assert parse_spans(", ".join(map(written, meant))) == meant


@pytest.mark.parametrize("typed", ["nine to five", "17-9", "9-25", "9:70-10", "9-12, 11-13", "9", "9-12-15"])
def test_hours_that_cannot_be_are_refused(typed):
    with pytest.raises(Refused):
        parse_spans(typed)


def test_days_off_are_read_in_order_and_refused_when_they_are_none():
    assert parse_closed("2026-12-25\n2026-11-26, 2026-12-25") == [date(2026, 11, 26), date(2026, 12, 25)]
    for typed in ("25.12.2026", "2026-02-30", "2026-01-01 " * 61):
        with pytest.raises(Refused):
            parse_closed(typed)


def test_it_is_open_within_its_hours_and_not_at_noon_at_night_or_on_a_day_off():
    assert open_until(WEEK, at(2026, 11, 23, 9, 0)) == at(2026, 11, 23, 12, 0)
    for closed in (
        at(2026, 11, 23, 12, 0),
        at(2026, 11, 23, 8, 59),
        at(2026, 11, 22, 10),
        at(2026, 11, 26, 10),
    ):
        assert open_until(WEEK, closed) is None
    assert open_until(Hours({0: [(0, 1440)]}), at(2026, 11, 23, 23, 59)) == at(2026, 11, 24)


def test_it_opens_next_after_the_break_the_night_the_weekend_or_the_day_off():
    assert opens_next(WEEK, at(2026, 11, 23, 12, 30)) == at(2026, 11, 23, 13)
    assert opens_next(WEEK, at(2026, 11, 23, 18)) == at(2026, 11, 24, 9)
    assert opens_next(WEEK, at(2026, 11, 25, 18)) == at(2026, 11, 27, 9)
    assert opens_next(WEEK, at(2026, 11, 27, 18)) == at(2026, 11, 30, 9)
    assert opens_next(Hours(), at(2026, 11, 27, 18)) is None


def test_clocks_that_are_changed_move_no_opening():
    # Clocks in New York go forward on 8 March 2026 and back on 1 November 2026 (26 U.S.C. 260a).
    for friday, monday in (
        (at(2026, 3, 6, 18), at(2026, 3, 9, 9)),
        (at(2026, 10, 30, 18), at(2026, 11, 2, 9)),
    ):
        opens = opens_next(WEEK, friday)
        assert opens == monday
        assert opens.hour == 9
        assert opens.utcoffset() != friday.utcoffset()


def test_what_is_kept_reads_back():
    assert read(stored(WEEK.days, WEEK.closed)) == WEEK
    assert not read({}).known
