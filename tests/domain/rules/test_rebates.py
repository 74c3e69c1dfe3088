"""What comes back of a charge fixed in advance: the published rebates, and what holds for every charge."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.rebates import Limit, actuarial, check_lawful, rule_of_78
from domain.rules.schedule import LoanTerms, loan_schedule
from domain.words import Refused

# 15 USC 1615, as an operator would enter it.
US = (Limit(date(1993, 9, 30), 61, "US", "15 USC 1615", date(2026, 11, 1)),)


@pytest.mark.parametrize(
    ("charge", "count", "remaining", "rebate"),
    [
        (10_000, 12, 9, 5_769),  # easycalculation.com, Rule of 78
        (129_752, 24, 20, 129_752 - 38_926),  # 90/300 earned; a text derived from Wikipedia's
        (32_330, 18, 6, 3_970),  # mathhelpforum 81287; its 39.69 rounds one unit first
        (10_000, 12, 11, 10_000 - 1_538),  # thefreedictionary, rule of 78s: 12/78
        (10_000, 12, 10, 10_000 - 2_949),  # and 23/78; printed 29.48, cut off
        (10_000, 12, 0, 0),
        (10_000, 12, 12, 10_000),
    ],
)
def test_the_published_rebates_come_out(charge, count, remaining, rebate) -> None:
    found = rule_of_78(charge, count, remaining)
    assert (found.rebate_minor, found.earned_minor) == (rebate, charge - rebate)
    assert found.trace.steps[-1].amount_minor == rebate


def test_the_reason_names_the_payments_and_the_part() -> None:
    said = str(rule_of_78(10_000, 12, 9).trace.steps[0].sentence)
    assert said == "Rule of 78: of 12 payments 9 remain, so 15/26 of 100.00 USD comes back."


def test_the_actuarial_figure_beside_it_leaves_the_payer_more() -> None:
    """10,000 at 12 %, 24 of 470.73: 377.61 earned after four payments, 11.65 less than by the Rule of 78."""
    fair = actuarial(1_000_000, [47_073] * 24, 20, period_rate=Fraction(1, 100))
    assert fair.earned_minor == 37_761
    assert rule_of_78(129_752, 24, 20).earned_minor - fair.earned_minor == 1_165
    rows = loan_schedule(
        LoanTerms(1_000_000, Decimal(12), 24, "monthly", date(2026, 1, 1), date(2026, 2, 1))
    ).rows
    assert sum(row.interest_minor for row in rows[:4]) == 37_761
    # The payment was rounded down by half a cent, so what it really costs is a little less than 1 % a month.
    assert actuarial(1_000_000, [47_073] * 24, 20).earned_minor == 37_758


def test_above_the_months_of_the_law_it_is_refused_with_both_numbers() -> None:
    assert check_lawful(61, date(2026, 1, 1), US) == US[0]
    with pytest.raises(Refused, match="up to 61 months; this loan runs for 62"):
        check_lawful(62, date(2026, 1, 1), US)


def test_without_a_row_of_law_in_force_it_is_refused() -> None:
    for limits, agreed in (((), date(2026, 1, 1)), (US, date(1990, 1, 1))):
        with pytest.raises(Refused, match="No rule of law"):
            check_lawful(12, agreed, limits)


def test_the_row_in_force_is_the_one_of_the_day_the_loan_was_agreed() -> None:
    barred = (*US, Limit(date(2026, 6, 1), 0))
    assert check_lawful(12, date(2026, 5, 31), barred).most_months == 61
    with pytest.raises(Refused, match="up to 0 months"):
        check_lawful(12, date(2026, 6, 1), barred)


@pytest.mark.parametrize(
    ("charge", "count", "left"), [(-1, 12, 3), (100, 0, 0), (100, 12, 13), (100, 12, -1)]
)
def test_what_cannot_be_is_refused(charge, count, left) -> None:
    with pytest.raises(Refused, match="A rebate needs"):
        rule_of_78(charge, count, left)


@settings(deadline=None, max_examples=60)
@given(st.integers(10_000, 10**7), st.integers(1, 61), st.integers(100, 2_000), st.data())
def test_the_rule_of_78_never_gives_back_more_than_the_actuarial_rule(principal, count, rate, data) -> None:
    terms = LoanTerms(
        principal, Decimal(rate).scaleb(-2), count, "monthly", date(2026, 1, 1), date(2026, 2, 1), "flat"
    )
    payments = [row.payment_minor for row in loan_schedule(terms).rows]
    charge = sum(payments) - principal
    left = data.draw(st.integers(0, count * 4)) * Fraction(1, 4)
    mine, fair = rule_of_78(charge, count, left), actuarial(principal, payments, left)
    assert 0 <= mine.rebate_minor <= fair.rebate_minor + 1 <= charge + 1
    later = rule_of_78(charge, count, max(left - Fraction(1, 2), 0))
    assert later.rebate_minor <= mine.rebate_minor
