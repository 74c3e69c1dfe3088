"""A slip of the pen in a vehicle identification number is noticed. Examples: 49 CFR 565.15(c)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.vin import check_digit, doubt_of, plain_vin

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


@pytest.mark.parametrize("vin", ["1M8GDM9AXKP042788", "11111111111111111", "1HGCM82633A004352"])
def test_a_number_whose_check_digit_fits_raises_no_doubt(vin: str) -> None:
    """1M8GDM9A_KP042788 -> X is the worked example of the table in 49 CFR 565.15(c); all ones are the classic test."""
    assert doubt_of(vin) is None


def test_nothing_typed_raises_no_doubt_and_spaces_and_case_do_not_matter() -> None:
    assert doubt_of("") is None
    assert doubt_of(" 1m8gdm9a-xkp 042788 ") is None
    assert plain_vin(" 1m8gdm9a-xkp 042788 ") == "1M8GDM9AXKP042788"


def test_a_wrong_digit_a_wrong_length_and_a_letter_no_vin_has_are_told_apart() -> None:
    assert "check digit" in str(doubt_of("1M8GDM9A1KP042788"))
    assert "X was expected" in str(doubt_of("1M8GDM9A1KP042788"))
    assert "this one has 16" in str(doubt_of("1M8GDM9AXKP04278"))
    assert "never I, O or Q" in str(doubt_of("IM8GDM9AXKP042788"))


@given(st.text(LETTERS, min_size=17, max_size=17))
def test_exactly_one_ninth_character_fits_every_sixteen_others(vin: str) -> None:
    fitting = [char for char in "0123456789X" if doubt_of(vin[:8] + char + vin[9:]) is None]
    assert fitting == [check_digit(vin)]


@given(st.text(max_size=40))
def test_whatever_is_typed_gets_an_answer(text: str) -> None:
    assert doubt_of(text) is None or str(doubt_of(text))
