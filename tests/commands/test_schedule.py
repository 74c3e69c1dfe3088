"""`flask schedule loan` prints the schedule, or says in one line what is wrong."""

from __future__ import annotations

import csv
import io

import pytest
from click.testing import CliRunner, Result

from commands.schedule import schedule

AUTO = {
    "--principal": "18500", "--rate": "9.9", "--count": "60", "--frequency": "monthly",
    "--start": "2026-01-15", "--first-due": "2026-02-15",
}  # fmt: skip


def ask(*more: str, **changed: str | None) -> Result:
    options = AUTO | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    words = [word for name, value in options.items() if value is not None for word in (name, value)]
    return CliRunner().invoke(schedule, ["loan", *words, *more])


def table(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.output
    return list(csv.reader(io.StringIO(result.stdout)))


def test_the_schedule_is_csv_under_a_fixed_header() -> None:
    rows = table(ask())
    assert rows[0] == ["number", "due_on", "payment", "interest", "principal", "balance"]
    assert rows[1] == ["1", "2026-02-15", "392.16", "152.63", "239.53", "18260.47"]
    assert rows[60] == ["60", "2031-01-15", "392.22", "3.21", "389.01", "0.00"]
    assert len(rows) == 61


def test_a_biweekly_loan_by_actual_days() -> None:
    rows = table(
        ask(
            principal="9000", rate="21", count="78", frequency="biweekly", start="2026-01-09",
            first_due="2026-01-23", interest="daily", day_count="actual/365",
        )
    )  # fmt: skip
    assert rows[1] == ["1", "2026-01-23", "155.97", "72.49", "83.48", "8916.52"]
    assert rows[78][2] == "143.12"


def test_whole_units_and_flat_interest() -> None:
    terms = {"principal": "5,000.00", "rate": "12 %", "count": "18", "payment_unit": "1"}
    assert [row[2] for row in table(ask(**terms))[1:]] == ["305.00"] * 17 + ["303.22"]
    assert [row[2:4] for row in table(ask(**terms, interest="flat"))[1:]] == [["328.00", "50.00"]] * 17 + [
        ["324.00", "50.00"]
    ]


def test_the_first_due_date_is_one_period_after_the_start_unless_given() -> None:
    assert table(ask(first_due=None))[1][1] == "2026-02-15"
    assert table(ask(first_due=None, frequency="biweekly"))[1][1] == "2026-01-29"
    days = [row[1] for row in table(ask(first_due=None, start="2026-01-31", count="3"))[1:]]
    assert days == ["2026-02-28", "2026-03-31", "2026-04-30"]
    assert table(ask(first_due=None, frequency="semimonthly", anchor_days="15,31"))[1][1] == "2026-01-31"
    assert table(ask(first_due=None, anchor_days="20"))[1][1] == "2026-02-20"


def test_semimonthly_payments_stand_on_their_anchor_days() -> None:
    rows = table(ask(frequency="semimonthly", anchor_days="15,31", count="4"))
    assert [row[1] for row in rows[1:]] == ["2026-02-15", "2026-02-28", "2026-03-15", "2026-03-31"]


def test_a_balloon_skipped_months_and_interest_alone() -> None:
    assert table(ask(balloon="5000"))[60][2].startswith("5327.")
    skipped = table(ask(skip_months="6,7,8", count="12"))
    assert [row[2] for row in skipped[5:8]] == ["0.00"] * 3
    assert [row[4] for row in table(ask(interest_only="2"))[1:3]] == ["0.00", "0.00"]


def test_equal_payments_report_what_is_left_apart_from_the_table() -> None:
    result = ask(
        principal="10025", rate="4.5", count="12", start="2022-08-22", first_due="2022-10-01",
        interest="daily", day_count="actual/365", last="equal",
    )  # fmt: skip
    assert table(result)[12] == ["12", "2023-09-01", "856.92", "3.26", "853.66", "0.03"]
    assert result.stderr == "Left after the last payment: 0.03\n"


def test_roundings_and_the_last_interest() -> None:
    assert table(ask(payment_rounding="floor"))[1][2] == "392.16"
    assert table(ask(payment_rounding="ceiling"))[1][2] == "392.17"
    assert table(ask(rounding="half-even"))[1][3] == "152.62"
    assert table(ask(last="interest"))[60][2] == "392.16"


def test_a_stated_payment_and_another_currency() -> None:
    assert table(ask(payment="400"))[1][2] == "400.00"
    assert table(ask(currency="JPY"))[1][2] == "392"


def test_the_apr_is_printed_alone() -> None:
    example = {"principal": "6000", "count": "36", "start": "1978-02-10", "first_due": "1978-04-01"}
    assert ask("--apr", **example, rate="0", payment="200", last="equal").stdout == "11.82\n"
    assert ask("--apr").stdout == "9.90\n"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"count": "0"}, "at least one payment"),
        ({"count": "many"}, "many is not a whole number"),
        ({"count": "1e3"}, "not a whole number"),
        ({"count": "999999999999"}, "not a whole number"),
        ({"rate": "-1"}, "zero or above"),
        ({"rate": "nan"}, "zero or above"),
        ({"rate": "nine"}, "not a rate"),
        ({"rate": "1e5"}, "not a rate"),
        ({"principal": "-5"}, "must not be negative"),
        ({"principal": "0"}, "above zero"),
        ({"principal": "1e9"}, "not an amount"),
        ({"principal": "12.345"}, "at most 2 decimals"),
        ({"payment": "10"}, "does not cover the interest of 152.63 USD"),
        ({"start": "2026-02-30"}, "not a date"),
        ({"start": "15.01.2026"}, "not a date"),
        ({"start": "9999-12-31", "first_due": None}, "too far"),
        ({"first_due": "2025-01-01"}, "must come after the start"),
        ({"frequency": "hourly"}, "not a frequency"),
        ({"interest": "compound"}, "not a choice"),
        ({"rounding": "up"}, "not a choice"),
        ({"anchor_days": "a,b"}, "not a whole number"),
        ({"anchor_days": "0", "first_due": None}, "between 1 and 31"),
        ({"skip_months": "13"}, "1 to 12"),
        ({"balloon": "20000"}, "balloon"),
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
    assert ask(principal=None).exit_code == 2
    assert CliRunner().invoke(schedule, ["loan", "--help"]).exit_code == 0
