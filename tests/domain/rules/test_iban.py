"""IBANs as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.bank_numbers import plain_number
from domain.rules.iban import bank_of_iban, fault_of_iban, in_sepa

# Example IBANs of the SWIFT registry (release 99).
RIGHT = [
    "DE89370400440532013000",
    "FR1420041010050500013M02606",
    "NL91ABNA0417164300",
    "GB29NWBK60161331926819",
    "ES9121000418450200051332",
    "BE68539007547034",
    "NO9386011117947",
    "MT84MALT011000012345MTLCAST001S",
]


@pytest.mark.parametrize("iban", RIGHT)
def test_the_registrys_examples_are_right_also_with_spaces_and_small_letters(iban: str) -> None:
    assert fault_of_iban(iban) is None
    typed = " ".join(iban[place : place + 4] for place in range(0, len(iban), 4)).lower()
    assert fault_of_iban(f" {typed} ") is None
    assert plain_number(typed) == iban


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the IBAN."),
        ("12345678", "An IBAN begins with two letters"),
        ("XX89370400440532013000", "No country's IBAN begins with XX."),
        ("DE8937040044053201300", "An IBAN from DE has 22 characters; this one has 21."),
        ("DE88370400440532013000", "does not fit its check digits"),
        ("DE89370400440532O13000", "has a letter or a sign where its country has none"),
        ("DE\u0668\u066970400440532013000", ""),
    ],
)
def test_what_is_wrong_with_an_iban_is_said(typed: str, said: str) -> None:
    assert said in str(fault_of_iban(typed))
    assert fault_of_iban(typed) is not None


@given(iban=st.sampled_from(RIGHT), place=st.integers(0, 33), digit=st.sampled_from("0123456789"))
@settings(deadline=None, max_examples=200)
def test_every_single_wrong_digit_of_an_iban_is_noticed(iban: str, place: int, digit: str) -> None:
    place %= len(iban)
    if iban[place].isdigit() and iban[place] != digit:
        assert fault_of_iban(iban[:place] + digit + iban[place + 1 :]) is not None


def test_countries_outside_sepa_are_told_apart() -> None:
    assert in_sepa("DE89370400440532013000")
    assert in_sepa("NO9386011117947")
    assert not in_sepa("AE070331234567890123456")


def test_a_bank_is_named_where_a_table_knows_it_and_else_not() -> None:
    assert bank_of_iban("DE89 3704 0044 0532 0130 00") == ("Commerzbank", "COBADEFFXXX")
    assert bank_of_iban("NL14MOCK0000000002") == ("", "")
    assert bank_of_iban("nonsense") == ("", "")
