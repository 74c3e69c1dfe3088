"""What each role may do, and who is named in the books."""

from __future__ import annotations

import pytest

from domain.access import Scope
from domain.words import NotAllowed


@pytest.mark.parametrize(
    ("role", "right", "may"),
    [
        ("customer", "pay", True), ("customer", "office", False), ("customer", "counter", False),
        ("landlord", "office", True), ("landlord", "counter", False), ("landlord", "people", False),
        ("staff", "counter", True), ("staff", "users", False), ("staff", "pay", False),
        ("admin", "users", True), ("admin", "settings", True), ("anonymous", "pay", False), ("owner", "office", False),
    ],
)  # fmt: skip
def test_each_role_has_its_rights_and_is_told_when_it_lacks_one(role, right, may) -> None:
    who = Scope(role, 1, 1)
    assert who.may(right) is may
    if not may:
        with pytest.raises(NotAllowed, match="may not do this"):
            who.require(right)
    else:
        who.require(right)


def test_the_actor_written_into_the_books_names_the_user() -> None:
    assert Scope("customer", 7, 3).by == "user:7"
