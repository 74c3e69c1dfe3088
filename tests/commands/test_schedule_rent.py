"""`flask schedule rent` prints what a rental asks for, or says in one line what is wrong."""

from __future__ import annotations

import csv
import io

import pytest
from click.testing import CliRunner, Result

from commands.schedule import schedule

FLAT = {
    "--rent": "1,200", "--from": "2026-01-10", "--to": "2026-12-31", "--due-day": "1", "--proration": "actual",
}  # fmt: skip


def ask(*more: str, **changed: str | None) -> Result:
    options = FLAT | {f"--{name.strip('_').replace('_', '-')}": value for name, value in changed.items()}
    words = [word for name, value in options.items() if value is not None for word in (name, value)]
    return CliRunner().invoke(schedule, ["rent", *words, *more])


def table(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.output
    return list(csv.reader(io.StringIO(result.stdout)))


def test_one_row_per_charge_under_a_fixed_header() -> None:
    rows = table(ask())
    assert rows[0] == ["number", "due_on", "period_from", "period_to", "amount"]
    assert rows[1] == ["1", "2026-01-10", "2026-01-10", "2026-01-31", "851.61"]
    assert rows[12] == ["12", "2026-12-01", "2026-12-01", "2026-12-31", "1200.00"]
    assert len(rows) == 13


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("actual", "851.61"),
        ("30", "880.00"),
        ("30/360", "840.00"),
        ("365", "867.95"),
        ("366", "865.57"),
        ("none", "1200.00"),
    ],
)
def test_1200_moved_in_on_10_january_of_a_leap_year(method: str, expected: str) -> None:
    assert table(ask(proration=method, from_="2028-01-10", to="2028-06-30"))[1][4] == expected


def test_a_stay_over_parts_of_two_months_is_one_row() -> None:
    rows = table(ask(rent="1000", from_="2026-08-20", to="2027-08-14", due_day="15"))
    assert rows[1] == ["1", "2026-08-20", "2026-08-20", "2026-09-14", "853.76"]
    assert len(rows) == 13


def test_moving_out_on_15_march_is_prorated() -> None:
    assert table(ask(from_="2026-01-01", to="2026-03-15"))[3][1:] == [
        "2026-03-01", "2026-03-01", "2026-03-15", "580.65",
    ]  # fmt: skip


def test_the_due_day_is_kept_and_is_the_first_days_unless_given() -> None:
    days = [row[1] for row in table(ask(from_="2026-01-31", to="2026-04-29", due_day=None))[1:]]
    assert days == ["2026-01-31", "2026-02-28", "2026-03-31"]


def test_other_frequencies() -> None:
    assert [row[1] for row in table(ask(frequency="weekly", to="2026-01-30"))[1:]] == [
        "2026-01-10", "2026-01-17", "2026-01-24",
    ]  # fmt: skip
    half = table(ask(frequency="semimonthly", anchor_days="1,16", to="2026-02-28"))
    assert [row[1] for row in half[1:]] == ["2026-01-10", "2026-01-16", "2026-02-01", "2026-02-16"]


def test_another_currency_and_another_rounding() -> None:
    assert table(ask(currency="JPY"))[1][4] == "852"
    assert table(ask(currency="JPY", rounding="floor"))[1][4] == "851"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"rent": "much"}, "much"),
        ({"rent": "0"}, "The rent must be above zero."),
        ({"rent": "1200.001"}, "at most 2 decimals"),
        ({"from_": "10 Jan"}, "10 Jan is not a date."),
        ({"to": "2026-01-09"}, "The lease ends on 2026-01-09, before it begins on 2026-01-10."),
        ({"to": "2299-01-01"}, "more than 100 years"),
        ({"due_day": "32"}, "The due day must be a day of the month, 1 to 31."),
        ({"due_day": ""}, "is not a whole number."),
        ({"proration": "lunar"}, "lunar is not a way of prorating."),
        ({"frequency": "hourly"}, "hourly is not a frequency."),
        ({"frequency": "semimonthly", "anchor_days": "15"}, "Twice a month needs two different days"),
        ({"frequency": "semimonthly", "anchor_days": "1,2,3"}, "Twice a month needs two different days"),
        ({"anchor_days": "1,15"}, "twice a month only"),
        ({"rounding": "up"}, "up is not a choice here."),
        ({"currency": "dollars"}, "dollars is not a currency code."),
    ],
)
def test_bad_input_ends_with_one_clear_line(changed: dict[str, str], words: str) -> None:
    answer = ask(**changed)
    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert words in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("missing", ["rent", "from_", "to"])
def test_a_missing_option_is_wrong_usage(missing: str) -> None:
    assert ask(**{missing: None}).exit_code == 2


def test_an_unknown_option_is_wrong_usage() -> None:
    assert ask("--colour", "red").exit_code == 2
