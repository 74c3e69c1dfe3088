"""Amounts are rounded once, shared out without loss, and read the way people write them."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.money import (
    MODES,
    parse_amount,
    parse_amount_any,
    round_minor,
    round_ratio,
    round_to_unit,
    split_evenly,
)
from domain.words import Refused, plain_amount

DECIMAL_MODES = {
    "half-up": ROUND_HALF_UP,
    "half-even": ROUND_HALF_EVEN,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("half-up", [3, 2, -3, -2]),
        ("half-even", [2, 2, -2, -2]),
        ("floor", [2, 1, -3, -2]),
        ("ceiling", [3, 2, -2, -1]),
    ],
)
def test_each_mode_rounds_its_own_way(mode: str, expected: list[int]) -> None:
    values = [Decimal("2.5"), Decimal("1.6"), Decimal("-2.5"), Decimal("-1.6")]
    assert [round_minor(value, mode) for value in values] == expected


@given(st.decimals(-(10**9), 10**9, places=3), st.sampled_from(MODES))
def test_rounding_agrees_with_decimals_own(value: Decimal, mode: str) -> None:
    assert round_minor(value, mode) == int(value.to_integral_value(DECIMAL_MODES[mode]))


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6), st.sampled_from(MODES))
def test_rounding_moves_by_less_than_one(numerator: int, denominator: int, mode: str) -> None:
    moved = abs(round_ratio(numerator, denominator, mode) - Fraction(numerator, denominator))
    assert moved < 1
    assert moved <= Fraction(1, 2) or mode in ("floor", "ceiling")


def test_rounding_to_a_unit_gives_its_multiples() -> None:
    assert round_to_unit(Decimal("39216.07"), 100) == 39200
    assert round_to_unit(Fraction(39250), 100, "half-even") == 39200
    assert round_to_unit(39201, 100, "ceiling") == 39300


def test_an_unknown_mode_is_an_error() -> None:
    with pytest.raises(ValueError, match="sideways"):
        round_minor(Decimal(1), "sideways")


@pytest.mark.safety("M1")
def test_parts_are_rounded_and_the_last_takes_the_remainder() -> None:
    assert split_evenly(200000, 3) == [66667, 66667, 66666]
    assert split_evenly(880000, 12) == [73333] * 11 + [73337]
    assert split_evenly(5, 10) == [1] * 5 + [0] * 5
    with pytest.raises(ValueError, match="one part"):
        split_evenly(5, 0)


@pytest.mark.safety("M1")
@given(st.integers(-(10**9), 10**9), st.integers(1, 400))
def test_parts_add_up_and_none_has_the_other_sign(minor: int, n: int) -> None:
    parts = split_evenly(minor, n)
    assert sum(parts) == minor
    assert len(parts) == n
    assert all(part * minor >= 0 for part in parts)


@pytest.mark.safety("M1")
@pytest.mark.parametrize(
    ("text", "currency", "locale", "expected"),
    [
        ("1,234.5", "USD", "en", 123450),
        ("$1234.50", "USD", "en", 123450),
        ("US$ 1,234.50", "USD", "en_US", 123450),
        ("1234.50 USD", "USD", "en", 123450),
        ("1.234,50", "USD", "es", 123450),
        ("1.234,50 €", "EUR", "de", 123450),
        ("1234.50", "USD", "es", 123450),
        ("1,234.50", "MXN", "es_MX", 123450),
        ("1 234,50", "EUR", "fr", 123450),
        ("1\u202f234\u00a0567,5", "EUR", "fr", 123456750),
        ("1'234.50", "CHF", "de_CH", 123450),
        ("1’234.50", "CHF", "de-CH", 123450),
        ("  42 ", "USD", "en", 4200),
        (".5", "USD", "en", 50),
        ("007", "USD", "en", 700),
        ("1,234", "JPY", "en", 1234),
        ("1.5", "KWD", "en", 1500),
        ("999999999999.99", "USD", "en", 99999999999999),
        ("0", "USD", "en", 0),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, currency: str, locale: str, expected: int) -> None:
    assert parse_amount(text, currency, locale) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "abc", "NaN", "inf", "1e5", "0x10", "1_000", "١٢٣", "１２", "12,34", "1,2345", "1,234,5", "1.2.3",
        "1.234,50", "12,345,67", "1 23", "1,234 567", "+5", "--5", "5-5", "€5", "$", "$$5", "5..", ",", ".", "1/2",
        "12.345", "1.005", "9999999999999", "1" * 60, "=1+1", "1\n2", "-5", "(5.00)", "−5", "5-", "$-5",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_amount(text, "USD", field="amount")
    assert refused.value.field == "amount"
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize("text", ["-5.25", "(5.25)", "−5.25", "5.25-", "-$5.25", "$-5.25", "($5.25)"])
def test_a_negative_amount_is_read_where_it_is_allowed(text: str) -> None:
    assert parse_amount(text, "USD", allow_negative=True) == -525


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.50", 123450), ("1.234,50", 123450), ("1234.50", 123450), ("1234,50", 123450), ("1,5", 150),
        ("1.234.567", 123456700), ("1,234,567", 123456700), ("1,234,567.8", 123456780), ("1.234.567,89", 123456789),
        ("1,234", 123400), ("1234", 123400), ("1 234,50", 123450), ("$1,234.50", 123450),
    ],
)  # fmt: skip
def test_a_file_may_use_either_mark(text: str, expected: int) -> None:
    assert parse_amount_any(text, "USD") == expected


def test_a_lone_mark_before_three_digits_groups_only_where_the_locale_groups_so() -> None:
    assert parse_amount_any("1.234", "EUR", "de") == 123400
    assert parse_amount_any("1.234", "KWD", "en") == 1234
    for text, locale in (("1.234", "en"), ("1,234", "es")):
        with pytest.raises(Refused, match="two ways"):
            parse_amount_any(text, "USD", locale)


@pytest.mark.parametrize(
    "text", ["1,234.567", "1.23,456.7", "1,23.456,7", "12.34.56", "0.1234", "-1", "1,2,3"]
)
def test_a_file_is_refused_too_where_nothing_fits(text: str) -> None:
    with pytest.raises(Refused):
        parse_amount_any(text, "USD")


@given(st.integers(0, 10**12 - 1), st.sampled_from(("USD", "JPY", "KWD")))
def test_what_we_write_we_can_read(minor: int, currency: str) -> None:
    assert parse_amount(plain_amount(minor, currency), currency) == minor


@given(st.text(max_size=60), st.sampled_from(("en", "es")))
def test_no_text_makes_reading_fail_in_another_way(text: str, locale: str) -> None:
    for read in (parse_amount, parse_amount_any):
        try:
            assert read(text, "USD", locale) >= 0
        except Refused:
            continue
