"""An installation has this way to pay when its settings describe the agreement with a bank, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateways.bacs_file.configured import configured
from gateways.files import BankAccount
from tests.domain.rules.test_uk_accounts import ROWS

SETTINGS = {
    "DUEBOOK_BACS_USER_NUMBER": "123456",
    "DUEBOOK_BACS_NAME": "LENA LETS",
    "DUEBOOK_BACS_SORT_CODE": "20-00-00",
    "DUEBOOK_BACS_ACCOUNT": "55779911",
}


def test_without_settings_there_is_no_such_gateway() -> None:
    assert configured({"DUEBOOK_BACS_NAME": "", "DUEBOOK_ACH_ODFI": "091000019"}) is None


def test_it_moves_real_money_unless_the_settings_say_that_it_is_a_test() -> None:
    found, tried = configured(SETTINGS), configured(SETTINGS | {"DUEBOOK_BACS_TEST": "1"})
    assert found is not None
    assert tried is not None
    assert (found.live, tried.live, found.checks_numbers) == (True, False, False)


def test_the_operators_table_is_used_where_its_file_is_named(tmp_path: Path) -> None:
    weights, pairs = tmp_path / "valacdos.txt", tmp_path / "scsubtab.txt"
    weights.write_text(ROWS)
    pairs.write_text("938600 938611\n")
    files = {"DUEBOOK_VOCALINK_TABLE": str(weights), "DUEBOOK_VOCALINK_SUBSTITUTES": str(pairs)}
    found = configured(SETTINGS | files)
    assert found is not None
    assert found.checks_numbers
    assert found.check_account(BankAccount("42368003", "938600", holder="Bo")) == {}
    assert found.check_account(BankAccount("42368004", "938600", holder="Bo")) != {}


def test_a_table_that_cannot_be_read_is_said_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        configured(SETTINGS | {"DUEBOOK_VOCALINK_TABLE": str(tmp_path / "none.txt")})
    other = tmp_path / "other.txt"
    other.write_text("sort code;method")
    with pytest.raises(ValueError, match="Line 1 is not a row of weights"):
        configured(SETTINGS | {"DUEBOOK_VOCALINK_TABLE": str(other)})


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"DUEBOOK_BACS_NAME": ""}, "Set DUEBOOK_BACS_NAME as well"),
        ({"DUEBOOK_BACS_USER_NUMBER": "12"}, "DUEBOOK_BACS_USER_NUMBER must be"),
        ({"DUEBOOK_BACS_CUT_OFF": "tea time"}, "DUEBOOK_BACS_CUT_OFF is a time"),
        ({"DUEBOOK_BACS_NOTICE_DAYS": "ten"}, "whole numbers"),
    ],
)
def test_settings_that_cannot_be_used_are_said_by_name(changed: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        configured(SETTINGS | changed)
