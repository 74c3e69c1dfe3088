"""The plan of a loan: which installments money of a day may pay."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kinds import loan_plan
from domain.kinds.base import Position
from domain.rules.revisions import AgreedPlan, agreed_plan
from domain.rules.terms import LoanTerms

START = date(2026, 1, 1)


def plan_of(count: int, interest: str = "daily", skip_months: tuple[int, ...] = ()) -> AgreedPlan:
    terms = LoanTerms(
        principal_minor=100_000, annual_rate_percent=Decimal(9), count=count, frequency="monthly", start_on=START,
        first_due_on=date(2026, 2, 1), interest=interest, day_count="actual/365", currency="USD",
        skip_months=skip_months,
    )  # fmt: skip
    return agreed_plan(terms)


@given(
    count=st.integers(1, 24), interest=st.sampled_from(["daily", "period"]), skips=st.booleans(), whole=st.booleans(),
    met=st.integers(0, 120_000), rows=st.integers(0, 24), owed=st.integers(0, 100_000), days=st.integers(0, 800),
)  # fmt: skip
def test_what_may_be_paid_is_what_the_plan_says_is_late_due_or_next(
    count, interest, skips, whole, met, rows, owed, days
) -> None:
    plan = plan_of(count, interest, (7,) if skips else ())
    met = sum(row.payment_minor for row in plan.rows[:rows]) if whole else met
    position, on = Position(owed, 0, (), 0, met, START), START + timedelta(days=days)
    every = [
        row for row in loan_plan.installments(plan, position, on) if row.state in ("late", "due", "next")
    ]
    assert loan_plan.payable(plan, position, on) == every


def test_what_was_met_is_not_walked_again_for_every_payment_of_a_what_if(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = plan_of(360)
    met = sum(row.payment_minor for row in plan.rows[:300])
    monkeypatch.setattr(loan_plan, "_kept", lambda *_: pytest.fail("a row that is met was made"))
    [row] = loan_plan.payable(plan, Position(30_000, 0, (), 0, met, START), plan.rows[299].due_on)
    assert row.number == 301
