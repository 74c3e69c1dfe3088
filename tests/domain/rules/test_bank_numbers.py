"""Account numbers as people type them. Examples: routing numbers of the Federal Reserve."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.bank_numbers import fault_of_creditor_id, fault_of_routing, mod_97


def test_the_remainder_is_that_of_the_number_written_out() -> None:
    assert mod_97("3214282912345698765432161182") == 1  # GB82 WEST 1234 5698 7654 32, rearranged
    assert mod_97("A1") == 101 % 97
    with pytest.raises(ValueError):
        mod_97("\u00c41")


def test_creditor_identifiers_are_checked_without_their_business_code() -> None:
    # Deutsche Bundesbank's test identifier, and the same with another business code.
    assert fault_of_creditor_id("DE98ZZZ09999999999") is None
    assert fault_of_creditor_id("DE98 ABC 09999999999") is None
    assert fault_of_creditor_id("DE97ZZZ09999999999") is not None
    assert fault_of_creditor_id("") is not None


@pytest.mark.parametrize("routing", ["021000021", "011401533", "091000019", "322271627", "1210-0035-8"])
def test_routing_numbers_of_banks_are_right(routing: str) -> None:
    assert fault_of_routing(routing) is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the routing number."),
        ("02100002", "9 digits; this one has 8"),
        ("02100002x", "digits only"),
        ("021000022", "mistyped or swapped"),
        ("012000021", "mistyped or swapped"),
        ("000000000", "mistyped or swapped"),
        ("\u0660\u0661\u0662345678", "digits only"),
    ],
)
def test_what_is_wrong_with_a_routing_number_is_said(typed: str, said: str) -> None:
    assert said in str(fault_of_routing(typed))


@given(place=st.integers(0, 8), digit=st.integers(0, 9))
@settings(deadline=None)
def test_every_single_wrong_digit_of_a_routing_number_is_noticed(place: int, digit: int) -> None:
    right = "021000021"
    wrong = right[:place] + str(digit) + right[place + 1 :]
    assert (fault_of_routing(wrong) is None) == (wrong == right)
