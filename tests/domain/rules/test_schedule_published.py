"""Schedules other people publish come out to the cent."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from domain.rules.apr import loan_apr
from domain.rules.calendar import due_dates
from domain.rules.schedule import LoanTerms, Schedule, loan_schedule
from tests.domain.rules.cases_fineract import PROGRESSIVE, WHOLE_UNIT


def minor(text: str) -> int:
    return int(Decimal(text).scaleb(2))


def plain(schedule: Schedule) -> list[tuple[int, int, int]]:
    return [(row.payment_minor, row.interest_minor, row.balance_minor) for row in schedule.rows]


def amounts(block: str) -> list[tuple[int, int, int]]:
    return [tuple(minor(part) for part in line.split()) for line in block.strip().splitlines()]


@pytest.mark.parametrize(
    ("source", "principal", "rate", "start", "others", "block"),
    [case[1:] for case in PROGRESSIVE],
    ids=[case[0].split()[0] for case in PROGRESSIVE],
)
def test_a_progressive_loan_of_fineract_comes_out_to_the_cent(
    source: str, principal: str, rate: str, start: str, others: dict[str, Any], block: str
) -> None:
    lines = [line.split(maxsplit=1) for line in block.strip().splitlines()]
    days = [date.fromisoformat(day) for day, _ in lines]
    given = {"frequency": "monthly", "interest": "daily"} | others
    terms = LoanTerms(
        principal_minor=minor(principal),
        annual_rate_percent=Decimal(rate),
        count=len(lines),
        start_on=date.fromisoformat(start),
        first_due_on=days[0],
        rounding="half-even",
        payment_rounding="half-even",
        **given,
    )
    schedule = loan_schedule(terms)
    assert [row.due_on for row in schedule.rows] == days, source
    assert plain(schedule) == amounts("\n".join(rest for _, rest in lines)), source
    assert sum(row.principal_minor for row in schedule.rows) == terms.principal_minor


@pytest.mark.parametrize(
    ("others", "block"), [case[1:] for case in WHOLE_UNIT], ids=[c[0] for c in WHOLE_UNIT]
)
def test_a_whole_unit_payment_of_fineract_comes_out_to_the_cent(others: dict[str, Any], block: str) -> None:
    first_due = date(2022, 12, 1)
    given = {"rounding": "half-even", "payment_unit_minor": 100} | others
    terms = LoanTerms(500000, Decimal(12), 18, "monthly", date(2022, 11, 1), first_due, **given)
    schedule = loan_schedule(terms)
    assert plain(schedule) == amounts(block)
    assert [row.due_on for row in schedule.rows] == due_dates("monthly", first_due, 18)


def test_a_us_rule_loan_by_actual_days_matches_the_truth_in_lending_box() -> None:
    """shermanloan/scejson-doc, doc/introduction.md."""
    terms = LoanTerms(
        1000000, Decimal(10), 36, "monthly", date(2019, 1, 1), date(2019, 2, 1),
        interest="daily", day_count="actual/365", last="equal",
    )  # fmt: skip
    schedule = loan_schedule(terms)
    assert schedule.payment_minor == 32265
    assert schedule.total_minor == 1161540
    assert schedule.remainder_minor == 19
    assert schedule.rows[-1].due_on == date(2022, 1, 1)
    assert loan_apr(terms).quantize(Decimal("0.001")) == Decimal("9.995")


def test_an_odd_first_period_counts_its_days() -> None:
    """shermanloan/scejson-doc, doc/module-equalpmt.md: 40 days to the first payment, no adjustment at the end."""
    terms = LoanTerms(
        1002500, Decimal("4.5"), 12, "monthly", date(2022, 8, 22), date(2022, 10, 1),
        interest="daily", day_count="actual/365", last="equal",
    )  # fmt: skip
    schedule = loan_schedule(terms)
    assert plain(schedule) == amounts("""
        856.92 49.44 9217.52
        856.92 35.23 8395.83
        856.92 31.05 7569.96
        856.92 28.93 6741.97
        856.92 25.77 5910.82
        856.92 20.40 5074.30
        856.92 19.39 4236.77
        856.92 15.67 3395.52
        856.92 12.98 2551.58
        856.92 9.44 1704.10
        856.92 6.51 853.69
        856.92 3.26 0.03
    """)
    assert schedule.interest_minor == 25807
    assert loan_apr(terms, financed_minor=1000000).quantize(Decimal("0.001")) == Decimal("4.929")


def test_an_odd_first_period_counts_its_days_also_when_interest_runs_by_the_period() -> None:
    terms = LoanTerms(
        1002500, Decimal("4.5"), 12, "monthly", date(2022, 8, 22), date(2022, 10, 1), day_count="actual/365"
    )
    first, second = loan_schedule(terms).rows[:2]
    assert first.interest_minor == 4944
    assert second.interest_minor == round(first.balance_minor * Decimal("4.5") / 1200)


def test_skipped_summers_carry_their_interest_without_capitalising_it() -> None:
    """shermanloan/scejson-doc, doc/module-irregular.md: 60 periods, June to August without a payment."""
    terms = LoanTerms(
        1000000, Decimal("5.5"), 60, "monthly", date(2022, 8, 25), date(2022, 10, 1),
        interest="daily", day_count="actual/365", skip_months=(6, 7, 8), last="equal",
    )  # fmt: skip
    schedule = loan_schedule(terms)
    assert schedule.payment_minor == 25355
    assert plain(schedule)[0] == (25355, 5575, 980220)
    assert plain(schedule)[8:12] == amounts("""
        0.00 0.00 8320.47
        0.00 0.00 8320.47
        0.00 0.00 8320.47
        253.55 154.21 8221.13
    """)
    assert plain(schedule)[59] == (25355, 461, -23)
    assert (schedule.interest_minor, schedule.total_minor, schedule.remainder_minor) == (140952, 1140975, -23)
    assert loan_apr(terms).quantize(Decimal("0.001")) == Decimal("5.491")
    carried = [str(schedule.row_trace(number).steps[-2].sentence) for number in (9, 10, 11)]
    assert [text.rsplit(" ", 3)[1] for text in carried] == ["38.8669", "76.4799", "115.3468"]


def test_the_last_interest_can_absorb_the_rest() -> None:
    """andrewmurphy353/curo, doc/site/examples/example_01.md."""
    terms = LoanTerms(
        1000000, Decimal("8.25"), 6, "monthly", date(2026, 1, 5), date(2026, 2, 5), last="interest"
    )
    assert plain(loan_schedule(terms)) == amounts("""
        1707.00 68.75 8361.75
        1707.00 57.49 6712.24
        1707.00 46.15 5051.39
        1707.00 34.73 3379.12
        1707.00 23.23 1695.35
        1707.00 11.65 0.00
    """)


def test_a_payment_rounded_up_to_the_whole_unit_agrees_to_the_unit() -> None:
    """frappe/lending, test_loan.py: the source keeps interest unrounded and shows whole units."""
    terms = LoanTerms(
        28000000, Decimal("8.4"), 20, "monthly", date(2026, 1, 1), date(2026, 2, 1),
        payment_unit_minor=100, payment_rounding="ceiling",
    )  # fmt: skip
    schedule = loan_schedule(terms)
    assert schedule.payment_minor == 1505200

    def units(value: int) -> int:
        return int((Decimal(value) / 100).quantize(Decimal(1), ROUND_HALF_UP))

    shown = {row.number: tuple(units(value) for value in row[3:]) for row in schedule.rows}
    assert shown[4] == (1683, 13369, 227080)
    assert shown[18] == (312, 14740, 29785)
    assert shown[20] == (105, 14941, 0)
    assert units(schedule.interest_minor) == 21034
    assert units(schedule.total_minor) == 301034
