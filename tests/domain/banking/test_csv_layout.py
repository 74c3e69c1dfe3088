"""CSV of banks: columns recognised by name, spellings asked once, what cannot be read named by its line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from domain.banking.csv_columns import signed_amount
from domain.banking.csv_layout import Layout, look, read_csv
from domain.banking.reading import Read, Unknown, no_layouts, read_as, read_statements
from domain.banking.statement import StatementData
from domain.words import Refused
from tests.domain.banking.conftest import Put

US = "Date,Description,Debit,Credit,Balance\n11/02/2026,RENT TESS,,900.00,1900.00\n11/13/2026,FEE,12.50,,1887.50\n"


def by_names(path: Path, currency: str = "USD") -> StatementData:
    found = read_as(path, look(path).guess, currency)
    return found.statements[0]


def test_two_columns_of_amounts_and_a_running_balance(put: Put) -> None:
    statement = by_names(put(US))
    assert [line.amount_minor for line in statement.lines] == [90_000, -1_250]
    assert (statement.opening_minor, statement.closing_minor) == (100_000, 188_750)
    assert statement.lines[0].booked_on == date(2026, 11, 2)


def test_newest_first_is_turned_round(put: Put) -> None:
    head, *rows = US.splitlines()
    statement = by_names(put("\n".join([head, *reversed(rows)])))
    assert (statement.opening_minor, statement.lines[0].amount_minor) == (100_000, 90_000)


def test_a_missing_line_shows_in_the_balances(put: Put) -> None:
    with pytest.raises(Refused, match="do not follow from its lines"):
        by_names(put(US + "11/20/2026,GAP,1.00,,1.00\n"))


def test_an_unknown_file_is_asked_about_and_a_known_one_is_not(put: Put) -> None:
    path = put(US)
    unknown = read_statements(path, no_layouts, "USD")
    assert isinstance(unknown, Unknown)
    assert unknown.look.certain
    learned = {unknown.look.fingerprint: Layout.from_json(unknown.look.guess.as_json())}
    known = read_statements(path, learned.get, "USD")
    assert isinstance(known, Read)
    assert known.fingerprint in learned


def test_what_the_file_leaves_open_is_asked(put: Put) -> None:
    path = put("Date,Text,Amount\n04/05/2026,a,1.500\n")
    seen = look(path)
    assert seen.open_order
    assert seen.open_decimal
    assert not seen.certain
    with pytest.raises(Refused, match="two ways"):
        read_csv(path, Layout(seen.guess.mapping, currency="USD"))
    day_first = Layout(seen.guess.mapping, "comma", "day", currency="USD")
    (line,) = read_csv(path, day_first).lines
    assert (line.booked_on, line.amount_minor) == (date(2026, 5, 4), 150_000)


def test_columns_nobody_recognises_are_said_by_a_person(put: Put) -> None:
    path = put("Tag,Wer,Wieviel\n2026-11-02,Bo,12.00\n")
    assert look(path).missing == ("booked_on", "amount")
    layout = Layout({"booked_on": "Tag", "amount": "Wieviel", "name": "Wer"}, account="main")
    (line,) = read_as(path, layout, "USD").statements[0].lines
    assert (line.name, line.amount_minor) == ("Bo", 1_200)
    with pytest.raises(Refused, match="Say which column"):
        read_as(path, Layout({"booked_on": "Tag", "amount": ""}), "USD")


def test_lines_above_the_headings_are_passed_over(put: Put) -> None:
    preamble = "Kontonummer;DE02120300000000202051\nStand;03.11.2026\n"
    path = put(preamble + "Buchungstag;Verwendungszweck;Betrag\n02.11.26;Miete;1.234,50\n")
    statement = by_names(path, "EUR")
    assert [(line.amount_minor, line.booked_on) for line in statement.lines] == [(123_450, date(2026, 11, 2))]


@pytest.mark.parametrize(
    ("text", "minor"),
    [("-12.00", -1_200), ("12.00-", -1_200), ("(12.00)", -1_200), ("12.00 DR", -1_200), ("12.00 CR", 1_200),
     ("+12.00", 1_200), ("-$1,234.50", -123_450), ("$-12.00", -1_200), ("−12.00", -1_200)],
)  # fmt: skip
def test_every_way_to_write_money_that_went(text: str, minor: int) -> None:
    assert signed_amount(text, "USD", "point") == minor


def test_a_word_beside_the_amount_gives_its_sign(put: Put) -> None:
    rows = "Date,Text,Amount,Dr/Cr\n2026-11-02,a,5.00,CR\n2026-11-03,b,5.00,DR\n"
    assert [line.amount_minor for line in by_names(put(rows)).lines] == [500, -500]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("Date,Text,Amount\n2026-11-02,a,5.00\n2026-11-03,b,five\n", "Line 3 cannot be read"),
        ("Date,Text,Amount\n2026-11-02,a,5.00\nsoon,b,5.00\n", "Line 3 cannot be read"),
        ("Date,Text,Debit,Credit\n2026-11-02,a,5.00,\n2026-11-02,a,5.00,5.00\n", "no amount, or two"),
        (
            "Date,Text,Amount,Currency\n2026-11-02,a,5.00,USD\n2026-11-02,a,5.00,EUR\n",
            "more than one account",
        ),
        ("name;number\nBo;x\n", "no headings with dates"),
        ("<html><body>sign in</body></html>", "not a bank statement"),
        ("", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x00\x01\x02\x03" * 40, "no letters"),
    ],
)
def test_what_is_no_statement_is_refused_with_the_reason(put: Put, content: str | bytes, says: str) -> None:
    path = put(content)
    with pytest.raises(Refused, match=says):
        read_statements(path, lambda _head: look(path).guess, "USD")


def test_files_of_real_banks_are_recognised(peer_data: Callable[[str], Path]) -> None:
    """Source: bank2ynab's test data (MIT); the last has a line that is none, put there to confuse."""
    (monzo,) = by_names(peer_data("bank_statements/csv/monzo.csv")).lines
    assert (monzo.amount_minor, monzo.bank_ref) == (-1_000, "tx_00009TziTeST1NG1ZWIPGS")
    umsatz = by_names(peer_data("bank_statements/csv/umsatz.csv"))
    assert (umsatz.currency, umsatz.account) == ("EUR", "1000594757")
    assert umsatz.lines[0].amount_minor == -3_699
    with pytest.raises(Refused, match="Line 72 cannot be read"):
        by_names(peer_data("bank_statements/csv/headers.csv"))
