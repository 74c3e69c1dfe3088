"""An installation has this way to pay when its settings describe the agreement with a bank, and only then."""

from __future__ import annotations

from datetime import time

import pytest

from gateways.ach_file.configured import configured

SETTINGS = {
    "DUEBOOK_ACH_ODFI": "091000019",
    "DUEBOOK_ACH_ORIGIN": "1234567890",
    "DUEBOOK_ACH_COMPANY_ID": "1234567890",
    "DUEBOOK_ACH_COMPANY_NAME": "LENA LETS",
}


def test_without_settings_there_is_no_such_gateway() -> None:
    assert configured({"DUEBOOK_BASE_URL": "http://localhost:8000", "DUEBOOK_ACH_ODFI": ""}) is None


def test_it_moves_real_money_unless_the_settings_say_that_it_is_a_test() -> None:
    found = configured(SETTINGS | {"DUEBOOK_ACH_CUT_OFF": "14:30"})
    assert found is not None
    assert found.live
    assert (found.originator.cut_off, found.originator.destination) == (time(14, 30), "091000019")
    tried = configured(SETTINGS | {"DUEBOOK_ACH_TEST": "1"})
    assert tried is not None
    assert not tried.live


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"DUEBOOK_ACH_ORIGIN": ""}, "Set DUEBOOK_ACH_ORIGIN as well"),
        ({"DUEBOOK_ACH_ODFI": "091000018"}, "DUEBOOK_ACH_ODFI must be"),
        ({"DUEBOOK_ACH_CUT_OFF": "tea time"}, "DUEBOOK_ACH_CUT_OFF is a time"),
        ({"DUEBOOK_ACH_ZONE": "New York"}, "DUEBOOK_ACH_ZONE a zone"),
    ],
)
def test_settings_that_cannot_be_used_are_said_by_name(changed: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        configured(SETTINGS | changed)
