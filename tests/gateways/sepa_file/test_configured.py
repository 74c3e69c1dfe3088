"""An installation has this way to pay when its settings describe the agreement with a bank, and only then."""

from __future__ import annotations

from datetime import time

import pytest

from gateways.sepa_file.configured import configured

SETTINGS = {
    "DUEBOOK_SEPA_CREDITOR_NAME": "Lena Lets B.V.",
    "DUEBOOK_SEPA_IBAN": "NL41 MOCK 0000 0000 01",
    "DUEBOOK_SEPA_CREDITOR_ID": "DE98ZZZ09999999999",
}


def test_without_settings_there_is_no_such_gateway() -> None:
    assert configured({"DUEBOOK_SEPA_IBAN": "", "DUEBOOK_ACH_ODFI": "091000019"}) is None


def test_it_moves_real_money_unless_the_settings_say_that_it_is_a_test() -> None:
    found = configured(SETTINGS | {"DUEBOOK_SEPA_CUT_OFF": "11:30", "DUEBOOK_SEPA_LEAD_DAYS": "2"})
    assert found is not None
    assert found.live
    assert (found.creditor.cut_off, found.creditor.lead_days, found.creditor.notice_days) == (
        time(11, 30),
        2,
        14,
    )
    tried = configured(SETTINGS | {"DUEBOOK_SEPA_TEST": "1"})
    assert tried is not None
    assert not tried.live


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"DUEBOOK_SEPA_IBAN": ""}, "Set DUEBOOK_SEPA_IBAN as well"),
        ({"DUEBOOK_SEPA_IBAN": "NL42MOCK0000000001"}, "DUEBOOK_SEPA_IBAN: .*check digits"),
        ({"DUEBOOK_SEPA_CUT_OFF": "noon"}, "DUEBOOK_SEPA_CUT_OFF is a time"),
        ({"DUEBOOK_SEPA_ZONE": "Bonn"}, "DUEBOOK_SEPA_ZONE a zone"),
        ({"DUEBOOK_SEPA_LEAD_DAYS": "one"}, "whole numbers"),
    ],
)
def test_settings_that_cannot_be_used_are_said_by_name(changed: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        configured(SETTINGS | changed)
