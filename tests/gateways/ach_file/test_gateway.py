"""On which day a debit leaves, takes effect and counts as settled; and which accounts can be debited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from gateways.ach_file.gateway import AchFileGateway
from gateways.files import BankAccount
from tests.gateways.ach_file.conftest import BO, ORIGINATOR

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("confirmed", "leaves"),
    [
        (datetime(2026, 11, 23, 15, 59), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 16, 0), date(2026, 11, 24)),
        (datetime(2026, 11, 25, 16, 1), date(2026, 11, 27)),  # Thanksgiving is on the 26th
        (datetime(2026, 11, 27, 18, 0), date(2026, 11, 30)),
        (datetime(2026, 11, 28, 9, 0), date(2026, 11, 30)),
    ],
)
def test_a_debit_leaves_with_the_file_of_its_banking_day_until_the_cut_off(
    gateway: AchFileGateway, confirmed: datetime, leaves: date
) -> None:
    assert gateway.leaves_on(confirmed.date(), confirmed.replace(tzinfo=NEW_YORK)) == leaves


def test_the_cut_off_is_by_the_clock_of_the_bank(gateway: AchFileGateway) -> None:
    california = ZoneInfo("America/Los_Angeles")
    monday = date(2026, 11, 23)
    assert gateway.leaves_on(monday, datetime(2026, 11, 23, 13, 30, tzinfo=california)) == date(2026, 11, 24)
    assert gateway.leaves_on(monday, datetime(2026, 11, 23, 22, 30, tzinfo=california)) == date(2026, 11, 24)


def test_a_debit_for_a_later_day_leaves_on_it_or_on_the_next_banking_day(gateway: AchFileGateway) -> None:
    assert gateway.leaves_on(date(2026, 12, 1)) == date(2026, 12, 1)
    assert gateway.leaves_on(date(2026, 12, 25)) == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("leaves", "takes_effect", "settled"),
    [
        (date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 27)),
        (date(2026, 11, 25), date(2026, 11, 27), date(2026, 12, 1)),
        # Christmas 2026 is a Friday; the Fed is open on the day before.
        (date(2026, 12, 24), date(2026, 12, 28), date(2026, 12, 30)),
    ],
)
def test_a_debit_takes_effect_on_the_next_banking_day_and_settles_two_later(
    gateway: AchFileGateway, leaves: date, takes_effect: date, settled: date
) -> None:
    assert gateway.effective_on(leaves) == takes_effect
    assert gateway.expected_on("bank", leaves) == settled


def test_a_settled_debit_can_come_back_for_sixty_days(gateway: AchFileGateway) -> None:
    assert gateway.returnable_until("bank", date(2026, 11, 6)) == date(2027, 1, 5)


def test_a_right_account_has_no_problems(gateway: AchFileGateway) -> None:
    assert gateway.check_account(BO) == {}
    assert gateway.check_account(replace(BO, number="AB-12")) == {}
    assert gateway.bank_name(BO) == ""


@pytest.mark.parametrize(
    ("account", "field", "why"),
    [
        (replace(BO, routing="021000022"), "routing", "not a routing number of a bank"),
        (replace(BO, routing="02100002"), "routing", "has 9 digits; this one has 8"),
        (replace(BO, routing=""), "routing", "Enter the routing number"),
        (replace(BO, routing="٠٢١٠٠٠٠٢١"), "routing", "digits only"),
        (replace(BO, routing="0210-0002-1"), "routing", "digits only"),
        (replace(BO, routing="000000000"), "routing", "not a routing number of a bank"),
        (replace(BO, number="123"), "number", "4 to 17"),
        (replace(BO, number="1" * 18), "number", "4 to 17"),
        (replace(BO, number="12 34"), "number", "4 to 17"),
        (replace(BO, number=BO.routing), "number", "routing number again"),
        (replace(BO, account_type=""), "account_type", "checking or savings"),
    ],
)
def test_what_is_wrong_with_an_account_is_said_beside_its_field(
    gateway: AchFileGateway, account: BankAccount, field: str, why: str
) -> None:
    problems = gateway.check_account(account)
    assert list(problems) == [field]
    assert why in str(problems[field])


def test_every_single_wrong_digit_in_a_routing_number_is_found(gateway: AchFileGateway) -> None:
    for at in range(9):
        for digit in "0123456789".replace(BO.routing[at], ""):
            wrong = BO.routing[:at] + digit + BO.routing[at + 1 :]
            assert "routing" in gateway.check_account(replace(BO, routing=wrong))


def test_settings_that_no_file_could_be_made_with_are_said() -> None:
    assert ORIGINATOR.problems() == []
    wrong = replace(ORIGINATOR, odfi="123456789", company_name="A company of a long name", settle_days=11)
    assert [text.split()[0] for text in wrong.problems()] == [
        "DUEBOOK_ACH_ODFI",
        "DUEBOOK_ACH_COMPANY_NAME",
        "DUEBOOK_ACH_SETTLE_DAYS",
    ]
