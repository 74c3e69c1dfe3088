"""The hours and the zone in which a person may be reached."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from domain.rules.contact_times import hours_problem, zone_problem, zones


def test_every_zone_that_is_offered_has_a_clock() -> None:
    for name in zones():
        ZoneInfo(name)
    for name in ("America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe"):
        assert zone_problem(name) is None
    assert zone_problem("") is None


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "../etc/passwd", "america/new_york", "Etc/GMT+5", "UTC+2", "\x00"]
)
def test_what_is_no_zone_to_choose_is_refused(name: str) -> None:
    assert zone_problem(name) is not None


@pytest.mark.parametrize(
    ("hours", "fits"),
    [
        ((None, None), True), ((9, 17), True), ((0, 24), True), ((23, 24), True),
        ((9, None), False), ((None, 17), False), ((17, 9), False), ((9, 9), False), ((-1, 5), False), ((5, 25), False),
    ],
)  # fmt: skip
def test_hours_are_both_or_neither_and_in_order(hours, fits) -> None:
    assert (hours_problem(*hours) is None) is fits
