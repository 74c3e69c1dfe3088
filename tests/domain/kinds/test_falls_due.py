"""What falls due in one figure is the sum of what `due` says with its reason, wherever an agreement stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kinds import loan
from domain.kinds.base import OpenCharge, Position
from domain.rules.terms import LoanTerms

START = date(2026, 1, 1)
TERMS = LoanTerms(
    principal_minor=900_000, annual_rate_percent=Decimal(21), count=12, frequency="monthly", start_on=START,
    first_due_on=date(2026, 2, 1), interest="daily", day_count="actual/365", currency="USD",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    met=st.integers(0, 1_100_000),
    principal=st.integers(0, 900_000),
    interest=st.integers(0, 40_000),
    fee=st.integers(0, 5_000),
    after=st.integers(0, 500),
)
def test_of_a_loan_it_is_what_its_plan_says(
    met: int, principal: int, interest: int, fee: int, after: int
) -> None:
    contract = loan.Contract(TERMS, ("interest", "principal", "fees"), "USD")
    on = START + timedelta(days=after)
    charges = (OpenCharge(1, "late_fee", on, fee, "late_fee"),) if fee else ()
    position = Position(principal, interest, charges, 0, met, START)
    due = loan.due(contract, position, on)
    wanted = due.past_due_minor + due.today_minor + due.fees_minor
    assert loan.falls_due(contract, position, on) == wanted
    assert loan.falls_due(contract, replace(position, credit_minor=700), on) == wanted
