"""Days of a SEPA debit, and accounts as people type them. TARGET is closed on 25 and 26 December and Good Friday."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from gateways.files import BankAccount
from gateways.sepa_file.creditor import Creditor
from gateways.sepa_file.gateway import SepaFileGateway
from tests.gateways.sepa_file.conftest import CREDITOR, GATEWAY


def test_a_debit_confirmed_after_the_cut_off_leaves_with_the_next_file() -> None:
    monday = date(2026, 11, 23)
    assert GATEWAY.leaves_on(monday, datetime(2026, 11, 23, 12, 59, tzinfo=UTC)) == monday
    assert GATEWAY.leaves_on(monday, datetime(2026, 11, 23, 13, 0, tzinfo=UTC)) == date(2026, 11, 24)
    assert GATEWAY.leaves_on(monday) == monday


def test_a_debit_planned_for_a_later_day_leaves_on_it_or_on_the_next_day_of_the_banks() -> None:
    evening = datetime(2026, 12, 1, 20, tzinfo=UTC)
    assert GATEWAY.leaves_on(date(2026, 12, 10), evening) == date(2026, 12, 10)
    assert GATEWAY.leaves_on(date(2026, 12, 25), evening) == date(2026, 12, 28)
    assert GATEWAY.leaves_on(date(2026, 12, 25)) == date(2026, 12, 28)


def test_every_debit_is_with_the_bank_a_day_before_and_more_where_the_bank_wants_it() -> None:
    thursday = date(2026, 12, 24)
    assert GATEWAY.effective_on(thursday) == GATEWAY.effective_on(thursday, first=True) == date(2026, 12, 28)
    two = SepaFileGateway(Creditor("Lena", CREDITOR.iban, CREDITOR.creditor_id, lead_days=2))
    assert two.effective_on(thursday) == date(2026, 12, 29)


def test_a_debit_is_taken_for_settled_two_days_after_it_and_can_go_back_for_eight_weeks_or_thirteen_months() -> (
    None
):
    assert GATEWAY.expected_on("bank", date(2026, 11, 23)) == date(2026, 11, 26)
    assert GATEWAY.returnable_until("bank", date(2026, 11, 24)) == date(2027, 1, 19)
    assert GATEWAY.unauthorised_until(date(2027, 1, 31)) == date(2028, 2, 29)


def test_the_payer_is_told_fourteen_days_before_unless_the_mandate_says_fewer() -> None:
    assert GATEWAY.notice_until(date(2026, 12, 15)) == date(2026, 12, 1)
    short = SepaFileGateway(Creditor("Lena", CREDITOR.iban, CREDITOR.creditor_id, notice_days=2))
    assert short.notice_until(date(2026, 12, 15)) == date(2026, 12, 13)


def test_an_account_is_checked_before_it_is_saved() -> None:
    right = BankAccount("de89 3704 0044 0532 0130 00", holder="Bo")
    assert GATEWAY.check_account(right) == {}
    assert GATEWAY.bank_name(right) == "Commerzbank"
    wrong = GATEWAY.check_account(BankAccount("DE88370400440532013000"))
    assert set(wrong) == {"number", "holder"}
    abroad = GATEWAY.check_account(BankAccount("AE070331234567890123456", holder="Bo"))
    assert "no SEPA debits" in str(abroad["number"])


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"name": ""}, "CREDITOR_NAME"),
        ({"iban": "NL42MOCK0000000001"}, "SEPA_IBAN"),
        ({"creditor_id": "DE97ZZZ09999999999"}, "CREDITOR_ID"),
        ({"bic": "MOCK"}, "SEPA_BIC"),
        ({"lead_days": 15}, "LEAD_DAYS"),
        ({"notice_days": 0}, "NOTICE_DAYS"),
        ({"settle_days": 11}, "SETTLE_DAYS"),
    ],
)
def test_settings_that_no_file_can_be_made_with_are_named(changed: dict, named: str) -> None:
    given = {"name": "Lena", "iban": CREDITOR.iban, "creditor_id": CREDITOR.creditor_id}
    assert Creditor(**given).problems() == []
    (problem,) = Creditor(**(given | changed)).problems()
    assert named in problem
