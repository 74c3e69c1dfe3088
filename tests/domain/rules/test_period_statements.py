"""When the statement of a month or a year is made, under which heading things count, and that the headings add up."""

from __future__ import annotations

from datetime import date

import pytest

from domain.reports.journal import CAUSE_WORDS
from domain.rules.period_statements import GROUPS, Line, account, group_of, month_of, to_make


@pytest.mark.parametrize(
    ("today", "month", "year"),
    [
        (date(2026, 4, 2), "202602", "2025"),
        (date(2026, 4, 3), "202603", "2025"),
        (date(2026, 1, 2), "202511", "2024"),
        (date(2026, 1, 3), "202512", "2024"),
        (date(2026, 1, 9), "202512", "2024"),
        (date(2026, 1, 10), "202512", "2025"),
    ],
)
def test_a_month_waits_until_the_third_and_a_year_until_10_january(
    today: date, month: str, year: str
) -> None:
    assert [one.mark for one in to_make(today, None, None)] == [month, year]


def test_missed_months_are_made_up_for_up_to_a_year_of_them() -> None:
    made = to_make(date(2026, 4, 3), date(2025, 12, 31), None)
    assert [one.mark for one in made] == ["202512", "202601", "202602", "202603", "2025"]
    assert len(to_make(date(2026, 4, 3), date(2020, 1, 31), None)) == 13


def test_a_month_is_whole() -> None:
    assert (month_of(date(2028, 2, 10)).first, month_of(date(2028, 2, 10)).last) == (
        date(2028, 2, 1),
        date(2028, 2, 29),
    )


def test_every_cause_of_the_journal_has_a_heading() -> None:
    assert {group_of(cause) for cause in CAUSE_WORDS} == set(GROUPS)
    assert group_of("charge.late_fee") == "fees"
    assert group_of("charge.waiver") == "changes"
    assert group_of("interest.accrued") == "interest"
    assert group_of("payment.returned") == "back"


def test_opening_and_headings_sum_to_the_closing_and_finance_charges_paid_are_interest() -> None:
    lines = [Line(date(2026, 3, 1), "Rent", "charges", 100), Line(date(2026, 3, 4), "Cash", "payments", -70)]
    made = account(50, lines, {"finance": 5, "interest": 2, "rent": 63, "credit": 9}, {})
    assert (made["opening_minor"], made["closing_minor"], made["sums"]) == (
        50,
        80,
        {"charges": 100, "payments": -70},
    )
    assert made["paid"] == {"interest": 7, "rent": 63}
