"""A lease-to-own asks for its payments with tax, can be bought on every date, and ends when the goods come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.rules import lease
from domain.rules.lease import (
    BuyoutRule,
    LeaseTerms,
    buyout,
    cash_window_ends_on,
    check_terms,
    ends_on,
    plan,
    returned_goods,
    standing,
    tax_minor,
    total_cost_minor,
)
from domain.words import Refused, trace_from, trace_json

SOFA = LeaseTerms(
    cash_price_minor=100_000,
    payment_minor=10_000,
    count=12,
    frequency="monthly",
    start_on=date(2026, 1, 31),
    first_due_on=date(2026, 1, 31),
    tax_percent=Decimal("6.25"),
    same_as_cash_days=90,
    same_as_cash_fee_minor=2_500,
    buyout=BuyoutRule("discount", Decimal(40), discount_prepaid=True, full_price_payments=2),
)


def sofa(**changed: Any) -> LeaseTerms:
    return replace(SOFA, **changed)


def bought(terms: LeaseTerms, on: date, paid: int, fees: int = 0) -> Any:
    at = standing(terms, on, paid)
    return buyout(
        terms,
        on,
        remaining_minor=at.remaining_minor,
        prepaid_minor=at.prepaid_minor,
        back_rent_minor=at.back_rent_minor,
        paid_minor=paid,
        fees_minor=fees,
    )


def test_the_day_of_the_month_is_kept_through_short_months() -> None:
    assert [charge.due_on.isoformat() for charge in plan(SOFA)[:4]] == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30",
    ]  # fmt: skip


def test_each_payment_carries_its_own_tax_and_says_why() -> None:
    first = plan(SOFA)[0]
    assert (first.type, first.rule, first.key, first.number) == ("lease", "lease.payment", "1", 1)
    assert (first.amount_minor, first.tax_minor) == (10_625, 625)
    assert [str(step.sentence) for step in first.trace.steps] == [
        "Payment 1 of 12, for 2026-01-31 to 2026-02-27: 100.00 USD.",
        "Tax of 6.25 % on 100.00 USD: 6.25 USD.",
    ]
    assert trace_from(trace_json(first.trace)) == first.trace


def test_tax_is_rounded_on_each_line_so_the_total_is_their_sum() -> None:
    terms = sofa(payment_minor=333, tax_percent=Decimal("6.25"))
    assert tax_minor(terms, 333) == 21  # 20.8125
    assert total_cost_minor(terms) == 12 * 354 == sum(charge.amount_minor for charge in plan(terms))


def test_periods_follow_each_other_and_payment_in_arrears_is_due_within_them() -> None:
    later = sofa(start_on=date(2026, 1, 10), first_due_on=date(2026, 2, 1))
    made = plan(later)
    assert (made[0].period_from, made[0].period_to) == (date(2026, 1, 10), date(2026, 2, 9))
    assert made[1].due_on == date(2026, 3, 1)
    assert ends_on(later) == made[-1].period_to == date(2027, 1, 9)


def test_the_balloon_comes_last_as_a_charge_of_its_own() -> None:
    made = plan(sofa(balloon_minor=7_500))
    assert (made[-1].rule, made[-1].number, made[-1].due_on) == ("lease.balloon", 13, date(2027, 1, 30))
    assert made[-1].amount_minor == 7_500 + 469
    assert total_cost_minor(sofa(balloon_minor=7_500)) == sum(charge.amount_minor for charge in made)


def test_same_as_cash_holds_through_its_last_day_and_the_rule_after_it() -> None:
    cheap = sofa(cash_price_minor=60_000)
    last = cash_window_ends_on(cheap)
    assert last == date(2026, 5, 1)
    inside = bought(cheap, last, 30_000)
    assert (inside.same_as_cash, inside.price_minor) == (True, 60_000 + 2_500 - 30_000)
    assert inside.good_through == last
    after = bought(cheap, last + timedelta(days=1), 30_000)
    assert not after.same_as_cash
    # Four payments fell due, three are paid: 100.00 + 6.25 tax behind; 800.00 less 40 %.
    assert (after.price_minor, after.back_rent_minor) == (48_000, 10_625)
    assert after.tax_minor == 3_000
    assert after.good_through == date(2026, 5, 30)


def test_back_rent_is_not_asked_for_twice_in_the_cash_price() -> None:
    inside = bought(sofa(cash_price_minor=60_000), date(2026, 3, 15), 0)
    assert inside.back_rent_minor == 0
    assert inside.price_minor == 62_500


def test_of_two_lawful_prices_the_lower_one_counts_and_the_reason_names_the_other() -> None:
    # On 15 March two payments are due and not paid: 2 x 106.25, and 1,000.00 less 40 % with 6.25 % tax = 850.00.
    # Same as cash would be 1,025.00 with tax: 1,089.06.
    found = bought(SOFA, date(2026, 3, 15), 0)
    assert (found.same_as_cash, found.total_minor) == (False, 85_000)
    assert "1089.06 USD" in str(found.trace.steps[0].sentence)
    assert found.good_through == date(2026, 3, 30)


def test_a_cash_price_above_the_early_purchase_price_is_doubted_and_another_is_not() -> None:
    # On the first day, its payment made: 1,025.00 - 100.00 and 6.25 % tax; eleven payments less 40 % with tax.
    said = lease.cash_doubt(SOFA)
    assert (said.params["cash"].minor, said.params["early"].minor) == (98_281, 70_125)
    assert lease.cash_doubt(sofa(cash_price_minor=73_500)) is None
    assert lease.cash_doubt(sofa(cash_price_minor=73_501)) is not None
    assert lease.cash_doubt(sofa(same_as_cash_days=0)) is None


def test_nothing_is_taken_off_in_the_last_payments() -> None:
    eleventh = plan(SOFA)[10].due_on
    before = bought(SOFA, eleventh - timedelta(days=1), 100_000)
    assert before.price_minor == 12_000
    on = bought(SOFA, eleventh, 110_000)
    assert on.price_minor == 10_000
    assert "Nothing is taken off in the last 2 payments." in [str(step.sentence) for step in on.trace.steps]


def test_open_fees_are_added_and_a_deposit_is_taken_off_to_zero_at_most() -> None:
    day = date(2026, 6, 15)
    plain = bought(SOFA, day, 50_000)
    assert bought(SOFA, day, 50_000, fees=3_000).total_minor == plain.total_minor + 3_000
    held = bought(sofa(deposit_minor=10**9), day, 50_000)
    assert (held.total_minor, held.deposit_minor) == (0, plain.total_minor)


def test_tax_on_the_buyout_is_a_setting() -> None:
    assert bought(sofa(tax_on_buyout=False), date(2026, 6, 15), 50_000).tax_minor == 0


def test_a_buyout_before_the_start_or_of_negative_figures_is_refused() -> None:
    with pytest.raises(Refused, match="nothing to buy before") as early:
        buyout(SOFA, date(2026, 1, 30), remaining_minor=1)
    assert early.value.field == "on"
    with pytest.raises(Refused) as negative:
        buyout(SOFA, date(2026, 6, 1), remaining_minor=-1)
    assert negative.value.field == "remaining"


def test_goods_returned_within_a_period_owe_its_days_and_nothing_after() -> None:
    march = sofa(start_on=date(2026, 3, 1), first_due_on=date(2026, 3, 1))
    back = returned_goods(march, date(2026, 4, 15))
    assert (back.whole_periods, back.part_days, back.part_minor) == (1, 15, 5_000)
    assert (back.amount_minor, back.tax_minor) == (15_000 + 625 + 313, 625 + 313)
    whole = returned_goods(replace(march, unfinished="whole"), date(2026, 4, 15))
    assert (whole.whole_periods, whole.amount_minor) == (2, 21_250)
    assert returned_goods(march, date(2026, 4, 30)).amount_minor == 21_250
    assert returned_goods(march, date(2026, 2, 28)).amount_minor == 0
    assert returned_goods(march, date(2099, 1, 1)).amount_minor == total_cost_minor(march)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 3001}, "count"),
        ({"count": 3000}, "count"),
        ({"payment_minor": 0}, "payment"),
        ({"payment_minor": 10**16}, "payment"),
        ({"cash_price_minor": 0}, "cash_price"),
        ({"tax_percent": Decimal("-1")}, "tax"),
        ({"tax_percent": Decimal("101")}, "tax"),
        ({"tax_percent": Decimal("NaN")}, "tax"),
        ({"tax_percent": Decimal("1e-30")}, "tax"),
        ({"frequency": "hourly"}, "frequency"),
        ({"first_due_on": date(2026, 1, 30)}, "first_due"),
        ({"first_due_on": date(2027, 2, 1)}, "first_due"),
        ({"start_on": date(1800, 1, 1)}, "start"),
        ({"anchor_days": (5,)}, "first_due"),
        ({"anchor_days": (5, 20)}, "anchor_days"),
        ({"partial": "gift"}, "partial"),
        ({"unfinished": "half"}, "unfinished"),
        ({"rounding": "up"}, "rounding"),
        ({"same_as_cash_days": -1}, "same_as_cash_days"),
        ({"same_as_cash_fee_minor": -1}, "same_as_cash_fee"),
        ({"balloon_minor": -1}, "balloon"),
        ({"deposit_minor": -1}, "deposit"),
        ({"buyout": BuyoutRule("auction")}, "buyout_form"),
        ({"buyout": BuyoutRule("discount", Decimal(101))}, "buyout_percent"),
        ({"buyout": BuyoutRule("balloon", Decimal(25))}, "balloon"),
        ({"buyout": BuyoutRule(full_price_payments=13)}, "full_price_payments"),
    ],
)
def test_terms_no_lease_can_be_made_of_are_refused_at_their_field(
    changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        check_terms(sofa(**changed))
    assert refused.value.field == field
    with pytest.raises(Refused):
        plan(sofa(**changed))
