"""Flat loans paid off early: what comes back by the days, by the actuarial rule and by the Rule of 78."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kinds import loan
from domain.kinds.loan_rebate import rebate_on
from domain.rules.schedule import LoanTerms
from domain.words import Refused
from tests.domain.kinds.samples import CAR, contract, new, pay

# 1,200 in 12 payments with a charge of 100.00 fixed in advance.
FLAT = LoanTerms(
    120_000,
    Decimal(10),
    12,
    "monthly",
    date(2026, 1, 1),
    date(2026, 2, 1),
    "flat",
    flat_interest_minor=10_000,
)
THREE_PAID = [(10_833, date(2026, 2, 1)), (10_833, date(2026, 3, 1)), (10_833, date(2026, 4, 1))]


def paid_three(terms: LoanTerms):
    return pay(terms, new(terms), *THREE_PAID)


def test_twelve_months_prepaid_after_three_gives_back_57_69_by_the_rule_of_78() -> None:
    """A charge of 100.00: 42.31 is earned after three months; 24.99 of it was posted, so the payoff holds 17.32."""
    terms = replace(FLAT, rebate="rule_of_78")
    quote = loan.close(contract(terms), paid_three(terms), date(2026, 4, 1))
    posted = 3 * 833
    assert rebate_on(contract(terms).plan, "rule_of_78", date(2026, 4, 1)).rebate_minor == 5_769
    assert quote.interest_minor == 4_231 - posted
    assert "of 12 payments 9 remain" in str(quote.trace.steps[-1].sentence)
    assert sum(step.amount_minor or 0 for step in quote.trace.steps) == quote.total_minor


def test_the_actuarial_rule_and_the_days_leave_the_payer_more() -> None:
    totals = {
        rule: loan.close(contract(replace(FLAT, rebate=rule)), paid_three(FLAT), date(2026, 4, 1)).total_minor
        for rule in ("days", "actuarial", "rule_of_78")
    }
    assert totals["days"] < totals["actuarial"] < totals["rule_of_78"]
    assert totals["rule_of_78"] - totals["actuarial"] < 100


def test_paying_that_payoff_ends_the_loan() -> None:
    for rule in ("actuarial", "rule_of_78"):
        terms = replace(FLAT, rebate=rule)
        on = date(2026, 4, 17)
        quote = loan.close(contract(terms), paid_three(terms), on)
        after = loan.apply(contract(terms), paid_three(terms), quote.total_minor, on).after
        assert (after.principal_minor, after.interest_minor, after.credit_minor) == (0, 0, 0)
        assert loan.close(contract(terms), after, date(2027, 6, 1)).total_minor == 0


@pytest.mark.parametrize("rule", ["days", "actuarial", "rule_of_78"])
@pytest.mark.parametrize("on", [date(2026, 4, 1), date(2026, 4, 17)])
def test_a_payoff_that_comes_back_leaves_the_loan_as_if_it_had_never_been(rule, on) -> None:
    terms = replace(FLAT, rebate=rule)
    agreement, before = contract(terms), paid_three(terms)
    applied = loan.apply(agreement, before, loan.close(agreement, before, on).total_minor, on)
    missed = loan.missed(agreement, applied.after, before.principal_minor, on, on, date(2026, 4, 20))
    back = replace(
        before,
        interest_minor=before.interest_minor + applied.accrual_minor + missed.amount_minor,
        interest_from=missed.interest_from,
    )
    assert sum(step.amount_minor or 0 for step in missed.trace.steps) == missed.amount_minor <= 0
    for day in (date(2026, 4, 20), date(2026, 5, 1), date(2026, 9, 9), date(2027, 3, 1)):
        assert loan.close(agreement, back, day).total_minor == loan.close(agreement, before, day).total_minor
    assert loan.schedule(agreement, back, date(2026, 4, 20))[-1].open_minor == (
        loan.schedule(agreement, before, date(2026, 4, 20))[-1].open_minor
    )


def test_only_flat_interest_can_come_back_and_only_by_a_rule_that_is_known() -> None:
    with pytest.raises(Refused, match="Only flat interest"):
        rebate_on(contract(CAR).plan, "actuarial", date(2026, 4, 1))
    with pytest.raises(Refused, match="Choose one of"):
        loan.close(contract(replace(FLAT, rebate="half")), new(FLAT), date(2026, 4, 1))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 400), st.sampled_from(("days", "actuarial", "rule_of_78")))
def test_a_payoff_never_falls_from_one_day_to_the_next_and_ends_at_the_whole_charge(days, rule) -> None:
    terms = replace(FLAT, rebate=rule)
    first = date.fromordinal(FLAT.start_on.toordinal() + days)
    one, next_day = (
        loan.close(contract(terms), new(terms), date.fromordinal(first.toordinal() + n)) for n in (0, 1)
    )
    assert 120_000 <= one.total_minor <= next_day.total_minor <= 130_000
    if first >= date(2027, 1, 1):
        assert one.total_minor == 130_000
