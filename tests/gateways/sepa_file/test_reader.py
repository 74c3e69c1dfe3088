"""What banks send about our debits, read once each; files of others, cut short or made to harm are refused.

The shapes are those of the messages of mock-bank 0.9.0 and of the ISO 20022 samples, typed anew.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.files import FileRefused
from tests.gateways.sepa_file.conftest import CREDITOR, GATEWAY

ISO = "urn:iso:std:iso:20022:tech:xsd:"


def document(message: str, body: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{ISO}{message}">{body}</Document>'.encode()
    )


def header(name: str = "MB-1") -> str:
    return f"<GrpHdr><MsgId>{name}</MsgId><CreDtTm>2026-12-01T06:00:00+01:00</CreDtTm></GrpHdr>"


def status(
    told: str, original: str = "DBfile-1", kind: str = "pain.008.001.08", group: str = "PART"
) -> bytes:
    group_status = (
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{original}</OrgnlMsgId><OrgnlMsgNmId>{kind}</OrgnlMsgNmId>"
        f"<GrpSts>{group}</GrpSts></OrgnlGrpInfAndSts>"
    )
    return document("pain.002.001.10", f"<CstmrPmtStsRpt>{header()}{group_status}{told}</CstmrPmtStsRpt>")


def told(trace: str, state: str, code: str = "") -> str:
    reason = f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn><AddtlInf>why</AddtlInf></StsRsnInf>" if code else ""
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{trace}</OrgnlEndToEndId><TxSts>{state}</TxSts>{reason}</TxInfAndSts>"
    )


def block(*lines: str) -> str:
    return f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>DBfile-1-1</OrgnlPmtInfId>{''.join(lines)}</OrgnlPmtInfAndSts>"


def entry(
    trace: str, sign: str = "DBIT", amount: str = "50.00", code: str = "MD06", booked: str = "<Cd>BOOK</Cd>",
    family: str = "IDDT", sub: str = "UPDD", details: str = "",
) -> str:  # fmt: skip
    returned = f"<RtrInf><Rsn><Cd>{code}</Cd></Rsn></RtrInf>" if code else ""
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts>{booked}</Sts>'
        f"<BookgDt><Dt>2026-12-01</Dt></BookgDt><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd>"
        f"<SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs>"
        f'<EndToEndId>{trace}</EndToEndId></Refs><Amt Ccy="EUR">{amount}</Amt>'
        f"<CdtDbtInd>{sign}</CdtDbtInd>{details}{returned}</TxDtls></NtryDtls></Ntry>"
    )


def notice(*entries: str, iban: str = CREDITOR.iban, message: str = "camt.054.001.08") -> bytes:
    outer, part = {
        "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
        "camt.053": ("BkToCstmrStmt", "Stmt"),
        "camt.052": ("BkToCstmrAcctRpt", "Rpt"),
    }[message[:8]]
    account = f"<Acct><Id><IBAN>{iban}</IBAN></Id></Acct>"
    return document(
        message, f"<{outer}>{header()}<{part}><Id>1</Id>{account}{''.join(entries)}</{part}></{outer}>"
    )


def returned(
    trace: str = "DB101", amount: str = "50.00", code: str = "MD06", iban: str = CREDITOR.iban
) -> bytes:
    entry = (
        f"<TxInf><RtrId>R-1</RtrId><OrgnlEndToEndId>{trace}</OrgnlEndToEndId>"
        f'<RtrdIntrBkSttlmAmt Ccy="EUR">{amount}</RtrdIntrBkSttlmAmt><IntrBkSttlmDt>2026-12-01</IntrBkSttlmDt>'
        f"<RtrRsnInf><Rsn><Cd>{code}</Cd></Rsn></RtrRsnInf>"
        f"<OrgnlTxRef><CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct></OrgnlTxRef></TxInf>"
    )
    head = header().replace("</GrpHdr>", "<NbOfTxs>1</NbOfTxs></GrpHdr>")
    return document("pacs.004.001.09", f"<PmtRtr>{head}{entry}</PmtRtr>")


def test_a_status_report_says_which_debits_were_taken_and_which_not() -> None:
    reading = GATEWAY.read(status(block(told("DB101", "ACCP"), told("DB102", "RJCT", "AM04"))))
    assert (reading.kind, reading.file_ref, reading.made_on) == ("status", "MB-1", date(2026, 12, 1))
    assert [(one.kind, one.number, one.code) for one in reading.news] == [
        ("accepted", 101, ""),
        ("rejected", 102, "AM04"),
    ]


def test_a_file_rejected_as_a_whole_is_told_by_the_files_name() -> None:
    reading = GATEWAY.read(status("", group="RJCT"))
    assert [(one.kind, one.trace, one.number) for one in reading.news] == [("rejected", "DBfile-1", None)]


def test_a_block_rejected_as_a_whole_is_told_by_the_blocks_name() -> None:
    reading = GATEWAY.read(status(block("<PmtInfSts>RJCT</PmtInfSts>")))
    assert [(one.kind, one.trace) for one in reading.news] == [("rejected", "DBfile-1-1")]


def test_a_notice_of_a_return_says_which_debit_why_when_and_how_much() -> None:
    (one,) = GATEWAY.read(notice(entry("DB101"))).news
    assert (one.kind, one.number, one.code, one.on) == ("returned", 101, "MD06", date(2026, 12, 1))
    assert (one.amount_minor, one.currency) == (5_000, "EUR")


def test_the_same_return_told_in_three_messages_is_one_thing_that_happened() -> None:
    files = [returned(), notice(entry("DB101")), notice(entry("DB101"), message="camt.053.001.02")]
    assert {one.id for file in files for one in GATEWAY.read(file).news} == {"returned:DB101"}


def test_a_credit_for_our_debit_says_that_it_settled() -> None:
    (one,) = GATEWAY.read(notice(entry("DB101", "CRDT", code="", sub="ESDD"))).news
    assert (one.kind, one.number, one.amount_minor) == ("settled", 101, 5_000)


def test_a_return_booked_with_its_charges_takes_back_the_amount_of_the_debit() -> None:
    inner = '<AmtDtls><InstdAmt><Amt Ccy="EUR">50.00</Amt></InstdAmt></AmtDtls>'
    (one,) = GATEWAY.read(notice(entry("DB101", amount="53.50", details=inner))).news
    assert one.amount_minor == 5_000


def test_older_messages_write_the_state_of_an_entry_without_a_code_element() -> None:
    assert GATEWAY.read(notice(entry("DB101", booked="BOOK"), message="camt.053.001.02")).news


def test_entries_still_pending_and_other_peoples_transfers_say_nothing_of_our_debits() -> None:
    others = [
        entry("DB101", booked="<Cd>PDNG</Cd>"),
        entry("INV-7", "CRDT", code="", family="RCDT", sub="ESCT"),
        entry("NOTPROVIDED", "DBIT", code="", family="ICDT", sub="ESCT"),
    ]
    assert GATEWAY.read(notice(*others)).news == []


def test_a_returned_debit_that_was_not_sent_here_is_told_without_a_number() -> None:
    (one,) = GATEWAY.read(notice(entry("OLD-SYSTEM-7"))).news
    assert (one.kind, one.number, one.trace) == ("returned", None, "OLD-SYSTEM-7")


def test_a_file_about_another_account_is_refused() -> None:
    other = "NL57MOCK0000000004"
    for file in (notice(entry("DB101"), iban=other), returned(iban=other)):
        with pytest.raises(FileRefused, match="another account"):
            GATEWAY.read(file)


def test_an_answer_to_a_file_that_was_not_made_here_is_refused() -> None:
    for file in (status("", original="ACME-1"), status("", kind="pain.001.001.09")):
        with pytest.raises(FileRefused, match="not made here"):
            GATEWAY.read(file)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"5225 LENA LETS",
        b"<Document/>",
        document("pain.001.001.09", "<CstmrCdtTrfInitn/>"),
        document("camt.054.001.08", ""),
        b"<Document xmlns='urn:other'><a/></Document>",
    ],
)
def test_other_files_are_refused(file: bytes) -> None:
    with pytest.raises(FileRefused):
        GATEWAY.read(file)


@given(st.integers(0, len(notice(entry("DB101"))) - 1))
@settings(deadline=None, max_examples=100)
def test_a_file_cut_short_anywhere_is_refused(length: int) -> None:
    with pytest.raises(FileRefused):
        GATEWAY.read(notice(entry("DB101"))[:length])


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=100)
def test_bytes_that_are_no_file_are_refused(content: bytes) -> None:
    with pytest.raises(FileRefused):
        GATEWAY.read(content)


def test_a_file_that_declares_entities_or_fetches_something_is_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    outside = b'<!DOCTYPE a SYSTEM "file:///etc/passwd">'
    for declared in (bomb, outside):
        with pytest.raises(FileRefused, match="entities"):
            GATEWAY.read(b'<?xml version="1.0"?>' + declared + b"<Document>&b;</Document>")


@pytest.mark.parametrize("amount", ["50,00", "-50.00", "1e3", "NaN", "", "50.005", "\u0665\u0660"])
def test_an_amount_that_is_none_is_refused(amount: str) -> None:
    with pytest.raises(FileRefused, match="not an amount|is not"):
        GATEWAY.read(returned(amount=amount))


def test_another_number_of_entries_than_the_file_says_is_refused() -> None:
    with pytest.raises(FileRefused, match="says it has 2"):
        GATEWAY.read(returned().replace(b"<NbOfTxs>1", b"<NbOfTxs>2"))
    with pytest.raises(FileRefused, match="euros"):
        GATEWAY.read(returned().replace(b'Ccy="EUR"', b'Ccy="USD"'))


def test_the_same_file_twice_gives_the_same_names() -> None:
    file = status(block(told("DB101", "ACCP"), told("DB102", "RJCT", "MD01")))
    assert GATEWAY.read(file) == GATEWAY.read(file)
