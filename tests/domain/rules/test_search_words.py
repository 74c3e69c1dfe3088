"""Words compare folded, and a word is found by how it begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.search_words import (
    LONGEST,
    MOST,
    asked_words,
    kept,
    number_words,
    phone_words,
    text_words,
    vin_words,
)


def found(q: str, words: set[str]) -> bool:
    """Whether each word that was typed begins a word that is kept."""
    asked, rows = asked_words(q), kept(words)
    return bool(asked) and all(any(row.startswith(word) for row in rows) for word in asked)


@pytest.mark.parametrize(
    "q",
    ["ÁNNE", "marie", "anne-marie", "AnneMarie O'Brien", "obrien", "brien anne", "Straße", "strasse", "łódź", "lodz"],
)  # fmt: skip
def test_a_name_is_found_in_any_case_without_accents_and_after_its_marks(q):
    assert found(q, text_words("Ánne-Marie O'Brien", "Straße", "Łódź"))


@pytest.mark.parametrize("q", ["nne", "rien", "marie tess", "", "   ", "-'", "�"])
def test_the_middle_of_a_word_and_a_word_that_is_not_there_find_nothing(q):
    assert not found(q, text_words("Ánne-Marie O'Brien"))


@pytest.mark.parametrize("q", ["L-10042", "l10042", "10042", "l 10042", "L-1"])
def test_a_number_is_found_with_and_without_its_letters(q):
    assert found(q, number_words("L-10042"))


@pytest.mark.parametrize(
    "q",
    ["+1 (207) 555-0142", "2075550142", "207 555 0142", "207.555.0142", "555-0142", "0142", "12075550142"],
)
@pytest.mark.parametrize("kept_as", ["+1 (207) 555-0142", "+12075550142", "1 207 555 0142"])
def test_a_phone_number_is_found_however_either_is_written(kept_as, q):
    assert found(q, phone_words(kept_as))


def test_a_number_dialled_inside_its_country_finds_the_one_with_the_country_code():
    assert found("020 7946 0958", phone_words("+44 20 7946 0958"))


@pytest.mark.parametrize("q", ["7abc 123", "7ABC123", "123", "7abc"])
def test_a_plate_is_found_with_and_without_its_space(q):
    assert found(q, number_words("7ABC 123"))


@pytest.mark.parametrize("q", ["1M8GDM9AXKP042788", "1m8gdm9a", "KP042788", "042788"])
def test_a_vin_is_found_by_its_beginning_and_by_its_last_eight_and_six(q):
    assert found(q, vin_words("1M8GDM9AXKP042788"))


@pytest.mark.parametrize("q", ["lee.okafor@example.com", "okafor@example.com", "example.com", "LEE.OKA"])
def test_an_address_is_found_by_its_parts(q):
    assert found(q, text_words("lee.okafor@example.com"))


@given(st.text(max_size=80))
def test_every_text_with_a_letter_is_found_by_itself_whatever_it_holds(text):
    words = text_words(text)
    assert all(word.isalnum() and len(word) <= LONGEST for word in words)
    if 0 < len(words) <= MOST and len(asked_words(text)) < 6 and any(char.isalpha() for char in text):
        assert not asked_words(text) or found(text, words)
