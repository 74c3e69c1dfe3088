"""Simple-interest sums that others publish, asked of a running loan: payoff, one day's interest, the first payment."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from domain.kinds import loan
from domain.rules.schedule import LoanTerms, loan_schedule
from tests.domain.kinds.samples import contract, new


def simple(principal: int, rate: str, base: int, start: date = date(2025, 1, 1)) -> LoanTerms:
    due = date(start.year + 1, start.month, start.day)
    return LoanTerms(principal, Decimal(rate), 1, "yearly", start, due, "daily", f"actual/{base}")


@pytest.mark.parametrize(
    ("principal", "rate", "base", "start", "days", "interest", "per_diem"),
    [
        (1_000_000, "7", 360, date(2025, 1, 1), 1, 194, 194),  # sapling.com 5988598, per diem of a car loan
        # ehow.com 5672095, recomputed: the page cuts its daily factor off (102.64) and its 2.91 a day is wrong
        (1_200_000, "7", 360, date(2025, 1, 1), 44, 10_267, 233),
        (502_500, "5.5", 365, date(2022, 7, 20), 164, 12_418, 76),  # scejson-doc module-singlepmt: 5,149.18
        (100_000, "10", 365, date(2025, 1, 1), 1, 27, 27),  # corefin Actual365CalculatorTest, one day
    ],
)
def test_a_payoff_holds_the_interest_of_its_days(
    principal, rate, base, start, days, interest, per_diem
) -> None:
    terms = simple(principal, rate, base, start)
    quote = loan.close(contract(terms), new(terms), start + timedelta(days=days))
    assert (quote.interest_minor, quote.per_diem_minor) == (interest, per_diem)
    assert quote.total_minor == principal + interest


def test_the_first_payment_of_a_car_loan_splits_as_the_federal_reserve_says() -> None:
    """Keys to Vehicle Leasing: 18,800 at 9 %, 48 of 467.84: 141.00 interest, 326.84 principal, 18,473.16 left."""
    terms = LoanTerms(1_880_000, Decimal(9), 48, "monthly", date(2025, 1, 10), date(2025, 2, 10))
    applied = loan.apply(contract(terms), new(terms), 46_784, date(2025, 2, 10))
    assert [(part.bucket, part.amount_minor) for part in applied.parts] == [
        ("interest", 14_100),
        ("principal", 32_684),
    ]
    assert applied.after.principal_minor == 1_847_316


def test_a_months_interest_is_a_twelfth_of_the_years_and_rounded_up_where_the_lender_does() -> None:
    """OpenStax, Contemporary Mathematics m00064: 13,450 at 6.75 %, one month, rounded up: 75.66."""
    terms = LoanTerms(
        1_345_000, Decimal("6.75"), 12, "monthly", date(2025, 1, 1), date(2025, 2, 1), rounding="ceiling"
    )
    assert loan_schedule(terms).rows[0].interest_minor == 7_566


def test_terms_that_few_loans_have_are_read_where_they_are_kept() -> None:
    row = SimpleNamespace(
        principal_minor=100_000, annual_rate_percent=Decimal(5), count=12, frequency="monthly",
        first_due_on=date(2026, 2, 1), interest="period", day_count="30/360", rounding="half-up",
        payment_rounding="half-up", payment_unit_minor=1, payment_minor=None, last="absorb", balloon_minor=0,
        anchor_days="", waterfall="interest,principal,fees", skip_months="7,8", interest_only=1, steps=[[3, 15_000]],
    )  # fmt: skip
    terms = loan.read(
        SimpleNamespace(number="L-1", start_on=date(2026, 1, 1), currency="USD", loan=row)
    ).terms
    assert (terms.skip_months, terms.interest_only, terms.steps, terms.rebate) == (
        (7, 8),
        1,
        ((3, 15_000),),
        "days",
    )
