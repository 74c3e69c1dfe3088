"""`flask schedule lease` prints what a lease-to-own asks for, or says in one line what is wrong."""

from __future__ import annotations

import csv
import io

import pytest
from click.testing import CliRunner, Result

from commands.schedule import schedule

SOFA = {
    "--cash-price": "1,000", "--payment": "100", "--count": "12", "--frequency": "monthly",
    "--start": "2026-01-31", "--tax": "6.25",
}  # fmt: skip


def ask(*more: str, **changed: str | None) -> Result:
    options = SOFA | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    words = [word for name, value in options.items() if value is not None for word in (name, value)]
    return CliRunner().invoke(schedule, ["lease", *words, *more])


def table(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.output
    return list(csv.reader(io.StringIO(result.stdout)))


def test_one_row_per_charge_under_a_fixed_header() -> None:
    rows = table(ask())
    assert rows[0] == ["number", "due_on", "period_from", "period_to", "amount"]
    assert rows[1] == ["1", "2026-01-31", "2026-01-31", "2026-02-27", "106.25"]
    assert rows[2] == ["2", "2026-02-28", "2026-02-28", "2026-03-30", "106.25"]
    assert len(rows) == 13


def test_payments_are_in_advance_unless_a_first_due_date_is_given() -> None:
    assert table(ask(start="2026-01-10", first_due="2026-02-01"))[1][1:4] == [
        "2026-02-01", "2026-01-10", "2026-02-09",
    ]  # fmt: skip


def test_twice_a_month_stands_on_its_anchor_days() -> None:
    rows = table(ask(frequency="semimonthly", anchor_days="15,31", start="2026-01-15", count="4"))
    assert [row[1] for row in rows[1:]] == ["2026-01-15", "2026-01-31", "2026-02-15", "2026-02-28"]
    assert table(ask(anchor_days="5", start="2026-01-10"))[1][1] == "2026-02-05"


def test_a_balloon_is_the_last_row() -> None:
    assert table(ask(balloon="75"))[13] == ["13", "2027-01-30", "2027-01-30", "2027-01-30", "79.69"]


def test_another_currency_and_another_rounding() -> None:
    assert table(ask(currency="JPY"))[1][4] == "106"
    assert table(ask(currency="JPY", rounding="ceiling"))[1][4] == "107"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"count": "0"}, "between 1 and"),
        ({"count": "x"}, "x is not a whole number"),
        ({"payment": "0"}, "above zero"),
        ({"payment": "1e3"}, "not an amount"),
        ({"tax": "-1"}, "between 0 and 100"),
        ({"tax": "nan"}, "between 0 and 100"),
        ({"tax": "much"}, "not a rate"),
        ({"start": "2026-02-30"}, "not a date"),
        ({"first_due": "2025-01-01"}, "must not come before the start"),
        ({"frequency": "hourly"}, "not a frequency"),
        ({"anchor_days": "0"}, "between 1 and 31"),
        ({"rounding": "up"}, "not a choice"),
        ({"currency": "dollars"}, "not a currency code"),
    ],
)
def test_bad_input_ends_with_one_clear_line(changed: dict[str, str | None], words: str) -> None:
    result = ask(**changed)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert words in result.stderr
    assert result.stderr.count("\n") == 1


def test_wrong_usage_ends_with_two() -> None:
    assert ask("--nonsense").exit_code == 2
    assert ask(payment=None).exit_code == 2
    assert CliRunner().invoke(schedule, ["lease", "--help"]).exit_code == 0
