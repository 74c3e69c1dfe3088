"""Nobody is written to outside their hours: any zone, any hour, across every change of the clocks (safety L27)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.rules.contact_times import zones
from domain.rules.quiet_hours import may_write, next_moment, open_hours, places

NEW_YORK, HONOLULU, LONDON = (
    ZoneInfo(name) for name in ("America/New_York", "Pacific/Honolulu", "Europe/London")
)
DAY = open_hours(21, 8)


def at(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_hours_from_21_until_8_are_quiet_and_own_hours_replace_them():
    assert frozenset(range(8, 21)) == DAY
    assert open_hours(0, 7) == frozenset(range(7, 24))
    assert open_hours(13, 15) == frozenset(range(24)) - {13, 14}
    assert open_hours(9, 9) == frozenset(range(24))
    assert open_hours(21, 8, 9, 17) == frozenset(range(9, 17))
    assert open_hours(21, 8, 18, 24) == frozenset(range(18, 24))


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("2026-03-02T12:00", "2026-03-02T12:00"),
        ("2026-03-02T08:00", "2026-03-02T08:00"),
        ("2026-03-02T07:59:59", "2026-03-02T08:00"),
        ("2026-03-02T20:59:59", "2026-03-02T20:59:59"),
        ("2026-03-02T21:00", "2026-03-03T08:00"),
        # The night the clocks go forward, and the night they go back.
        ("2026-03-07T23:30", "2026-03-08T08:00"),
        ("2026-10-31T23:30", "2026-11-01T08:00"),
    ],
)
def test_what_comes_in_quiet_hours_waits_for_the_morning(asked, answer):
    assert next_moment(at(asked), [NEW_YORK], DAY) == at(answer)


def test_the_night_of_the_longer_hour_lasts_an_hour_more():
    asked = at("2026-10-31T23:30")
    assert next_moment(asked, [NEW_YORK], DAY) - asked.astimezone(UTC) == timedelta(hours=9, minutes=30)


def test_a_place_that_is_not_known_is_every_place_it_may_be():
    both = [NEW_YORK, HONOLULU]
    assert next_moment(at("2026-01-15T08:00"), both, DAY) == at("2026-01-15T13:00")  # 8:00 in Honolulu
    assert next_moment(at("2026-01-15T21:00"), both, DAY) == at("2026-01-16T13:00")


def test_the_zones_come_from_the_person_else_from_us_and_their_number():
    assert places("Asia/Tokyo", NEW_YORK, "+12025550143") == (ZoneInfo("Asia/Tokyo"),)
    assert places("", NEW_YORK, "+13105550143") == (NEW_YORK, ZoneInfo("America/Los_Angeles"))
    assert places("", NEW_YORK) == (NEW_YORK,)
    assert places("", NEW_YORK, "nonsense") == (NEW_YORK,)
    assert places("No/Where", NEW_YORK) == (NEW_YORK,)


def test_a_number_of_no_place_waits_for_an_hour_that_suits_all_of_them():
    anywhere = places("", NEW_YORK, "+18005550143")
    assert len(anywhere) > 20
    assert next_moment(at("2026-01-15T07:00"), anywhere, DAY) == at("2026-01-15T17:00")  # 8:00 in Guam


def test_places_without_a_common_hour_do_not_silence_us_for_ever():
    far = [NEW_YORK, ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Auckland")]
    assert next_moment(at("2026-01-15T07:00"), far, DAY) == at("2026-01-15T08:00")


@pytest.mark.safety("L27")
def test_ten_thousand_random_sends_none_outside_the_hours():
    chance = random.Random(27)
    names = zones()
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    waited = 0
    for _ in range(10_000):
        zone = ZoneInfo(chance.choice(names))
        first = chance.randrange(0, 23)
        hours = chance.choice([DAY, open_hours(21, 8, first, chance.randrange(first + 1, 25))])
        asked = begin + timedelta(seconds=chance.randrange(5 * 366 * 86_400))
        sent = next_moment(asked, [zone], hours)
        assert sent >= asked
        assert sent.astimezone(zone).hour in hours
        assert sent - asked <= timedelta(hours=25)
        waited += sent > asked
        # Nothing earlier was allowed: every quarter between is quiet.
        if sent > asked:
            between = asked + (sent - asked) * chance.random()
            assert between == sent or not may_write(between, [zone], hours)
    assert waited > 3_000


@pytest.mark.safety("L27")
def test_sends_around_every_change_of_the_clocks_stay_inside():
    chance = random.Random(2027)
    for zone in (NEW_YORK, LONDON, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/Santiago")):
        for day in range(1, 366):
            midnight = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
            asked = midnight + timedelta(seconds=chance.randrange(86_400))
            assert next_moment(asked, [zone], DAY).astimezone(zone).hour in DAY


def test_hours_without_one_in_common_fall_back_to_8_until_21_of_both_places():
    tokyo = ZoneInfo("Asia/Tokyo")
    sent = next_moment(at("2026-01-15T12:00"), [NEW_YORK, tokyo], frozenset(range(9, 17)))
    assert 8 <= sent.astimezone(NEW_YORK).hour < 21
    assert 8 <= sent.astimezone(tokyo).hour < 21
