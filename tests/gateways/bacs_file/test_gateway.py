"""Days of a UK direct debit by the bank holidays of England, and accounts as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.rules.uk_accounts import read_table
from gateways.bacs_file.gateway import BacsFileGateway
from gateways.bacs_file.service_user import ServiceUser
from gateways.files import BankAccount
from tests.domain.rules.test_uk_accounts import ROWS
from tests.gateways.bacs_file.conftest import GATEWAY, USER

WITH_TABLE = BacsFileGateway(ServiceUser("123456", "LENA", "200000", "55779911", table=read_table(ROWS)))


def test_a_debit_confirmed_after_the_cut_off_leaves_with_the_next_file() -> None:
    monday = date(2026, 11, 23)
    assert GATEWAY.leaves_on(monday, datetime(2026, 11, 23, 14, 59, tzinfo=UTC)) == monday
    assert GATEWAY.leaves_on(monday, datetime(2026, 11, 23, 15, 0, tzinfo=UTC)) == date(2026, 11, 24)
    assert GATEWAY.leaves_on(date(2026, 12, 25), datetime(2026, 11, 23, 15, 0, tzinfo=UTC)) == date(
        2026, 12, 29
    )


def test_the_cut_off_is_by_the_clock_of_london() -> None:
    summer = datetime(2026, 7, 6, 14, 30, tzinfo=UTC)
    assert GATEWAY.leaves_on(date(2026, 7, 6), summer) == date(2026, 7, 7)


def test_money_moves_on_the_third_day_of_the_cycle_and_later_for_a_new_instruction() -> None:
    assert GATEWAY.effective_on(date(2026, 11, 23)) == date(2026, 11, 25)
    assert GATEWAY.effective_on(date(2026, 11, 23), first=True) == date(2026, 11, 30)


def test_the_payer_has_ten_working_days_of_notice() -> None:
    assert GATEWAY.notice_until(date(2026, 11, 25)) == date(2026, 11, 11)


def test_a_debit_is_taken_for_settled_once_a_bank_could_no_longer_send_it_back_unpaid() -> None:
    assert GATEWAY.expected_on("bank", date(2026, 11, 23)) == date(2026, 11, 30)
    assert GATEWAY.returnable_until("bank", date(2026, 11, 30)) == date(2027, 12, 30)


def test_an_account_is_checked_against_the_operators_table_where_there_is_one() -> None:
    wrong = BankAccount("66374959", "08-99-99", holder="Bo")
    assert GATEWAY.check_account(wrong) == {}
    assert set(WITH_TABLE.check_account(wrong)) == {"number"}
    assert (GATEWAY.checks_numbers, WITH_TABLE.checks_numbers) == (False, True)
    assert WITH_TABLE.check_account(BankAccount("66374958", "08-99-99", holder="Bo")) == {}
    assert set(GATEWAY.check_account(BankAccount("1", "1"))) == {"routing", "holder"}


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"number": "12345"}, "USER_NUMBER"),
        ({"name": "A NAME THAT IS TOO LONG"}, "BACS_NAME"),
        ({"sort_code": "20"}, "SORT_CODE"),
        ({"account": "x"}, "ACCOUNT"),
        ({"first_lead_days": 1}, "FIRST_LEAD_DAYS"),
        ({"notice_days": 0}, "NOTICE_DAYS"),
        ({"settle_days": -1}, "SETTLE_DAYS"),
    ],
)
def test_settings_that_no_file_can_be_made_with_are_named(changed: dict, named: str) -> None:
    given = {"number": USER.number, "name": USER.name, "sort_code": USER.sort_code, "account": USER.account}
    assert ServiceUser(**given).problems() == []
    (problem,) = ServiceUser(**(given | changed)).problems()
    assert named in problem
