"""References of transfers: what people and banks make of them, and what is noticed. Source: ISO 11649, ISO 7064."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.rules.bank_numbers import mod_97
from domain.rules.transfer_references import (
    agreement_of,
    mistyped_in,
    printed,
    reference_for,
    references_in,
)

IDS = st.integers(1, 8_999_999_999)


@given(IDS)
@settings(deadline=None)
def test_a_reference_names_its_agreement(agreement_id: int) -> None:
    reference = reference_for(agreement_id)
    assert len(reference) == 14
    assert agreement_of(reference) == agreement_id
    assert mod_97(reference[4:] + reference[:4]) == 1


def test_the_check_digits_are_those_of_the_standard() -> None:
    """RF18 5390 0754 7034 is the example of ISO 11649 that banks print: the same rule gives its check digits."""
    assert 98 - mod_97("539007547034RF00") == 18
    assert printed(reference_for(42)) == f"RF{98 - mod_97('1000000042RF00'):02d} 1000 0000 42"


@given(IDS, st.integers(2, 13), st.integers(0, 9))
@settings(deadline=None)
def test_every_single_wrong_digit_is_noticed(agreement_id: int, place: int, digit: int) -> None:
    right = reference_for(agreement_id)
    wrong = right[:place] + str(digit) + right[place + 1 :]
    assume(wrong != right)
    assert agreement_of(wrong) is None
    assert references_in(wrong) == {}
    assert mistyped_in(wrong) == [wrong]


@given(IDS, st.integers(2, 12))
@settings(deadline=None)
def test_every_swap_of_neighbours_is_noticed(agreement_id: int, place: int) -> None:
    right = reference_for(agreement_id)
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    assume(wrong != right)
    assert references_in(wrong) == {}


@given(IDS, st.integers(2, 13))
@settings(deadline=None)
def test_a_digit_left_out_or_doubled_is_noticed(agreement_id: int, place: int) -> None:
    right = reference_for(agreement_id)
    short, long = right[:place] + right[place + 1 :], right[:place] + right[place] + right[place:]
    for wrong in (short, long):
        assert references_in(f"rent {wrong} thanks") == {}
        assert mistyped_in(f"rent {wrong} thanks") == [wrong]


@given(
    IDS,
    st.lists(st.sampled_from(["", " ", "\n", "-", ".", "/", "  "]), min_size=13, max_size=13),
    st.sampled_from(["", "REF ", "rent march ", "EREF+X1 SVWZ+", "Miete/", "12345 "]),
    st.sampled_from(["", " 2026-03-01", " thanks", ", flat 3", "."]),
    st.booleans(),
)
@settings(deadline=None)
def test_it_is_found_however_a_bank_breaks_it_and_whatever_stands_around_it(
    agreement_id: int, between: list[str], before: str, after: str, small: bool
) -> None:
    reference = reference_for(agreement_id)
    broken = "".join(char + gap for char, gap in zip(reference, [*between, ""], strict=True))
    text = before + (broken.lower() if small else broken) + after
    assert references_in(text) == {reference: agreement_id}
    assert mistyped_in(text) == []


def test_two_references_in_one_text_are_both_found_in_their_order() -> None:
    one, other = reference_for(7), reference_for(9)
    assert list(references_in(f"{other} and {printed(one)} and {other}").values()) == [9, 7]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "RF",
        "rent for march",
        "RF18 5390 0754 7034",
        "PERF431000000042",
        "R F",
        "RF\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u0660\u0661\u0662",
        "9" * 5_000,
    ],
)
def test_other_texts_name_nothing(text: str) -> None:
    assert references_in(text) == {}


@pytest.mark.parametrize("digits", ["00", "01", "99"])
def test_check_digits_that_are_never_made_are_never_read(digits: str) -> None:
    fits = [
        f"{number}" for number in range(1_000_000_001, 1_000_000_300) if mod_97(f"{number}RF{digits}") == 1
    ]
    assert fits
    assert all(agreement_of(f"RF{digits}{number}") is None for number in fits)


@pytest.mark.parametrize("agreement_id", [0, -1, 9_000_000_000])
def test_an_id_that_no_agreement_has_gets_no_reference(agreement_id: int) -> None:
    with pytest.raises(ValueError):
        reference_for(agreement_id)


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_can_be_looked_through(text: str) -> None:
    assert all(agreement_of(reference) == found for reference, found in references_in(text).items())
