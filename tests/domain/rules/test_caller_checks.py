"""Before money is taken by telephone, two things at least that the caller said have to be right."""

from __future__ import annotations

import pytest

from domain.rules.caller_checks import CHECKS, NEEDED, check_caller
from domain.words import Refused


def test_two_right_answers_are_enough_and_are_kept_in_order() -> None:
    assert check_caller(["last_payment", "address", "address"]) == ("address", "last_payment")
    assert NEEDED == 2


@pytest.mark.parametrize(
    "checks", [[], ["address"], ["address", "address"], ["address", "nice voice"], ["", "address"]]
)
def test_less_or_anything_else_is_refused(checks) -> None:
    with pytest.raises(Refused) as told:
        check_caller(checks)
    assert told.value.field == "checks"
    assert "nice voice" not in CHECKS
