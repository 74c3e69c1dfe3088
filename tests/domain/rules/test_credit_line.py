"""A credit line closes a statement each month, gives grace to who pays in full, and never sells above its limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from domain.rules.credit_line import (
    CreditTerms,
    MinimumRule,
    MinimumTier,
    apply_payment,
    available_minor,
    average_daily_balance,
    check_purchase,
    check_terms,
    close_cycle,
    cycles,
    finance_charge,
    grace_holds,
    interest_charge,
    interest_free_opening_minor,
    minimum_payment,
)
from domain.words import Refused, trace_from, trace_json

PERCENT = MinimumTier(percent=Decimal(1), plus_interest=True, plus_fees=True, plus_past_due=True)
LINE = CreditTerms(
    limit_minor=250_000,
    annual_rate_percent=Decimal("24"),
    closing_day=31,
    minimum=MinimumRule((PERCENT,), floor_minor=2_500),
)
START = date(2026, 1, 10)


def line(**changed: Any) -> CreditTerms:
    return replace(LINE, **changed)


def first_cycle(terms: CreditTerms = LINE) -> Any:
    return cycles(terms, date(2026, 1, 1), date(2026, 1, 31))[0]


def test_cycles_close_on_the_last_day_of_each_month_and_are_due_25_days_later() -> None:
    found = cycles(LINE, START, date(2026, 4, 30))
    assert [(cycle.number, cycle.period_from, cycle.closing_on, cycle.due_on) for cycle in found] == [
        (1, START, date(2026, 1, 31), date(2026, 2, 25)),
        (2, date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 25)),
        (3, date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 25)),
        (4, date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 25)),
    ]
    assert cycles(LINE, START, date(2026, 4, 30), date(2026, 3, 15)) == found[2:]
    assert cycles(LINE, START, date(2026, 4, 30), date(2026, 3, 31)) == found[3:]
    assert cycles(LINE, START, date(2026, 4, 29), date(2026, 3, 31)) == ()
    assert cycles(LINE, START, date(2026, 1, 31), date(2020, 1, 1)) == found[:1]


def test_the_closing_day_is_kept_through_february() -> None:
    found = cycles(line(closing_day=30), date(2027, 1, 31), date(2027, 4, 1))
    assert [cycle.closing_on for cycle in found] == [date(2027, 2, 28), date(2027, 3, 30)]
    assert found[0].period_from == date(2027, 1, 31)


def test_a_day_in_credit_counts_as_zero() -> None:
    average, _ = average_daily_balance(
        1_000, [(date(2026, 1, 6), -2_000)], date(2026, 1, 1), date(2026, 1, 10)
    )
    assert average == Fraction(5 * 1_000, 10)


def test_activity_outside_the_period_is_refused() -> None:
    for day in (date(2025, 12, 31), date(2026, 2, 1)):
        with pytest.raises(Refused) as refused:
            average_daily_balance(0, [(day, 5)], date(2026, 1, 1), date(2026, 1, 31))
        assert refused.value.field == "activity"
    with pytest.raises(Refused):
        average_daily_balance(0, [], date(2026, 1, 2), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("basis", "days", "interest"),
    [
        ("actual/365", (date(2028, 1, 1), date(2028, 1, 31)), 2_038),  # 1,000 x 24 % x 31 / 365 = 20.38
        ("actual/360", (date(2028, 1, 1), date(2028, 1, 31)), 2_067),
        ("actual/actual", (date(2028, 1, 1), date(2028, 1, 31)), 2_033),  # a leap year: / 366
        ("monthly", (date(2028, 1, 1), date(2028, 1, 31)), 2_000),
        ("monthly", (date(2028, 2, 1), date(2028, 2, 29)), 2_000),
        ("monthly", (date(2028, 1, 17), date(2028, 1, 31)), 968),  # 15 of 31 days of the first cycle
    ],
)
def test_the_basis_decides_what_a_cycle_costs(basis: str, days: tuple[date, date], interest: int) -> None:
    assert finance_charge(line(basis=basis), Fraction(100_000), *days)[0] == interest


def test_grace_needs_the_last_statement_paid_in_full() -> None:
    assert grace_holds(LINE, 50_000, 50_000)
    assert not grace_holds(LINE, 50_000, 49_999)
    assert grace_holds(LINE, 0, 0)
    assert not grace_holds(line(grace=False), 0, 0)


def test_who_always_pays_in_full_never_pays_interest() -> None:
    january, february = cycles(LINE, date(2026, 1, 1), date(2026, 2, 28))
    one = close_cycle(LINE, january, 0, [(date(2026, 1, 5), 50_000)], grace=grace_holds(LINE, 0, 0))
    assert (one.interest_minor, one.closing_minor) == (0, 50_000)
    paid = one.closing_minor
    two = close_cycle(
        LINE,
        february,
        one.closing_minor,
        [(date(2026, 2, 3), 10_000), (date(2026, 2, 25), -paid)],
        grace=grace_holds(LINE, one.closing_minor, paid),
        interest_free_minor=interest_free_opening_minor(True, one.closing_minor, paid),
    )
    assert (two.interest_minor, two.closing_minor) == (0, 10_000)
    assert interest_charge(two) is None


def test_who_pays_a_part_pays_interest_on_the_rest_and_on_new_purchases() -> None:
    january, february = cycles(LINE, date(2026, 1, 1), date(2026, 2, 28))
    activity = [(date(2026, 2, 15), 14_000), (date(2026, 2, 20), -20_000)]
    free = interest_free_opening_minor(True, 50_000, 20_000)
    two = close_cycle(LINE, february, 50_000, activity, grace=False, interest_free_minor=free)
    # 300.00 for 28 days and 140.00 for 14: an average of 370.00; x 24 % x 28 / 365.
    assert two.interest_minor == 681
    assert january.number == 1
    # Without grace in January the whole 500.00 bears interest until the 20th: 500 x 28 + 140 x 14 - 200 x 9.
    full = close_cycle(
        LINE, february, 50_000, activity, grace=False,
        interest_free_minor=interest_free_opening_minor(False, 50_000, 20_000),
    )  # fmt: skip
    assert full.interest_minor == round(Fraction(14_160_00 * 24, 100 * 365))


def test_in_grace_again_the_old_balance_bears_interest_until_it_is_paid_but_new_purchases_do_not() -> None:
    february = cycles(LINE, date(2026, 1, 1), date(2026, 2, 28))[1]
    activity = [(date(2026, 2, 2), 90_000), (date(2026, 2, 15), -50_000)]
    statement = close_cycle(LINE, february, 50_000, activity, grace=True)
    assert statement.interest_minor == round(Fraction(50_000 * 14 * 24, 100 * 365))
    assert any("new purchases bear no interest" in str(step.sentence) for step in statement.trace.steps)


def test_a_statement_adds_up_and_says_why() -> None:
    activity = [(date(2026, 1, 11), 30_000), (date(2026, 1, 21), -60_000)]
    statement = close_cycle(LINE, first_cycle(), 120_000, activity, grace=False, fees_minor=2_900)
    assert (statement.purchases_minor, statement.payments_minor) == (30_000, 60_000)
    assert statement.closing_minor == 120_000 + 30_000 - 60_000 + statement.interest_minor + 2_900
    assert statement.due_on == date(2026, 2, 25)
    assert [str(step.sentence) for step in statement.interest_trace.steps] == [
        "From 2026-01-01: 1200.00 USD (days: 10).",
        "From 2026-01-11: 1500.00 USD (days: 10).",
        "From 2026-01-21: 900.00 USD (days: 11).",
        "36900.00 USD over 31 days is an average daily balance of 1190.3226.",
        "1190.3226 x 24 % x 31 days (actual/365) = 24.2630.",
        "The interest is rounded to 24.26 USD.",
    ]
    assert trace_from(trace_json(statement.trace)) == statement.trace
    assert statement.trace.steps[-1].amount_minor == statement.minimum_minor


def test_the_interest_of_a_statement_is_one_charge_keyed_by_its_closing_day() -> None:
    statement = close_cycle(LINE, first_cycle(), 120_000, [], grace=False)
    charge = interest_charge(statement)
    assert charge is not None
    assert (charge.type, charge.rule, charge.key) == (
        "finance_charge", "credit.finance_charge", "2026-01-31",
    )  # fmt: skip
    assert (charge.amount_minor, charge.due_on) == (statement.interest_minor, statement.due_on)
    assert charge.trace.steps


def test_the_minimum_adds_what_its_tier_ticks() -> None:
    assert minimum_payment(LINE, 500_000, 9_000, 2_900, 4_000)[0] == 5_000 + 9_000 + 2_900 + 4_000
    bare = line(minimum=MinimumRule((MinimumTier(percent=Decimal(1)),)))
    assert minimum_payment(bare, 500_000, 9_000, 2_900, 4_000)[0] == 5_000


def test_the_minimum_has_a_floor_but_never_passes_the_balance() -> None:
    assert minimum_payment(LINE, 100_000)[0] == 2_500
    assert minimum_payment(LINE, 1_800)[0] == 1_800
    assert minimum_payment(LINE, 0)[0] == 0
    assert minimum_payment(LINE, -500)[0] == 0


def test_a_purchase_above_what_is_left_is_refused_with_both_amounts() -> None:
    check_purchase(LINE, 200_000, 50_000)
    with pytest.raises(Refused) as refused:
        check_purchase(LINE, 200_000, 45_001, 5_000)
    assert refused.value.field == "amount"
    assert (
        str(refused.value) == "450.01 USD is above the 450.00 USD that is left of the limit of 2500.00 USD."
    )
    with pytest.raises(Refused):
        check_purchase(LINE, 0, 0)


def test_available_is_never_below_zero_and_credit_adds_to_it() -> None:
    assert available_minor(LINE, 300_000) == 0
    assert available_minor(LINE, -1_000, 500) == 250_500


def test_a_payment_pays_fees_then_interest_then_the_oldest_purchase() -> None:
    purchases = [(date(2026, 2, 1), 7_000), (date(2026, 1, 1), 4_000)]
    paid = apply_payment(10_000, 2_900, 1_100, purchases)
    assert (paid.fees_minor, paid.interest_minor, paid.credit_minor) == (2_900, 1_100, 0)
    assert paid.purchases == ((date(2026, 1, 1), 4_000), (date(2026, 2, 1), 2_000))
    assert apply_payment(20_000, 2_900, 1_100, purchases).credit_minor == 5_000
    assert apply_payment(1_000, 2_900, 1_100, purchases).purchases == ()
    with pytest.raises(Refused):
        apply_payment(0, 0, 0, [])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"limit_minor": 0}, "limit"),
        ({"annual_rate_percent": Decimal("-1")}, "rate"),
        ({"annual_rate_percent": Decimal("Infinity")}, "rate"),
        ({"closing_day": 0}, "closing_day"),
        ({"closing_day": 32}, "closing_day"),
        ({"due_days": 20}, "due_days"),
        ({"due_days": 61}, "due_days"),
        ({"basis": "30/360"}, "basis"),
        ({"rounding": "up"}, "rounding"),
        ({"minimum": MinimumRule(())}, "minimum_tiers"),
        ({"minimum": MinimumRule((MinimumTier(5, Decimal(1)),))}, "minimum_tiers"),
        ({"minimum": MinimumRule((PERCENT, PERCENT))}, "minimum_tiers"),
        ({"minimum": MinimumRule((MinimumTier(),))}, "minimum_tiers"),
        ({"minimum": MinimumRule((MinimumTier(percent=Decimal(101)),))}, "minimum_tiers"),
        ({"minimum": MinimumRule((PERCENT,), floor_minor=-1)}, "minimum_floor"),
        ({"minimum": MinimumRule((PERCENT,), unit_minor=0)}, "minimum_unit"),
        ({"minimum": MinimumRule((PERCENT,), rounding="up")}, "minimum_rounding"),
    ],
)
def test_terms_no_credit_line_can_be_kept_by_are_refused_at_their_field(
    changed: dict[str, Any], field: str
) -> None:
    check_terms(LINE)
    with pytest.raises(Refused) as refused:
        check_terms(line(**changed))
    assert refused.value.field == field
