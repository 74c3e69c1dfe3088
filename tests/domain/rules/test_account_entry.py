"""An account as somebody types it: the number twice, never a card's, and whose it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.account_entry import FIELDS, LABELS, Typed, same_name, typed_problems

RIGHT = Typed("12345678", "12345678", "Bo Rivera", "mine", "021000021", "checking")


def wrong(**changed: str) -> set[str]:
    return set(typed_problems(replace(RIGHT, **changed), "Bo Rivera"))


def test_what_is_right_has_no_problem():
    assert wrong() == set()
    assert wrong(again="12 34 56 78") == set()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"again": "12345679"}, "again"), ({"again": ""}, "again"), ({"holder": "  "}, "holder"),
        ({"holder": "x" * 121, "owner": "other"}, "holder"), ({"owner": ""}, "owner"), ({"owner": "nobody"}, "owner"),
        ({"holder": "Maria Alvarez"}, "owner"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(changed, field):
    assert wrong(**changed) == {field}


@pytest.mark.safety("W23")
@pytest.mark.parametrize("number", ["4242424242424242", "4242 4242 4242 4242", "•••• 4242"])
def test_a_card_number_is_refused_also_after_the_page_took_it_out(number):
    found = typed_problems(replace(RIGHT, number=number, again=number), "Bo Rivera")
    assert "Cards are added on the processor's page" in str(found["number"])
    assert number not in str(found["number"])


@pytest.mark.parametrize("owner", ["mine_named", "other"])
def test_an_account_in_another_name_is_taken_when_somebody_says_whose_it_is(owner):
    assert wrong(holder="Rivera Roofing LLC", owner=owner) == set()


@pytest.mark.parametrize(
    ("typed", "known", "same"),
    [
        ("Bo Rivera", "Bo Rivera", True), ("RIVERA BO", "Bo Rivera", True), ("B. Rivera", "Bo Rivera", True),
        ("Bo Á. Rivera", "Bo Rivera", True), ("José Núñez", "Jose Nunez", True), ("Mr Bo Rivera", "Bo Rivera", True),
        ("Maria Rivera", "Bo Rivera", False), ("B. R.", "Bo Rivera", False), ("", "Bo Rivera", False),
        ("Bo", "Bo Rivera", True), ("Bo Riviera", "Bo Rivera", False),
    ],
)  # fmt: skip
def test_names_that_are_likely_one_persons(typed, known, same):
    assert same_name(typed, known) is same


@given(st.text(max_size=30), st.text(max_size=30))
def test_names_agree_whichever_comes_first(one, other):
    assert same_name(one, other) == same_name(other, one) or len(one.split()) == len(other.split())


def test_every_field_that_is_asked_has_its_label():
    asked = {(name, field) for name, fields in FIELDS.items() for field in fields if field != "account_type"}
    assert asked == set(LABELS)
