"""Banks settle on business days of the Federal Reserve, TARGET or the United Kingdom."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.rules.business_days import adjust, is_business_day, next_business_day, previous_business_day


def test_a_saturday_holiday_of_the_fed_is_not_moved_to_friday() -> None:
    assert is_business_day(date(2026, 7, 3))
    assert not is_business_day(date(2026, 7, 4))


def test_a_sunday_holiday_of_the_fed_is_kept_on_monday() -> None:
    assert not is_business_day(date(2027, 7, 5))


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 1, 16), 1, date(2026, 1, 20)),  # Martin Luther King day
        (date(2026, 1, 14), 2, date(2026, 1, 16)),
        (date(2026, 7, 4), 0, date(2026, 7, 6)),
        (date(2026, 7, 6), 0, date(2026, 7, 6)),
        (date(2026, 7, 4), 1, date(2026, 7, 6)),
        (date(2026, 7, 4), 2, date(2026, 7, 7)),
        (date(2025, 12, 31), 1, date(2026, 1, 2)),
    ],
)
def test_business_days_are_counted_forward(day: date, n: int, expected: date) -> None:
    assert next_business_day(day, n) == expected


def test_business_days_are_counted_backward() -> None:
    assert previous_business_day(date(2026, 1, 20)) == date(2026, 1, 16)
    assert previous_business_day(date(2026, 7, 5), 0) == date(2026, 7, 3)
    assert previous_business_day(date(2026, 7, 5), 2) == date(2026, 7, 2)


def test_a_planned_debit_moves_by_the_methods_rule() -> None:
    saturday = date(2026, 1, 31)
    assert adjust(saturday, "none") == saturday
    assert adjust(saturday, "next") == date(2026, 2, 2)
    assert adjust(saturday, "previous") == date(2026, 1, 30)
    assert adjust(saturday, "modified-following") == date(2026, 1, 30)
    assert adjust(date(2026, 1, 17), "modified-following") == date(2026, 1, 20)


def test_good_friday_closes_target_and_the_united_kingdom_but_not_the_fed() -> None:
    good_friday = date(2026, 4, 3)
    assert [is_business_day(good_friday, calendar) for calendar in ("XECB", "GB", "XFED")] == [
        False,
        False,
        True,
    ]


def test_unknown_names_are_errors() -> None:
    with pytest.raises(ValueError, match="calendar"):
        is_business_day(date(2026, 1, 1), "XXXX")
    with pytest.raises(ValueError, match="rule"):
        adjust(date(2026, 1, 1), "sometimes")
    with pytest.raises(ValueError, match="forward"):
        next_business_day(date(2026, 1, 1), -1)
    with pytest.raises(ValueError, match="backward"):
        previous_business_day(date(2026, 1, 1), -1)


@pytest.mark.parametrize(("calendar", "name"), [("XFED", "fed"), ("XECB", "target2")])
def test_twenty_years_of_holidays_agree_with_the_published_ones(
    calendar: str, name: str, peer_data: Callable[[str], Path]
) -> None:
    with peer_data(f"calendars/{name}_holidays_2015_2035.csv").open() as file:
        published = {date.fromisoformat(row["date"]) for row in csv.DictReader(file)}
    day, wrong = date(2015, 1, 1), []
    while day.year < 2036:
        if is_business_day(day, calendar) != (day.weekday() < 5 and day not in published):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


def test_the_published_bank_holidays_of_england_close_the_banks(peer_data: Callable[[str], Path]) -> None:
    published = json.loads(peer_data("calendars/uk_bank_holidays_govuk.json").read_text("utf-8"))
    days = {date.fromisoformat(event["date"]) for event in published["england-and-wales"]["events"]}
    wrong = [
        day
        for number in range((max(days) - min(days)).days + 1)
        if (day := min(days) + timedelta(days=number)).weekday() < 5
        and is_business_day(day, "GB") == (day in days)
    ]
    assert wrong == []
