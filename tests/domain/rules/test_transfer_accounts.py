"""Which account a customer sends a transfer to, and settings that must not be shown to anybody."""

from __future__ import annotations

import pytest

from domain.rules.transfer_accounts import account_for, currencies, problems

NAME = {"DUEBOOK_TRANSFER_NAME": "Lena Lets", "DUEBOOK_TRANSFER_BANK": "First Bank"}
EUR = NAME | {"DUEBOOK_TRANSFER_IBAN": "de89370400440532013000", "DUEBOOK_TRANSFER_BIC": "COBADEFFXXX"}
GBP = NAME | {"DUEBOOK_TRANSFER_SORT_CODE": "200000", "DUEBOOK_TRANSFER_ACCOUNT": "5577991"}
USD = NAME | {"DUEBOOK_TRANSFER_ROUTING": "021000021", "DUEBOOK_TRANSFER_ACCOUNT": "000123456"}


def shown(values: dict[str, str], currency: str) -> list[tuple[str, str]]:
    account = account_for(values, currency)
    assert account is not None
    return [(str(label), value) for label, value in account.rows]


def test_each_currency_has_its_own_numbers_as_people_type_them() -> None:
    assert shown(EUR, "EUR") == [("IBAN", "DE89 3704 0044 0532 0130 00"), ("BIC", "COBADEFFXXX")]
    assert shown(GBP, "GBP") == [("Sort code", "20-00-00"), ("Account number", "05577991")]
    assert shown(USD, "USD") == [("Routing number", "021000021"), ("Account number", "000123456")]


def test_a_currency_without_an_account_has_none() -> None:
    assert account_for(EUR, "USD") is None
    assert account_for({}, "EUR") is None
    assert account_for(EUR, "JPY") is None
    assert currencies(EUR | GBP) == ("EUR", "GBP")
    assert currencies({}) == ()


def test_how_long_it_takes_is_said_for_each_currency() -> None:
    for values, currency in ((EUR, "EUR"), (GBP, "GBP"), (USD, "USD")):
        account = account_for(values, currency)
        assert account is not None
        assert str(account.takes).startswith("It usually arrives")


@pytest.mark.parametrize("values", [{}, EUR, GBP, USD, EUR | GBP])
def test_right_settings_have_no_problems(values: dict[str, str]) -> None:
    assert problems(values) == []


@pytest.mark.parametrize(
    ("values", "named"),
    [
        (EUR | {"DUEBOOK_TRANSFER_NAME": ""}, "NAME must be"),
        (EUR | {"DUEBOOK_TRANSFER_IBAN": "DE88370400440532013000"}, "IBAN: .*check digits"),
        (GBP | {"DUEBOOK_TRANSFER_SORT_CODE": "20"}, "SORT_CODE or _ACCOUNT"),
        (GBP | {"DUEBOOK_TRANSFER_ACCOUNT": ""}, "SORT_CODE or _ACCOUNT"),
        (USD | {"DUEBOOK_TRANSFER_ROUTING": "021000022"}, "ROUTING: "),
        (USD | {"DUEBOOK_TRANSFER_ACCOUNT": ""}, "ACCOUNT must be set"),
        (NAME, "Set DUEBOOK_TRANSFER_IBAN"),
    ],
)
def test_what_is_wrong_with_the_settings_is_said_by_name(values: dict[str, str], named: str) -> None:
    import re

    (problem,) = problems(values)
    assert re.search(named, problem)
