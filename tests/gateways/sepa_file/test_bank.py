"""A bank that somebody else made takes our files and finds nothing wrong; we read what it sends back."""

from __future__ import annotations

from datetime import date

from tests.fixtures.bank import StartBank
from tests.gateways.sepa_file.conftest import GATEWAY, line, order_of

XML = "application/xml"


def test_a_bank_takes_the_file_and_what_it_sends_back_names_our_debits(start_bank: StartBank) -> None:
    bank = start_bank(clock="2026-11-23T09:00")
    lines = [line(1, "FRST"), line(2, amount_minor=999), line(3, "OOFF"), line(4, amount_minor=100_000)]
    content = GATEWAY.write(order_of(*lines)).content
    assert bank.findings(content, XML) == []
    answer = bank.pay(content, XML)
    assert (answer["status"], answer["accepted"]) == ("ACCP", 4)

    bank.refuse("DB2", "AM04")
    bank.advance("2026-12-01")
    bank.refuse("DB1", "MD06")
    bank.advance("2026-12-03")
    said = [
        (one.kind, one.number, one.code, one.on)
        for kind in ("pain.002.001.10", "pacs.004.001.09", "camt.054.001.08")
        for text in bank.messages(kind)
        for one in GATEWAY.read(text.encode()).news
    ]
    assert {number for kind, number, _, _ in said if kind == "accepted"} == {1, 2, 3, 4}
    assert ("rejected", 2, "AM04", date(2026, 11, 23)) in said
    assert said.count(("returned", 1, "MD06", date(2026, 12, 1))) == 2
    settled = {one for one in said if one[0] == "settled"}
    assert settled == {("settled", number, "", date(2026, 11, 27)) for number in (1, 3, 4)}


def test_the_banks_statement_tells_the_same_as_its_notices(start_bank: StartBank) -> None:
    bank = start_bank(clock="2026-11-23T09:00")
    bank.pay(GATEWAY.write(order_of(line(1), line(2))).content, XML)
    bank.advance("2026-12-01")
    bank.refuse("DB1", "MD01")
    bank.advance("2026-12-03")
    ours = [text for text in bank.messages("camt.053.001.08") if "NL41MOCK0000000001" in text]
    by_statement = {one.id for text in ours for one in GATEWAY.read(text.encode()).news}
    by_notice = {
        one.id for text in bank.messages("camt.054.001.08") for one in GATEWAY.read(text.encode()).news
    }
    assert by_statement == by_notice == {"settled:DB1", "settled:DB2", "returned:DB1"}


def test_the_bank_finds_a_total_that_was_changed(start_bank: StartBank) -> None:
    content = GATEWAY.write(order_of()).content.replace(b"<CtrlSum>12.34", b"<CtrlSum>12.35")
    assert start_bank().findings(content, XML)
