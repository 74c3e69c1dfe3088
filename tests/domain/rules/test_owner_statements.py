"""A month of a property for its owners: the fee by the terms, shares to the cent, what may be paid out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.owner_statements import (
    Month,
    Terms,
    account_of,
    check_shares,
    result_of,
    shared,
)
from domain.words import Refused

EIGHT = Terms(fee_percent=Decimal(8))


def month(collected: int, spent: int = 0, charged: int = 0, units: int = 3) -> Month:
    return Month({"rent": collected}, spent, charged, units)


@pytest.mark.parametrize(
    ("terms", "collected", "charged", "fee"),
    [
        (EIGHT, 360_000, 400_000, 28_800),  # 8 % of 3,600.00
        (EIGHT, 123_456, 0, 9_876),  # 9,876.48 cents, rounded once
        (Terms(Decimal(8), "charged"), 360_000, 400_000, 32_000),
        (Terms(Decimal(8), minimum_minor=50_000), 360_000, 0, 50_000),
        (Terms(Decimal(8), minimum_minor=10_000, flat_minor=2_500), 360_000, 0, 28_800 + 3 * 2_500),
        (Terms(flat_minor=5_000), 0, 0, 15_000),
        (EIGHT, -120_000, 0, -9_600),  # a bounced check takes its fee along
        (Terms(Decimal(8), minimum_minor=1), -120_000, 0, 1),
        (Terms(), 360_000, 0, 0),
    ],
)
def test_the_fee_is_what_the_terms_say(terms, collected, charged, fee):
    found = result_of(month(collected, 45_000, charged), terms, "USD")
    assert found.fee_minor == fee
    assert found.net_minor == collected - 45_000 - fee


def test_the_reason_adds_up_to_the_result():
    found = result_of(month(360_000, 45_000), Terms(Decimal("8.5"), flat_minor=1_000), "USD")
    steps = [step.amount_minor for step in found.trace.steps]
    assert steps == [360_000, -45_000, -30_600, -3_000, found.net_minor]
    assert sum(steps[:-1]) == found.net_minor
    assert "8.5 % of what was collected, 3600.00 USD" in str(found.trace.steps[2].sentence)


def test_shares_are_split_to_the_cent():
    assert shared(100_001, [("a", Decimal(60)), ("b", Decimal(40))]) == {"a": 60_001, "b": 40_000}
    thirds = [("a", Decimal("33.3333")), ("b", Decimal("33.3333")), ("c", Decimal("33.3334"))]
    assert shared(100_000, thirds) == {"a": 33_333, "b": 33_334, "c": 33_333}
    assert shared(-5, [(str(n), Decimal(10)) for n in range(10)]) == dict(
        zip(map(str, range(10)), [-1, 0, -1, 0, -1, 0, -1, 0, -1, 0], strict=True)
    )


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.integers(1, 1_000_000), min_size=1, max_size=12),
)
def test_the_parts_add_up_and_nobody_is_off_by_a_cent(minor, weights):
    shares = [(str(n), Decimal(weight)) for n, weight in enumerate(weights)]
    parts = shared(minor, shares)
    assert sum(parts.values()) == minor
    for owner, weight in shares:
        assert abs(parts[owner] * sum(weights) - minor * int(weight)) < sum(weights)
        assert parts[owner] * minor >= 0


def test_what_may_be_paid_out_is_above_the_reserve_and_never_below_zero():
    at = account_of(50_000, 300_000, [-50_000, 20_000], 30_000)
    assert (at.contributions_minor, at.draws_minor, at.ending_minor) == (20_000, -50_000, 320_000)
    assert at.available_minor == 290_000
    assert account_of(0, -10_000, [], 30_000).available_minor == 0


@pytest.mark.parametrize(
    "shares",
    [
        [],
        [("a", Decimal(100)), ("a", Decimal(0))],
        [("a", Decimal(50)), ("a", Decimal(50))],
        [("a", Decimal(60)), ("b", Decimal(30))],
        [("a", Decimal("99.99999")), ("b", Decimal("0.00001"))],
        [("a", Decimal(-10)), ("b", Decimal(110))],
    ],
)
def test_shares_that_do_not_make_a_hundred_percent_are_refused(shares):
    with pytest.raises(Refused):
        check_shares(shares)


def test_shares_that_make_a_hundred_percent_are_taken():
    check_shares([("a", Decimal("33.3333")), ("b", Decimal("33.3333")), ("c", Decimal("33.3334"))])
