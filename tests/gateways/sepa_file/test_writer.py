"""The file of debits: the schema's own, the same bytes for the same order, and what no bank would take is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sepaxml.validation import try_valid_xml

from gateways.files import BankAccount, FileRefused
from gateways.sepa_file.writer import SCHEMA, clean, number_of, trace_of
from tests.gateways.sepa_file.conftest import DEBIT, GATEWAY, line, order_of

NS = {"p": f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"}


def texts(content: bytes, path: str) -> list[str | None]:
    return [found.text for found in ElementTree.fromstring(content).iterfind(path, NS)]


def test_a_file_says_who_takes_what_from_whom_on_which_day_under_which_mandate() -> None:
    written = GATEWAY.write(order_of(line(7, amount_minor=100_000), line(8, "FRST"), line(9, amount_minor=1)))
    content = written.content
    assert texts(content, ".//p:PmtInf/p:PmtTpInf/p:SeqTp") == ["RCUR", "FRST"]
    assert texts(content, ".//p:PmtInf/p:NbOfTxs") == ["2", "1"]
    assert texts(content, ".//p:PmtInf/p:CtrlSum") == ["1000.01", "12.34"]
    assert texts(content, ".//p:ReqdColltnDt") == ["2026-11-27", "2026-11-27"]
    assert texts(content, ".//p:InstdAmt") == ["1000.00", "0.01", "12.34"]
    assert texts(content, ".//p:EndToEndId") == ["DB7", "DB9", "DB8"]
    assert texts(content, ".//p:MndtId") == ["M-7", "M-9", "M-8"]
    assert texts(content, ".//p:CdtrSchmeId//p:Othr/p:Id") == ["DE98ZZZ09999999999"] * 2
    assert texts(content, ".//p:GrpHdr/p:CtrlSum") == ["1012.35"]
    assert (written.count, written.debit_minor, written.credit_minor) == (3, 101_235, 0)
    assert written.traces == {7: "DB7", 8: "DB8", 9: "DB9"}
    assert written.name == "sepa-20261127-1.xml"


def test_the_same_order_gives_the_same_bytes_and_another_one_other_names() -> None:
    first, again = GATEWAY.write(order_of()), GATEWAY.write(order_of())
    assert first == again
    other = GATEWAY.write(order_of(ref="another"))
    assert texts(first.content, ".//p:GrpHdr/p:MsgId") == ["DBQx3.9-fKq2RmT7wz"]
    assert texts(other.content, ".//p:GrpHdr/p:MsgId") == ["DBanother"]
    assert texts(first.content, ".//p:PmtInfId") == ["DBQx3.9-fKq2RmT7wz-1"]
    assert texts(first.content, ".//p:CreDtTm") == ["2026-11-23T09:00:00Z"]


def test_the_file_is_valid_by_the_schema() -> None:
    """The library's copy is the pain.008.001.08 of ISO 20022 as published, byte for byte."""
    with_bic = BankAccount("FR14 2004 1010 0505 0001 3M02 606", "PSSTFRPPXXX", holder="Bo")
    lines = [line(1, "FRST"), line(2), line(3, "OOFF"), line(4, "FNAL"), line(5, account=with_bic)]
    try_valid_xml(GATEWAY.write(order_of(*lines)).content, SCHEMA)
    broken = GATEWAY.write(order_of()).content.replace(b"<SeqTp>RCUR", b"<SeqTp>XXXX")
    with pytest.raises(Exception, match="validation errors"):
        try_valid_xml(broken, SCHEMA)


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=200)
def test_whatever_people_are_called_only_characters_that_banks_take_are_left(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9/?:().,'+ -]{0,70}", clean(text, 70))
    assert clean(clean(text, 70), 70) == clean(text, 70)


def test_names_keep_what_can_be_kept() -> None:
    assert clean("Jan\u00e9 D\u00f6e & S\u00f6hne <GmbH>", 70) == "Jane Doe Sohne GmbH"
    assert texts(GATEWAY.write(order_of()).content, ".//p:Dbtr/p:Nm") == ["Jane Doe Sohne"]


@pytest.mark.parametrize("number", [1, 101, 10**12])
def test_a_trace_names_its_line(number: int) -> None:
    assert number_of(trace_of(number)) == number


@pytest.mark.parametrize("trace", ["", "DB", "DB01", "INV-1", "DB1x", "DB\u0661", "NOTPROVIDED"])
def test_a_name_that_is_not_ours_is_no_line_of_ours(trace: str) -> None:
    assert number_of(trace) is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "credit"}, "carries nothing but debits"),
        ({"amount_minor": 0}, "cannot be debited"),
        ({"amount_minor": 100_000_000_000}, "cannot be debited"),
        ({"mandate": None}, "no mandate"),
        ({"mandate": replace(DEBIT.mandate, sequence="")}, "no mandate"),
        ({"mandate": replace(DEBIT.mandate, signed_on=date(2026, 11, 28))}, "after the debit"),
        ({"account": replace(DEBIT.account, number="DE88370400440532013000")}, "not one that SEPA reaches"),
        ({"account": replace(DEBIT.account, number="AE070331234567890123456")}, "not one that SEPA reaches"),
        ({"account": replace(DEBIT.account, holder=" \u200b ")}, "name of the payer"),
    ],
)
def test_lines_that_no_bank_would_take_are_refused_by_their_number(changed: dict, said: str) -> None:
    with pytest.raises(FileRefused, match=said) as refused:
        GATEWAY.write(order_of(DEBIT, line(102, **changed)))
    assert refused.value.line == 102


def test_an_order_in_another_currency_or_without_lines_is_refused() -> None:
    with pytest.raises(FileRefused, match="euros only"):
        GATEWAY.write(replace(order_of(), currency="USD"))
    with pytest.raises(FileRefused, match="nothing to put"):
        GATEWAY.write(replace(order_of(), lines=()))
