"""A bank that somebody else made takes our files and finds nothing wrong; we read what it sends back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from gateways.ach_file.gateway import AchFileGateway
from tests.fixtures.bank import StartBank
from tests.gateways.ach_file.conftest import BO, a_line, an_order, trace


def test_a_bank_takes_the_file_and_its_returns_name_our_debits(
    gateway: AchFileGateway, start_bank: StartBank
) -> None:
    bank = start_bank(clock="2026-11-23T09:00")
    bank.ach_account()
    lines = [
        a_line(1, account=replace(BO, holder="Zoë Müßig")),
        a_line(2, class_code="PPD"),
        a_line(3, class_code="TEL", recurring=True),
        a_line(4, class_code="CCD", account=replace(BO, account_type="savings", routing="121042882")),
    ]
    content = gateway.write(an_order(lines, effective_on=date(2026, 11, 24))).content
    assert bank.findings(content) == []
    answer = bank.pay(content)
    assert (answer["status"], answer["accepted"]) == ("ACCP", 4)

    bank.refuse("P-2", "R01")
    bank.advance("2026-11-26")
    bank.refuse("P-4", "R29")
    bank.advance("2026-11-30")
    news = [one for text in bank.messages("nacha.return") for one in gateway.read(text.encode()).news]
    assert [(one.kind, one.code, one.trace, one.amount_minor) for one in news] == [
        ("returned", "R01", trace(2), 10_002),
        ("returned", "R29", trace(4), 10_004),
    ]


def test_the_bank_finds_a_hash_that_was_changed(gateway: AchFileGateway, start_bank: StartBank) -> None:
    bank = start_bank()
    bank.ach_account()
    content = gateway.write(an_order([a_line()])).content
    at = content.index(b"\n8225") + 15
    broken = content[:at] + (b"1" if content[at : at + 1] == b"0" else b"0") + content[at + 1 :]
    assert bank.findings(broken)
