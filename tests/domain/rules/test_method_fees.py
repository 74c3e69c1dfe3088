"""What each way to pay costs: nothing unless a rule says so, rounded once, never above the law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.legal_caps import LegalCap
from domain.rules.method_fees import (
    CARDS,
    INSTRUMENTS,
    MethodRule,
    check_rule,
    fee_of,
    in_force_on,
    instruments_of,
    method_fee,
    refusal,
    totals,
)
from domain.words import Refused

DAY = date(2026, 12, 1)
CREDIT = MethodRule("credit", DAY, fee_percent=Decimal("3.49"))
CAP = LegalCap("", "card_fee", date(2020, 1, 1), "a statute", DAY, percent=Decimal(2))


def fee(rule, amount, caps=()) -> int:
    return method_fee(rule, amount, caps, "rental", DAY).amount_minor


def test_nothing_costs_more_and_everything_is_taken_unless_a_rule_says_so():
    assert [total.total_minor for total in totals((), (), "rental", 120_000, DAY)] == [120_000] * 4
    assert all(refusal((), "loan", (name,), DAY) is None for name in INSTRUMENTS)


def test_the_totals_of_the_specification():
    # Rules of the product, section 7: 1,200.00 by bank, 1,241.88 by card at 3.49 %.
    found = totals([CREDIT], (), "rental", 120_000, DAY)
    assert {total.instrument: total.total_minor for total in found}["bank"] == 120_000
    assert {total.instrument: total.total_minor for total in found}["credit"] == 124_188


@pytest.mark.parametrize(
    ("rule", "amount", "expected"),
    [
        (replace(CREDIT, fee_percent=Decimal("2.5")), 1_001, 25),  # 25.025
        (replace(CREDIT, fee_percent=Decimal("2.5")), 1_020, 26),  # 25.5, half up
        (replace(CREDIT, fee_fixed_minor=30), 10_000, 379),
        (replace(CREDIT, fee_percent=None, fee_fixed_minor=195), 1, 195),
        (replace(CREDIT, fee_cap_minor=300), 10_000, 300),
        (replace(CREDIT, fee_percent=None), 10_000, 0),
    ],
)
def test_percent_fixed_part_and_cap(rule, amount, expected):
    assert fee(rule, amount) == expected


def test_the_law_holds_the_fee_and_the_reason_says_so():
    found = method_fee(CREDIT, 120_000, [CAP], "rental", DAY)
    assert (found.amount_minor, found.clamped_from_minor) == (2_400, 4_188)
    assert "a statute" in str(found.trace.steps[-1].sentence)
    assert found.trace.steps[-1].amount_minor == 2_400


def test_a_figure_of_zero_forbids_the_fee():
    forbidden = replace(CAP, percent=None, amount_minor=0)
    assert fee(CREDIT, 120_000, [forbidden]) == 0
    assert fee(replace(CREDIT, instrument="bank"), 120_000, [forbidden]) == 4_188
    assert fee(replace(CREDIT, instrument="bank"), 120_000, [replace(forbidden, what="bank_fee")]) == 0


def test_the_last_rule_whose_day_has_come_counts_and_one_for_the_kind_before_one_for_all():
    general = replace(CREDIT, fee_percent=Decimal(1))
    later = replace(general, from_on=date(2026, 12, 10), fee_percent=Decimal(2))
    special = replace(CREDIT, agreement_kind="rental", fee_percent=Decimal(3))
    rules = [later, special, general]
    assert in_force_on(rules, "loan", "credit", date(2026, 11, 30)) is None
    assert in_force_on(rules, "loan", "credit", date(2026, 12, 9)) == general
    assert in_force_on(rules, "loan", "credit", date(2026, 12, 10)) == later
    assert in_force_on(rules, "rental", "credit", date(2026, 12, 20)) == special
    corrected = replace(general, fee_percent=Decimal("1.5"))
    assert in_force_on([general, corrected], "loan", "credit", DAY) == corrected


def test_a_card_of_unknown_kind_costs_what_the_cheapest_kind_costs():
    assert instruments_of("card", "") == CARDS
    assert fee_of([CREDIT], (), "rental", instruments_of("card", ""), 120_000, DAY).amount_minor == 0
    assert (
        fee_of([CREDIT], (), "rental", instruments_of("card", "credit"), 120_000, DAY).amount_minor == 4_188
    )


def test_a_card_of_unknown_kind_is_taken_only_where_every_kind_is():
    closed = [MethodRule("prepaid", DAY, accepted=False)]
    assert "Prepaid cards are not taken" in str(refusal(closed, "loan", ("prepaid",), DAY))
    assert refusal(closed, "loan", ("credit",), DAY) is None
    assert "Nobody told us" in str(refusal(closed, "loan", instruments_of("card"), DAY))
    none = [MethodRule(name, DAY, accepted=False) for name in CARDS]
    assert "Cards are not taken" in str(refusal(none, "loan", instruments_of("card"), DAY))
    assert [total.instrument for total in totals(none, (), "loan", 100, DAY)] == ["bank"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"instrument": "bitcoin"}, "instrument"), ({"from_on": date(2026, 11, 30)}, "from_on"),
        ({"fee_percent": Decimal(21)}, "fee_percent"), ({"fee_percent": Decimal(-1)}, "fee_percent"),
        ({"fee_percent": Decimal("NaN")}, "fee_percent"), ({"fee_fixed_minor": -1}, "fee_fixed_minor"),
        ({"fee_cap_minor": 0}, "fee_cap_minor"), ({"instrument": "transfer"}, "fee_percent"),
        ({"accepted": False}, "fee_percent"), ({"fee_percent": Decimal("2.01")}, "fee_percent"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_meant_is_refused(changed, field):
    with pytest.raises(Refused) as refused:
        check_rule(replace(CREDIT, **{"fee_percent": Decimal(1)} | changed), [CAP], "USD", DAY)
    assert refused.value.field == field


def test_a_fee_within_the_law_is_taken_and_a_forbidden_one_names_its_source():
    check_rule(replace(CREDIT, fee_percent=Decimal(2)), [CAP], "USD", DAY)
    with pytest.raises(Refused, match="forbids this fee"):
        check_rule(CREDIT, [replace(CAP, percent=Decimal(0))], "USD", DAY)


@given(
    amount=st.integers(1, 10**9), percent=st.decimals(0, 20, places=4), fixed=st.integers(0, 10_000),
    cap=st.none() | st.integers(1, 10_000), law=st.none() | st.integers(0, 10_000),
)  # fmt: skip
def test_the_fee_is_never_below_zero_nor_above_its_cap_or_the_law(amount, percent, fixed, cap, law):
    rule = MethodRule("credit", DAY, fee_percent=percent, fee_fixed_minor=fixed, fee_cap_minor=cap)
    caps = [] if law is None else [replace(CAP, percent=None, amount_minor=law)]
    found = method_fee(rule, amount, caps, "loan", DAY)
    exact = Decimal(amount) * percent / 100 + fixed
    assert 0 <= found.amount_minor <= exact + Decimal("0.5")
    assert cap is None or found.amount_minor <= cap
    assert law is None or found.amount_minor <= law
    assert found.trace.steps[-1].amount_minor == found.amount_minor
    if cap is None and law is None:
        assert abs(found.amount_minor - exact) <= Decimal("0.5")
