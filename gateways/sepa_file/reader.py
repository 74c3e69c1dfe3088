"""Read what the bank says about our debits: pain.002, camt.052, .053 and .054, and pacs.004.

A bank may tell the same return in three messages (a notice, the statement and the return itself). What happened to a
debit therefore has a name made of the debit and what happened, not of the message, so that it counts once. Entries of a
statement that are no debits of ours are left to the import of bank statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final
from xml.etree.ElementTree import Element

from domain.rules.bank_numbers import plain_number
from domain.words import N_, Money, Sentence, plain_money
from gateways.bank_xml import all_at, day_of, minor_of, name_of, namespace_of, one_at, parse, text_at
from gateways.files import FileReading, FileRefused, News, NewsKind, ReadKind
from gateways.sepa_file.creditor import Creditor
from gateways.sepa_file.writer import is_ours, number_of

_ISO: Final = "urn:iso:std:iso:20022:tech:xsd:"
# Transaction statuses of a pain.002. ACSC and ACCC say that money moved; the others before them, that it is under way.
_STATUS: Final[dict[str, NewsKind]] = {
    "RJCT": "rejected",
    "ACCP": "accepted",
    "ACSP": "accepted",
    "ACTC": "accepted",
    "ACWC": "accepted",
    "ACWP": "accepted",
    "RCVD": "accepted",
    "PDNG": "accepted",
    "ACSC": "settled",
    "ACCC": "settled",
}
# Families of direct debits in a statement's codes: collected by us, received; and what says that one went back.
_FAMILIES: Final = {"IDDT", "RDDT"}
_BACK: Final = {"UPDD", "PRDD", "RCDD"}


def read(content: bytes, creditor: Creditor) -> FileReading:
    """What the file says. Raises FileRefused for another kind of file, another account or one cut short."""
    root = parse(content)
    message = namespace_of(root).removeprefix(_ISO)
    reader = _READERS.get(message[:8])
    body = next(iter(root), None)
    if name_of(root) != "Document" or reader is None or body is None:
        raise FileRefused(Sentence(N_("This is not a file that a bank sends about SEPA debits.")))
    return reader(body, creditor)


def _status(body: Element, creditor: Creditor) -> FileReading:
    """A pain.002: what the bank took and what it did not."""
    message = text_at(body, "OrgnlGrpInfAndSts/OrgnlMsgId")
    if not text_at(body, "OrgnlGrpInfAndSts/OrgnlMsgNmId").startswith("pain.008") or not is_ours(message):
        raise FileRefused(Sentence(N_("This answers a file that was not made here.")))
    made_on = _made_on(body)
    news = [
        one for block in all_at(body, "OrgnlPmtInfAndSts") for one in _block_status(block, made_on, creditor)
    ]
    if not news and text_at(body, "OrgnlGrpInfAndSts/GrpSts") == "RJCT":
        code = _code(body, "OrgnlGrpInfAndSts/StsRsnInf")
        said = text_at(body, "OrgnlGrpInfAndSts/StsRsnInf/AddtlInf")
        news = [News(f"rejected:{message}", "rejected", message, made_on, code=code, text=said)]
    return _reading("status", body, made_on, news)


def _block_status(block: Element, made_on: date, creditor: Creditor) -> Iterator[News]:
    name = text_at(block, "OrgnlPmtInfId")
    told = list(all_at(block, "TxInfAndSts"))
    if not told and text_at(block, "PmtInfSts") == "RJCT":
        code, said = _code(block, "StsRsnInf"), text_at(block, "StsRsnInf/AddtlInf")
        yield News(f"rejected:{name}", "rejected", name, made_on, code=code, text=said)
    for one in told:
        _of_ours(one, "OrgnlTxRef/CdtrAcct/Id/IBAN", creditor)
        status = text_at(one, "TxSts") or text_at(block, "PmtInfSts")
        trace = text_at(one, "OrgnlEndToEndId")
        kind = _STATUS.get(status, "unknown")
        yield News(
            f"{kind}:{trace}", kind, trace, made_on,
            code=_code(one, "StsRsnInf") if kind == "rejected" else "",
            number=number_of(trace), text=text_at(one, "StsRsnInf/AddtlInf"),
        )  # fmt: skip


def _returns(body: Element, creditor: Creditor) -> FileReading:
    """A pacs.004: debits that went back after they had settled."""
    made_on = _made_on(body)
    news = []
    for one in all_at(body, "TxInf"):
        _of_ours(one, "OrgnlTxRef/CdtrAcct/Id/IBAN", creditor)
        trace = text_at(one, "OrgnlEndToEndId")
        amount, currency = _amount(one_at(one, "RtrdIntrBkSttlmAmt"))
        on = day_of(text_at(one, "IntrBkSttlmDt") or text_at(body, "GrpHdr/IntrBkSttlmDt")) or made_on
        news.append(_returned(trace, on, amount, currency, _code(one, "RtrRsnInf")))
    counted = text_at(body, "GrpHdr/NbOfTxs")
    if counted and counted != str(len(news)):
        raise FileRefused(
            Sentence(N_("The file says it has %(count)s entries, and has others."), {"count": counted})
        )
    return _reading("returns", body, made_on, news)


def _entries(kind: ReadKind, account: str) -> Callable[[Element, Creditor], FileReading]:
    """The reader of a camt: `account` is the element that speaks of one account (Stmt, Ntfctn, Rpt)."""

    def reader(body: Element, creditor: Creditor) -> FileReading:
        news: list[News] = []
        for part in all_at(body, account):
            if plain_number(text_at(part, "Acct/Id/IBAN")) != plain_number(creditor.iban):
                raise FileRefused(Sentence(N_("This file is about another account.")))
            for entry in all_at(part, "Ntry"):
                news += _entry(entry)
        return _reading(kind, body, _made_on(body), news)

    return reader


def _entry(entry: Element) -> Iterator[News]:
    """What one booked entry says about debits of ours; nothing for other entries and for those still pending."""
    if text_at(entry, "Sts/Cd", "Sts") != "BOOK":
        return
    on = day_of(text_at(entry, "BookgDt/Dt", "BookgDt/DtTm"))
    if on is None:
        raise FileRefused(Sentence(N_("An entry has no booking day.")))
    for one in all_at(entry, "NtryDtls/TxDtls"):
        trace = text_at(one, "Refs/EndToEndId")
        family = text_at(one, "BkTxCd/Domn/Fmly/Cd") or text_at(entry, "BkTxCd/Domn/Fmly/Cd")
        sub = text_at(one, "BkTxCd/Domn/Fmly/SubFmlyCd") or text_at(entry, "BkTxCd/Domn/Fmly/SubFmlyCd")
        ours = number_of(trace) is not None
        told = one_at(one, "RtrInf") is not None
        if not ours and family not in _FAMILIES:
            continue
        debit = (text_at(one, "CdtDbtInd") or text_at(entry, "CdtDbtInd")) == "DBIT"
        # A return may be booked with its charges: what was taken back is the amount of the debit itself.
        places = ("AmtDtls/InstdAmt/Amt", "AmtDtls/TxAmt/Amt", "Amt")
        amount, currency = _amount(*(one_at(one, place) for place in places), one_at(entry, "Amt"))
        if debit and (told or sub in _BACK or ours):
            yield _returned(trace, on, amount, currency, _code(one, "RtrInf"))
        elif not debit and ours and not told:
            yield News(
                f"settled:{trace}", "settled", trace, on, amount, currency, number=number_of(trace)
            )  # fmt: skip


def _returned(trace: str, on: date, amount: int, currency: str, code: str) -> News:
    number = number_of(trace)
    return News(f"returned:{trace}", "returned", trace, on, amount, currency, code or "MS03", number)


def _of_ours(element: Element, path: str, creditor: Creditor) -> None:
    """Refuse what names another creditor's account; many messages name none."""
    named = text_at(element, path)
    if named and plain_number(named) != plain_number(creditor.iban):
        raise FileRefused(Sentence(N_("This file is about another account.")))


def _amount(*candidates: Element | None) -> tuple[int, str]:
    """The first amount that is there, in minor units, and its currency. Raises FileRefused without any."""
    found = next((one for one in candidates if one is not None), None)
    if found is None:
        raise FileRefused(Sentence(N_("An entry has no amount.")))
    currency = found.get("Ccy") or ""
    if currency != "EUR":
        raise FileRefused(Sentence(N_("SEPA debits are in euros only.")))
    return minor_of((found.text or "").strip(), currency), currency


def _code(element: Element, path: str) -> str:
    return text_at(element, f"{path}/Rsn/Cd", f"{path}/Rsn/Prtry").upper()[:35]


def _made_on(body: Element) -> date:
    made_on = day_of(text_at(body, "GrpHdr/CreDtTm"))
    if made_on is None:
        raise FileRefused(Sentence(N_("The file does not say when it was made.")))
    return made_on


def _reading(kind: ReadKind, body: Element, made_on: date, news: list[News]) -> FileReading:
    total = sum(one.amount_minor for one in news if one.kind == "returned")
    returned = sum(one.kind == "returned" for one in news)
    control = f"{len(news)} entries, {returned} returned: {plain_money(Money(total, 'EUR'))}"
    return FileReading(kind, text_at(body, "GrpHdr/MsgId"), made_on, news, control)


_READERS: Final[dict[str, Callable[[Element, Creditor], FileReading]]] = {
    "pain.002": _status,
    "pacs.004": _returns,
    "camt.052": _entries("statement", "Rpt"),
    "camt.053": _entries("statement", "Stmt"),
    "camt.054": _entries("mixed", "Ntfctn"),
}
