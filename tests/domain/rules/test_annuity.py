"""Level payments agree with what others publish."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.annuity import flat_payment, level_payment, level_ratio
from domain.rules.money import round_minor, round_to_unit
from domain.words import Refused


@pytest.mark.parametrize(
    ("principal", "rate", "count", "expected"),
    [
        (15000, Fraction(8, 1200), 60, "304.1459143262052370338701494"),
        (15000, Fraction(0), 60, "250"),
        (20000, Fraction(8, 10), 3, "19311.25827814569536423841060"),
        (2000, Fraction(3, 10), 12, "626.9081401700757748402586600"),
    ],
)
def test_the_exact_payment_agrees_to_22_decimals(
    principal: int, rate: Fraction, count: int, expected: str
) -> None:
    """numpy/numpy-financial, test_financial.py TestPmt, computed there with 28 digits: the last few are its own."""
    assert abs(level_payment(principal, rate, count) - Fraction(Decimal(expected))) < Fraction(1, 10**22)


@pytest.mark.parametrize(
    ("rate", "count", "principal", "mode", "expected"),
    [
        ("10", 6, 100000, "half-up", 17156),
        ("10", 60, 1000000, "half-up", 21247),
        ("0", 12, 130000, "half-up", 10833),
        ("4.25", 360, 18000000, "half-up", 88549),
        ("3.99", 60, 2850000, "ceiling", 52475),
        ("5.75", 180, 13670000, "ceiling", 113518),
        ("2.9", 60, 3188500, "ceiling", 57152),
        ("4.5", 72, 2277800, "ceiling", 36158),
        ("7.5", 36, 1699000, "ceiling", 52850),
        ("4.8", 360, 13265000, "ceiling", 69597),
        ("9.9", 60, 1850000, "half-up", 39216),
        ("9", 48, 1880000, "half-up", 46784),
    ],
)
def test_monthly_payments_agree_with_textbooks_and_products(
    rate: str, count: int, principal: int, mode: str, expected: int
) -> None:
    """corefin Actual365CalculatorTest, cfpb/amortize test.js, OpenStax contemporary mathematics m00064, m00067, m00068
    (rounded up), the Federal Reserve Board's Keys to Vehicle Leasing.
    """
    assert round_minor(level_payment(principal, Fraction(Decimal(rate)) / 1200, count), mode) == expected


def test_a_payment_is_rounded_up_to_the_whole_unit() -> None:
    """frappe/lending, test_loan.py."""
    assert round_to_unit(level_payment(28000000, Fraction(84, 12000), 20), 100, "ceiling") == 1505200


def test_a_balloon_lowers_the_payment_to_interest_alone_at_most() -> None:
    assert level_payment(10000, Fraction(1, 100), 12, 10000) == 100
    assert level_payment(10000, Fraction(0), 10, 2000) == 800


def test_a_flat_payment_is_principal_and_interest_in_equal_parts() -> None:
    assert flat_payment(500000, 90000, 18) == Fraction(590000, 18)
    assert flat_payment(500000, 90000, 10, 100000) == 49000


def test_no_period_and_a_negative_rate_are_errors() -> None:
    for rate, count in ((Fraction(1, 100), 0), (Fraction(-1, 100), 5)):
        with pytest.raises(ValueError, match="period"):
            level_payment(100, rate, count)


@given(
    st.integers(1, 10**9),
    st.lists(st.integers(0, 40), min_size=1, max_size=40),
    st.integers(0, 40),
)
@settings(deadline=None)
def test_payments_at_the_exact_level_leave_exactly_the_balloon(
    principal: int, parts: list[int], first: int
) -> None:
    """Joined periods included: interest a payment does not cover waits for the next one and bears none itself."""
    parts = [first, *parts]
    balloon = principal // 7
    numerator, below = level_ratio(principal, balloon, parts, 1000)
    payment, balance, carried = Fraction(numerator, below), Fraction(principal), Fraction(0)
    for part in parts:
        carried += balance * Fraction(part, 1000)
        towards = min(payment, carried)
        carried -= towards
        balance -= payment - towards
    assert balance + carried == balloon


def test_interest_that_outgrows_every_payment_is_refused() -> None:
    with pytest.raises(Refused, match="outgrows"):
        level_ratio(10**7, 0, [825 * 10**4, *([27 * 10**3] * 2999)], 10**4)
