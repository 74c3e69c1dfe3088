"""What one debit takes: the worked numbers of the design's section 7, and never above what is owed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.autopay import Contract, Owing, amount_of, differs, limit_of

START = date(2026, 1, 1)


def contract(rule: str = "due", **wishes) -> Contract:
    return Contract("USD", rule, START, **wishes)


# Balance 1,350, limit 1,300: pay 1,300, or stop and tell; where full payment is required it must stop.


@pytest.mark.parametrize(
    ("above", "minor", "code"),
    [("pay_limit", 130_000, "limited"), ("skip", 0, "skipped"), ("ask", 0, "over_limit")],
)
def test_a_balance_of_1350_above_a_limit_of_1300(above: str, minor: int, code: str) -> None:
    found = amount_of(contract(limit_minor=130_000, above_limit=above), Owing(135_000, 135_000))
    assert (found.minor, found.code, found.wanted_minor) == (minor, code, 135_000)
    assert "1300.00 USD" in str(found.trace.steps[-1].sentence)


def test_where_the_whole_must_be_paid_a_limit_stops_it() -> None:
    terms = contract(limit_minor=130_000, above_limit="pay_limit")
    found = amount_of(terms, Owing(135_000, 135_000, whole=True))
    assert (found.minor, found.code) == (0, "skipped")


def test_a_limit_is_not_in_the_way_of_what_is_not_above_it() -> None:
    found = amount_of(contract(limit_minor=135_000, above_limit="skip"), Owing(135_000, 135_000))
    assert (found.minor, found.code) == (135_000, "")


def test_a_yes_takes_the_whole_amount_above_the_limit() -> None:
    found = amount_of(contract(limit_minor=130_000), Owing(135_000, 135_000), approved=True)
    assert (found.minor, found.code) == (135_000, "")


def test_fixed_1200_with_a_credit_of_200_and_a_balance_of_1000_takes_1000() -> None:
    found = amount_of(contract("fixed", amount_minor=120_000), Owing(120_000, 120_000, credit_minor=20_000))
    assert (found.minor, found.code, found.before_credit_minor) == (100_000, "", 120_000)
    owed = amount_of(contract("fixed", amount_minor=120_000), Owing(100_000, 100_000))
    assert owed.minor == 100_000


def test_a_fixed_amount_above_what_is_due_pays_a_loan_down() -> None:
    found = amount_of(contract("fixed", amount_minor=50_000), Owing(40_000, 900_000))
    assert found.minor == 50_000


def test_a_fixed_amount_counts_what_was_paid_by_hand_for_the_same_period() -> None:
    fixed = contract("fixed", amount_minor=40_000)
    assert amount_of(fixed, Owing(40_000, 900_000, on_its_way_minor=40_000)).code == "nothing_due"
    assert amount_of(fixed, Owing(0, 900_000, met_minor=40_000)).minor == 0
    assert amount_of(fixed, Owing(40_000, 900_000, on_its_way_minor=15_000)).minor == 25_000
    more = contract("fixed", amount_minor=50_000)
    assert amount_of(more, Owing(0, 900_000, met_minor=40_000)).minor == 10_000


def test_what_is_paid_by_hand_first_fills_what_a_small_fixed_amount_leaves_open() -> None:
    small = contract("fixed", amount_minor=30_000)
    assert amount_of(small, Owing(40_000, 900_000, on_its_way_minor=10_000)).minor == 30_000
    assert amount_of(small, Owing(40_000, 900_000, on_its_way_minor=25_000)).minor == 15_000


def test_a_fixed_amount_of_ones_own_cadence_goes_on_up_to_what_is_owed() -> None:
    weekly = contract("fixed", amount_minor=30_000, cadence="weekly")
    assert amount_of(weekly, Owing(0, 120_000, credit_minor=30_000)).minor == 30_000
    assert amount_of(weekly, Owing(0, 120_000, credit_minor=110_000)).minor == 10_000
    assert amount_of(weekly, Owing(0, 120_000, credit_minor=120_000)).code == "nothing_due"


def test_all_due_takes_off_credit_and_money_on_its_way() -> None:
    found = amount_of(contract(), Owing(80_000, 900_000, credit_minor=5_000, on_its_way_minor=25_000))
    assert found.minor == 50_000


def test_due_and_extra_takes_the_extra_even_when_what_is_due_was_paid() -> None:
    plus = contract("due_plus", amount_minor=10_000)
    assert amount_of(plus, Owing(40_000, 900_000)).minor == 50_000
    assert amount_of(plus, Owing(40_000, 900_000, on_its_way_minor=40_000)).minor == 10_000
    assert amount_of(plus, Owing(40_000, 40_000)).minor == 40_000


def test_minimum_and_statement_follow_the_statement_and_without_one_what_is_due() -> None:
    line = Owing(3_273, 130_900, minimum_minor=3_273, statement_minor=130_900)
    assert amount_of(contract("minimum"), line).minor == 3_273
    assert amount_of(contract("statement"), line).minor == 130_900
    assert amount_of(contract("statement"), replace(line, on_its_way_minor=100_000)).minor == 30_900
    assert amount_of(contract("statement"), Owing(40_000, 900_000)).minor == 40_000


def test_roommates_pay_their_shares_whoever_is_first() -> None:
    half = contract("share", share_bp=5_000)
    assert amount_of(half, Owing(100_000, 100_000)).minor == 50_000
    assert amount_of(half, Owing(100_000, 100_000, on_its_way_minor=50_000)).minor == 50_000
    assert amount_of(half, Owing(50_000, 50_000, met_minor=50_000)).minor == 50_000
    assert amount_of(half, Owing(50_000, 50_000, met_minor=50_000, own_minor=50_000)).code == "nothing_due"


def test_the_last_of_two_shares_takes_what_is_left_of_an_odd_amount() -> None:
    half = contract("share", share_bp=5_000)
    first = amount_of(half, Owing(100_001, 100_001)).minor
    second = amount_of(half, Owing(100_001, 100_001, on_its_way_minor=first)).minor
    assert (first, second) == (50_001, 50_000)


def test_a_rise_of_the_rent_is_followed_up_to_what_was_allowed_and_asked_about_above_it() -> None:
    follows = contract(follow_rent_bp=300, standard_minor=145_000, limit_minor=145_000)
    within = amount_of(follows, Owing(149_350, 149_350, standard_minor=149_350))
    assert (within.minor, within.code) == (149_350, "")
    above = amount_of(follows, Owing(149_351, 149_351, standard_minor=149_351))
    assert (above.minor, above.code, above.asks) == (0, "rent_rise", True)
    assert amount_of(follows, Owing(149_351, 149_351, standard_minor=149_351), approved=True).minor == 149_351
    assert limit_of(follows, 149_350) == 149_350
    assert limit_of(follows, 140_000) == 145_000


def test_another_amount_is_told_of_unless_it_is_the_first_or_within_the_range() -> None:
    plain, ranged = contract(), contract(range_min_minor=30_000, range_max_minor=50_000)
    assert not differs(plain, 40_000, None)
    assert not differs(plain, 40_000, 40_000)
    assert differs(plain, 40_001, 40_000)
    assert not differs(ranged, 50_000, 40_000)
    assert differs(ranged, 50_001, 40_000)
    assert differs(ranged, 29_999, 40_000)


@given(
    rule=st.sampled_from(["due", "minimum", "statement", "fixed", "due_plus", "share"]),
    above=st.sampled_from(["pay_limit", "skip", "ask"]),
    limit=st.one_of(st.none(), st.integers(1, 3_000)),
    money=st.tuples(*[st.integers(0, 2_000)] * 7),
    cadence=st.sampled_from(["due", "weekly"]),
)
def test_never_above_what_is_owed_less_what_is_on_its_way_nor_above_the_limit(
    rule, above, limit, money, cadence
) -> None:
    due, more, credit, under_way, met, own, extra = money
    terms = contract(
        rule, amount_minor=extra + 1, share_bp=min(extra * 10, 10_000), limit_minor=limit, above_limit=above,
        cadence=cadence,
    )  # fmt: skip
    owing = Owing(due, due + more, credit, under_way, met, min(due, 50), min(due + more, 700), own)
    found = amount_of(terms, owing)
    assert 0 <= found.minor <= max(due + more - credit - under_way, 0)
    assert limit is None or found.minor <= limit
    assert bool(found.minor) == (found.code in ("", "limited"))
    assert found.trace.steps
