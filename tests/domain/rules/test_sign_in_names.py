"""Which names may be usernames."""

from __future__ import annotations

import pytest

from domain.rules.sign_in_names import username_problem


@pytest.mark.safety("A4")
@pytest.mark.parametrize(
    "name",
    ["C-10001", "c10001", "C_10001", "c.10001", "C-_10001", "c-1234567890123", "10001", "1-1", "1_2.3"],
)
def test_what_could_be_taken_for_a_customer_number_is_no_username(name):
    assert username_problem(name) is not None


@pytest.mark.parametrize("name", ["bo", "c3po", "bo.rivera", "c-10001-shop", "abc10001", "7eleven"])
def test_a_name_with_letters_of_its_own_is_one(name):
    assert username_problem(name) is None
