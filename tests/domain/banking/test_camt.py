"""CAMT.053 in its versions, and what else arrives under that name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.banking.camt import read_camt053
from domain.banking.reading import Read, no_layouts, read_statements
from domain.words import Refused
from tests.domain.banking.conftest import Put
from tests.domain.banking.samples import camt, camt_entry

GOOD = camt(camt_entry())
BOMB = (
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"
    "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'>&b;</Document>"
)


def test_an_entry_is_one_line_with_the_other_side_and_its_text() -> None:
    (statement,) = read_camt053(GOOD.encode())
    (line,) = statement.lines
    assert (statement.account, statement.currency) == ("DE02120300000000202051", "EUR")
    assert (statement.opening_minor, line.amount_minor, statement.closing_minor) == (100_000, 15_000, 115_000)
    assert (line.name, line.text, line.bank_ref) == ("Bo Borrower", "Rate November", "R1")
    assert (line.booked_on, line.value_on) == (date(2026, 11, 2), date(2026, 11, 3))


def test_money_that_went_names_who_got_it() -> None:
    went = read_camt053(camt(camt_entry(mark="DBIT"), closing="850.00").encode())[0]
    assert (went.lines[0].amount_minor, went.lines[0].name) == (-15_000, "Dana Deals")


def test_both_ways_to_say_booked_are_understood_and_what_waits_is_left_out() -> None:
    entries = camt_entry(status="BOOK") + camt_entry(status="<Cd>PDNG</Cd>") + camt_entry(status="INFO")
    (statement,) = read_camt053(camt(entries).encode())
    assert len(statement.lines) == 1
    assert "2" in str(statement.notes[0])


def test_every_version_is_read() -> None:
    for version in ("02", "03", "04", "08", "13"):
        assert read_camt053(camt(camt_entry(), message=f"camt.053.001.{version}").encode())


def test_words_of_its_own_are_refused_before_they_grow(put: Put) -> None:
    with pytest.raises(Refused, match="words of its own"):
        read_statements(put(BOMB), no_layouts, "EUR")
    outside = BOMB.replace("<!ENTITY a 'aaaa'>", "<!ENTITY a SYSTEM 'file:///etc/passwd'>")
    with pytest.raises(Refused, match="words of its own"):
        read_camt053(outside.encode())


@pytest.mark.parametrize(
    ("message", "says"),
    [("camt.054.001.08", "camt.054"), ("camt.052.001.08", "within the day"), ("pain.008.001.08", "debits")],
)
def test_another_message_is_named(message: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        read_camt053(camt("", message=message).encode())


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("<Amt Ccy='EUR'>150.00", "<Amt Ccy='SEK'>150.00", "in SEK, the statement in EUR"),
        ("<Amt Ccy='EUR'>150.00", "<Amt Ccy='EUR'>-150.00", "came or went"),
        ("<CdtDbtInd>CRDT</CdtDbtInd><Sts>", "<Sts>", "came or went"),
        ("<BookgDt><Dt>2026-11-02", "<BookgDt><Dt>2026-02-30", "not a day"),
    ],
)
def test_a_wrong_line_refuses_the_file(was: str, becomes: str, says: str) -> None:
    assert was in GOOD
    with pytest.raises(Refused, match=says):
        read_camt053(GOOD.replace(was, becomes).encode())


def test_a_changed_amount_does_not_pass(put: Put) -> None:
    with pytest.raises(Refused, match="does not add up"):
        read_statements(put(camt(camt_entry("150.01"))), no_layouts, "EUR")


@given(st.integers(1, len(GOOD) - 1))
@settings(max_examples=100)
def test_a_file_cut_anywhere_is_refused(at: int) -> None:
    with pytest.raises(Refused):
        read_camt053(GOOD[:at].encode())


def test_a_real_statement_is_read(peer_data: Callable[[str], Path]) -> None:
    """Source: camt_parser's 053_valid_example.xml (MIT): 33.06 before, 23.06 after, four entries."""
    found = read_statements(peer_data("sepa/camt/camtparser__053_valid_example.xml"), no_layouts, "EUR")
    assert isinstance(found, Read)
    (statement,) = found.statements
    assert (statement.opening_minor, statement.closing_minor, len(statement.lines)) == (3_306, 2_306, 4)
    assert statement.lines[0].name == "Testkonto Nummer 2"


@pytest.mark.parametrize("name", ["camt053.v2.minimal.xml", "camt053.v8.xml"])
def test_samples_whose_balances_are_of_other_currencies_are_refused(
    peer_data: Callable[[str], Path], name: str
) -> None:
    """Source: genkgo/camt's samples (MIT), made to show every field: their balances are in four currencies."""
    with pytest.raises(Refused, match="the statement in"):
        read_statements(peer_data(f"sepa/camt/{name}"), no_layouts, "EUR")
