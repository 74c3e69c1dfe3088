"""OFX in both forms, as banks write it and as files get damaged."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.banking.ofx import read_ofx
from domain.banking.reading import Read, no_layouts, read_statements
from domain.words import Refused
from tests.domain.banking.conftest import Put
from tests.domain.banking.samples import ofx, ofx_line

TWO = ofx(ofx_line("150.00", "F1") + ofx_line("-20.5", "F2", "WATER", "bill"))


def read(path: Path) -> Read:
    found = read_statements(path, no_layouts, "USD")
    assert isinstance(found, Read)
    return found


def test_values_without_end_tags_are_read() -> None:
    (statement,) = read_ofx(TWO)
    assert (statement.account, statement.currency, statement.closing_minor) == ("5550001", "USD", 115_000)
    assert (statement.first_on, statement.last_on) == (date(2026, 10, 31), date(2026, 11, 3))
    first, second = statement.lines
    assert (first.amount_minor, first.name, first.bank_ref) == (15_000, "BO BORROWER", "F1")
    assert (second.amount_minor, second.text) == (-2_050, "bill")


def test_an_empty_value_does_not_swallow_what_follows() -> None:
    empty = ofx(ofx_line("1.00", "F1", name="").replace("<NAME>", "<NAME><CHECKNUM>0<MEMO>rent"))
    (line,) = read_ofx(empty)[0].lines
    assert (line.name, line.text, line.check_number) == ("", "rent", "")


def test_the_day_is_the_banks_own_whatever_its_zone() -> None:
    (line,) = read_ofx(ofx(ofx_line("1.00", "F1", day="20261102233000.000[-8:PST]")))[0].lines
    assert line.booked_on == date(2026, 11, 2)


def test_a_file_of_two_accounts_gives_two_statements() -> None:
    one = TWO[TWO.index("<STMTTRNRS>") : TWO.index("</BANKMSGSRSV1>")]
    both = read_ofx(TWO.replace("</BANKMSGSRSV1>", one.replace("5550001", "5550002") + "</BANKMSGSRSV1>"))
    assert [statement.account for statement in both] == ["5550001", "5550002"]


def test_a_balance_of_a_later_day_is_not_the_end_of_the_lines() -> None:
    assert read_ofx(TWO.replace("<DTASOF>20261103", "<DTASOF>20261120"))[0].closing_minor is None


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9, 0.99])
def test_a_file_that_ends_in_the_middle_is_refused(cut: float, put: Put) -> None:
    with pytest.raises(Refused):
        read(put(TWO[: int(len(TWO) * cut)]))


def test_a_file_with_another_behind_it_is_refused() -> None:
    with pytest.raises(Refused, match="more than one download"):
        read_ofx(TWO + "\n" + TWO)


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("<CURDEF>USD", "<CURDEF>", "currency"),
        ("<TRNAMT>150.00", "<TRNAMT>lots", "not an amount"),
        ("<TRNAMT>150.00", "<TRNAMT>150.005", "not an amount"),
        ("<DTPOSTED>20261102", "<DTPOSTED>20261302", "not a day"),
        ("<CODE>0<SEVERITY>INFO", "<CODE>2000<SEVERITY>ERROR<MESSAGE>General error", "General error"),
        (
            "<STMTTRN>",
            "<STMTTRN><CURRENCY><CURRATE>1.1<CURSYM>EUR</CURRENCY>",
            "in EUR, the statement in USD",
        ),
        ("<STMTRS>", "<!ENTITY a 'b'><STMTRS>", "words of its own"),
        ("<STMTRS>", "<1STMTRS>", "damaged"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(was: str, becomes: str, says: str) -> None:
    assert was in TWO
    with pytest.raises(Refused, match=says):
        read_ofx(TWO.replace(was, becomes, 1))


def test_a_foreign_file_that_calls_itself_ofx_is_refused() -> None:
    with pytest.raises(Refused, match="no statement"):
        read_ofx("OFXHEADER:100\n<OFX><INVSTMTMSGSRSV1></INVSTMTMSGSRSV1></OFX>")


@given(st.integers(0, len(TWO) - 1), st.text(max_size=6))
@settings(max_examples=300)
def test_damage_anywhere_is_refused_or_read_never_a_crash(at: int, put_in: str) -> None:
    with contextlib.suppress(Refused):
        read_ofx(TWO[:at] + put_in + TWO[at:])


@pytest.mark.parametrize(
    ("name", "account", "lines", "sum_minor", "closing"),
    [
        ("bank_medium", "12300 000012345678", 3, -34_527, 38_234),
        ("checking", "1452687~7", 3, -5_950, 10_099),
        ("suncorp", "123456789", 1, -1_685, 123_412),
    ],
)
def test_files_of_real_banks_are_read(
    peer_data: Callable[[str], Path], name: str, account: str, lines: int, sum_minor: int, closing: int
) -> None:
    """Source: the fixtures of ofxparse 0.21 (MIT); the figures were read off the files by hand."""
    found = read(peer_data(f"bank_statements/ofx/{name}.ofx"))
    (statement,) = found.statements
    assert (found.form, statement.account) == ("ofx", account)
    assert (len(statement.lines), statement.sum_minor, statement.closing_minor) == (lines, sum_minor, closing)
