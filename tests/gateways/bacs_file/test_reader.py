"""Reports of Bacs, in the shape that service users have published of theirs, with other names and numbers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.files import FileRefused
from tests.gateways.bacs_file.conftest import GATEWAY, line, order_of


def item(
    ref: str = "LENA000001", amount: str = "1250.00", code: str = "1012", said: str = "REFER TO PAYER"
) -> str:
    return (
        f'<ReturnedDebitItem ref="{ref}" transCode="17" returnCode="{code}" returnDescription="{said}" '
        f'originalProcessingDate="2026-11-24" valueOf="{amount}" currency="GBP"><PayerAccount number="12345678" '
        f'ref="{ref}" name="BO" sortCode="08-99-99" bankName="A BANK" branchName="A"/></ReturnedDebitItem>'
    )


def arudd(*items: str, user: str = "123456", count: int | None = None, total: str = "1250.00") -> bytes:
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?><BACSDocument><Data><ARUDD>'
        '<Header reportType="REFT1019" adviceNumber="007" currentProcessingDate="2026-11-26"/>'
        '<AddresseeInformation name="LENA LETS"/>'
        f'<ServiceLicenseInformation userName="LENA LETS" userNumber="{user}"/>'
        "<Advice><OriginatingAccountRecords><OriginatingAccountRecord>"
        '<OriginatingAccount name="LENA LETS" number="55779911" sortCode="20-00-00" type="0"/>'
        f'{"".join(items)}<Totals numberOf="{len(items) if count is None else count}" valueOf="{total}" '
        'currency="GBP"/></OriginatingAccountRecord></OriginatingAccountRecords></Advice></ARUDD></Data>'
        "<SignatureMethod>Vanilla</SignatureMethod><Signature/></BACSDocument>"
    ).encode("latin-1")


def advices(kind: str, code: str, ref: str = "LENA000001", user: str = "123456", more: str = "") -> bytes:
    return (
        f'<BACSDocument><Data><MessagingAdvices><MessagingHeader user-number="{user}" advice-number="9"/>'
        f'<MessagingAdvice user-number="{user}" record-type="{kind}" reason-code="{code}" reference="{ref}" '
        f'payer-name="BO" payer-sort-code="08-99-99" payer-account-number="12345678" {more} '
        'effective-date="2026-11-26"/></MessagingAdvices></Data></BACSDocument>'
    ).encode()


def test_a_debit_that_came_back_is_named_as_the_file_named_it() -> None:
    written = GATEWAY.write(order_of(line(1), line(2)))
    (one,) = GATEWAY.read(arudd(item())).news
    assert one.trace == written.traces[1]
    assert (one.kind, one.code, one.amount_minor, one.currency) == ("returned", "ARUDD-0", 125_000, "GBP")
    # Unpaid debits leave our account on the working day after the report's.
    assert one.on == date(2026, 11, 27)


def test_twins_that_both_came_back_have_two_names_as_they_had_in_the_file() -> None:
    written = GATEWAY.write(order_of(line(1), line(2, mandate=line(1).mandate)))
    reading = GATEWAY.read(arudd(item(), item(), total="2500.00"))
    assert [one.trace for one in reading.news] == [written.traces[1], written.traces[2]]
    assert len({one.id for one in reading.news}) == 2


@pytest.mark.parametrize(
    ("code", "said", "known"),
    [
        ("1012", "INSTRUCTION CANCELLED", "ARUDD-1"),
        ("B", "", "ARUDD-B"),
        ("0", "whatever", "ARUDD-0"),
        ("1099", "NO ACCOUNT", "ARUDD-5"),
        ("7777", "SOMETHING NEW", "ARUDD-7777"),
        ("", "", "ARUDD-?"),
    ],
)
def test_the_reason_is_taken_from_the_letter_or_the_words(code: str, said: str, known: str) -> None:
    (one,) = GATEWAY.read(arudd(item(code=code, said=said))).news
    assert one.code == known


def test_a_report_whose_totals_are_not_those_of_its_items_is_refused() -> None:
    for report in (arudd(item(), count=2), arudd(item(), total="1250.01")):
        with pytest.raises(FileRefused, match="totals"):
            GATEWAY.read(report)


def test_reports_about_another_service_user_are_refused() -> None:
    for report in (arudd(item(), user="654321"), advices("A", "1", user="654321")):
        with pytest.raises(FileRefused, match="another service user"):
            GATEWAY.read(report)


def test_an_instruction_that_was_not_taken_is_rejected_by_its_reference() -> None:
    written = GATEWAY.write(order_of(line(1, kind="prenote", amount_minor=0)))
    (one,) = GATEWAY.read(advices("N", "5")).news
    assert (one.kind, one.trace, one.code) == ("rejected", written.traces[1], "AUDDIS-5")


@pytest.mark.parametrize(("code", "kind"), [("0", "ended"), ("1", "ended"), ("2", "ended"), ("B", "ended"),
                                            ("D", "ended"), ("E", "corrected"), ("R", "corrected")])  # fmt: skip
def test_an_instruction_that_its_bank_ended_or_changed_is_told_by_its_reference(code: str, kind: str) -> None:
    (one,) = GATEWAY.read(advices("A", code)).news
    assert (one.kind, one.trace, one.code, one.on) == (
        kind,
        "LENA000001",
        f"ADDACS-{code}",
        date(2026, 11, 26),
    )


def test_an_account_that_moved_comes_with_its_new_details() -> None:
    more = 'payer-new-sort-code="40-00-00" payer-new-account-number="87654321"'
    (one,) = GATEWAY.read(advices("A", "3", more=more)).news
    assert (one.kind, dict(one.corrected)) == ("corrected", {"routing": "40-00-00", "number": "87654321"})


def test_a_file_of_instructions_that_was_taken_says_nothing_more_and_one_that_was_not_is_refused() -> None:
    assert GATEWAY.read(advices("V", "")).news == []
    with pytest.raises(FileRefused, match="did not take the file"):
        GATEWAY.read(advices("R", ""))
    with pytest.raises(FileRefused, match="kind that is not known"):
        GATEWAY.read(advices("X", ""))


def test_a_claim_under_the_guarantee_is_for_a_person() -> None:
    report = (
        b"<VocaDocument><Data><Document><ServiceUserNumber>123456</ServiceUserNumber><NewAdvices>"
        b"<DateOfDebit>2026-12-01</DateOfDebit><DDICAdvice><ReasonCode>5</ReasonCode><SUReference>LENA000001"
        b"</SUReference><PayingBankReference>PB1</PayingBankReference><TotalAmount>2500.00</TotalAmount>"
        b"<ReasonCodeMeaning>No authority</ReasonCodeMeaning></DDICAdvice></NewAdvices></Document></Data>"
        b"</VocaDocument>"
    )
    (one,) = GATEWAY.read(report).news
    assert (one.kind, one.trace, one.code, one.amount_minor) == ("unknown", "LENA000001", "DDICA-5", 250_000)


@pytest.mark.parametrize(
    "content",
    [b"", b"UHL1 26363", b"<BACSDocument/>", b"<BACSDocument><Data><MessagingAdvices/></Data></BACSDocument>",
     b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'/>",
     b'<!DOCTYPE a [<!ENTITY a "b">]><BACSDocument/>'],
)  # fmt: skip
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(FileRefused):
        GATEWAY.read(content)


@given(st.integers(0, len(arudd(item())) - 1))
@settings(deadline=None, max_examples=100)
def test_a_report_cut_short_anywhere_is_refused(length: int) -> None:
    with pytest.raises(FileRefused):
        GATEWAY.read(arudd(item())[:length])


def test_the_same_report_twice_gives_the_same_names() -> None:
    assert GATEWAY.read(arudd(item())) == GATEWAY.read(arudd(item()))
