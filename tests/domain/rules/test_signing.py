"""Names are compared as people write them; every column of a signature is inside its hash."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.rules.signing import (
    HASHED,
    chain_problem,
    check_name,
    first_link,
    number_of,
    same_name,
    signature_hash,
)
from domain.words import Refused

pytestmark = pytest.mark.database("sqlite")
AT = datetime(2026, 11, 23, 15, 4, 5, 123456, tzinfo=UTC)


def signature(before: str, **changes) -> dict:
    row = {name: f"{name} of it" for name in HASHED}
    row |= {
        "document_id": 1,
        "signer_id": 2,
        "document_sha256": "abc",
        "signed_at": AT,
        "previous_hash": before,
    }
    row |= changes
    return row | {"hash": signature_hash(row)}


def chain() -> list[dict]:
    first = signature(first_link("ref", "abc", "terms"))
    return [first, signature(first["hash"], signer_id=3)]


@pytest.mark.parametrize("typed", ["josé o'neill-paz", "JOSE O NEILL PAZ", "  José  O’Neill-Paz. "])
def test_case_accents_and_dots_do_not_matter_in_a_name(typed: str) -> None:
    assert same_name(typed, "José O'Neill-Paz")


@pytest.mark.parametrize("typed", ["", "José", "J. O'Neill-Paz", "..."])
def test_another_name_is_no_signature(typed: str) -> None:
    with pytest.raises(Refused):
        check_name(typed, "José O'Neill-Paz")


@pytest.mark.parametrize(
    "typed",
    ["Tess\u05beNovak\U0001f600\ufeff", "Tess\u200d Novak", "Tess\u202e Novak", "Te" + "\u0591" * 9 + "ss Novak",
     "Tess \u0301Novak", "Tess Novak ☺", "Tess\x07 Novak"],
)  # fmt: skip
def test_signs_that_are_no_part_of_a_name_are_no_signature(typed: str) -> None:
    """The comparison passes over them, and a certificate would have to print them."""
    assert same_name(typed, "Tess Novak")
    with pytest.raises(Refused):
        check_name(typed, "Tess Novak")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Jose\u0301 O’Neill-Paz", "José O'Neill-Paz"), ("Dr. Tess Novak, Jr.", "Dr Tess Novak Jr"),
     ("שָׁלוֹם", "שלום"), ("प्रियंका", "प्रियंका"), ("3 Mills (Rent) & Co", "3 Mills (Rent) & Co")],
)  # fmt: skip
def test_a_name_is_kept_as_it_was_typed_in_every_script(typed: str, name: str) -> None:
    assert check_name(typed, name) == unicodedata.normalize("NFC", typed)


@pytest.mark.safety("L26")
@pytest.mark.parametrize("name", [*HASHED, "hash"])
def test_a_signature_that_was_changed_in_any_column_is_found(name: str) -> None:
    for place in (0, 1):
        rows = chain()
        assert chain_problem(rows, "ref", "abc", "terms") is None
        was = rows[place][name]
        rows[place][name] = was + timedelta(microseconds=1) if name == "signed_at" else f"{was}!"
        assert chain_problem(rows, "ref", "abc", "terms") == place + 1


@pytest.mark.safety("L26")
def test_signatures_cannot_be_taken_out_put_elsewhere_or_turned_round() -> None:
    first, second = chain()
    assert chain_problem([second], "ref", "abc", "terms") == 1
    assert chain_problem([second, first], "ref", "abc", "terms") == 1
    assert chain_problem([first, first], "ref", "abc", "terms") == 2
    assert chain_problem([first, second], "another", "abc", "terms") == 1
    assert chain_problem([first, second], "ref", "abd", "terms") == 1
    assert chain_problem([first, second], "ref", "abc", "other terms") == 1


def test_a_moment_has_one_hash_whatever_zone_it_is_read_in() -> None:
    there = timezone(timedelta(hours=-5))
    assert signature("x")["hash"] == signature("x", signed_at=AT.astimezone(there))["hash"]


def test_numbers_of_documents_are_short_and_differ() -> None:
    numbers = {number_of(str(n)) for n in range(500)}
    assert len(numbers) == 500
    assert all(len(number) == 16 and not set("O0I1L") & set(number[2:]) for number in numbers)
