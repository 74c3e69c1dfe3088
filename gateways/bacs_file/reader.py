"""Read the reports of Bacs: ARUDD (debits that came back), ADDACS (instructions that banks ended or changed), AUDDIS
(instructions that were not taken) and DDICA (claims under the Guarantee).

Their XML carries no number of ours: a debit is named by its instruction, the day it was processed and its amount. Names
of elements and attributes follow reports as service users have published them (newbacs-advices.xsd is not public), so
what is not as expected is refused or told as unknown, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final
from xml.etree.ElementTree import Element

from domain.rules.business_days import next_business_day
from domain.words import N_, Money, Sentence, plain_money
from gateways.bacs_codes import BACS_REASONS
from gateways.bacs_file.service_user import ServiceUser
from gateways.bacs_file.writer import debit_trace, nth
from gateways.bank_xml import all_at, day_of, minor_of, name_of, one_at, parse, text_at
from gateways.files import FileReading, FileRefused, News, ReadKind

# Reports of today write a number of four digits and these words; older ones the letter itself.
_ARUDD_WORDS: Final = {
    "REFER TO PAYER": "0",
    "INSTRUCTION CANCELLED": "1",
    "INSTRUCTION CANCELLED BY PAYER": "1",
    "PAYER DECEASED": "2",
    "ACCOUNT TRANSFERRED": "3",
    "ADVANCE NOTICE DISPUTED": "4",
    "NO ACCOUNT": "5",
    "NO INSTRUCTION": "6",
    "AMOUNT DIFFERS": "7",
    "AMOUNT NOT YET DUE": "8",
    "PRESENTATION OVERDUE": "9",
    "SERVICE USER DIFFERS": "A",
    "ORIGINATOR DIFFERS": "A",
    "ACCOUNT CLOSED": "B",
}
_MOVED: Final = frozenset({"3", "C"})
_RESTORED: Final = frozenset({"E", "R"})


def read(content: bytes, user: ServiceUser) -> FileReading:
    """What the report says. Raises FileRefused for another kind of file, another service user or one cut short."""
    root = parse(content)
    if name_of(root) == "BACSDocument":
        if (arudd := one_at(root, "Data/ARUDD")) is not None:
            return _unpaid(arudd, user)
        if (advices := one_at(root, "Data/MessagingAdvices")) is not None:
            return _advices(advices, user)
    if name_of(root) == "VocaDocument" and (claims := one_at(root, "Data/Document")) is not None:
        return _claims(claims, user)
    raise FileRefused(Sentence(N_("This is not a report that Bacs sends about direct debits.")))


def _unpaid(report: Element, user: ServiceUser) -> FileReading:
    """An ARUDD: each item is a debit that its payer's bank did not pay; our account loses it the next working day."""
    _of_ours(_attribute(report, "ServiceLicenseInformation", "userNumber"), user)
    processed_on = _day(_attribute(report, "Header", "currentProcessingDate"))
    on = next_business_day(processed_on, 1, "GB")
    news: list[News] = []
    names: dict[str, int] = {}
    for account in all_at(report, "Advice/OriginatingAccountRecords/OriginatingAccountRecord"):
        items = [_item(item, on, names) for item in all_at(account, "ReturnedDebitItem")]
        _adds_up(account, items)
        news += items
    name = f"ARUDD {_attribute(report, 'Header', 'adviceNumber')} {processed_on}"
    return _reading("returns", name, processed_on, news)


def _item(item: Element, on: date, names: dict[str, int]) -> News:
    if item.get("currency") != "GBP":
        raise FileRefused(Sentence(N_("UK direct debits are in pounds only.")))
    amount = minor_of(item.get("valueOf", ""), "GBP")
    trace = debit_trace(_plain(item.get("ref", "")), _day(item.get("originalProcessingDate", "")), amount)
    names[trace] = names.get(trace, 0) + 1
    trace = nth(trace, names[trace])
    said = item.get("returnDescription", "").strip()
    code = _arudd_code(item.get("returnCode", "").strip(), said)
    return News(f"returned:{trace}", "returned", trace, on, amount, "GBP", code, text=said)


def _arudd_code(code: str, said: str) -> str:
    letter = code if f"ARUDD-{code}" in BACS_REASONS else _ARUDD_WORDS.get(said.upper(), "")
    return f"ARUDD-{letter or code or '?'}"[:16]


def _adds_up(account: Element, items: list[News]) -> None:
    """Refuse a report whose totals are not those of its items."""
    totals = one_at(account, "Totals")
    if totals is None:
        return
    value = minor_of(totals.get("valueOf", ""), "GBP")
    if totals.get("numberOf") != str(len(items)) or value != sum(one.amount_minor for one in items):
        raise FileRefused(Sentence(N_("The totals of the report are not those of its items.")))


def _advices(report: Element, user: ServiceUser) -> FileReading:
    """An ADDACS (records of type A) or AUDDIS report (N and D: not taken; V: all of the file was)."""
    header = one_at(report, "MessagingHeader")
    if header is not None and header.get("user-number"):
        _of_ours(header.get("user-number", ""), user)
    news = [one for advice in all_at(report, "MessagingAdvice") for one in _advice(advice, user)]
    if not news and not list(all_at(report, "MessagingAdvice")):
        raise FileRefused(Sentence(N_("The report has no advice in it.")))
    made_on = max((one.on for one in news), default=None)
    kind: ReadKind = "corrections" if any(one.kind != "rejected" for one in news) else "status"
    return _reading(kind, header.get("advice-number", "") if header is not None else "", made_on, news)


def _advice(advice: Element, user: ServiceUser) -> Iterator[News]:
    _of_ours(advice.get("user-number", ""), user)
    kind, reason = advice.get("record-type", ""), advice.get("reason-code", "").strip()
    if kind == "V":
        return
    if kind == "R":
        raise FileRefused(
            Sentence(N_("Bacs did not take the file of instructions. Look at the report for the reason."))
        )
    ref = _plain(advice.get("reference", ""))
    on = _day(advice.get("effective-date", "") or advice.get("due-date", ""))
    if kind in ("N", "D"):
        yield News(f"rejected:{ref}:{on}", "rejected", ref, on, code=f"AUDDIS-{reason}"[:16])
    elif kind == "A":
        moved = {
            "routing": advice.get("payer-new-sort-code", "").strip(),
            "number": advice.get("payer-new-account-number", "").strip(),
        }
        corrected = {name: value for name, value in moved.items() if value} if reason in _MOVED else {}
        ended = reason not in _MOVED | _RESTORED
        yield News(
            f"{'ended' if ended else 'corrected'}:{ref}:{on}:{reason}", "ended" if ended else "corrected",
            ref, on, code=f"ADDACS-{reason}"[:16], corrected=corrected,
        )  # fmt: skip
    else:
        raise FileRefused(
            Sentence(N_("The report has a record of a kind that is not known: %(kind)s."), {"kind": kind})
        )


def _claims(report: Element, user: ServiceUser) -> FileReading:
    """A DDICA: a claim may gather several debits of an instruction, so a person says which they are."""
    _of_ours(text_at(report, "ServiceUserNumber"), user)
    news = []
    on: date | None = None
    for part in all_at(report, "NewAdvices"):
        on = _day(text_at(part, "DateOfDebit"))
        for claim in all_at(part, "DDICAdvice"):
            ref, name = _plain(text_at(claim, "SUReference")), text_at(claim, "PayingBankReference")
            amount = minor_of(text_at(claim, "TotalAmount"), "GBP")
            code = f"DDICA-{text_at(claim, 'ReasonCode')}"[:16]
            said = text_at(claim, "ReasonCodeMeaning")
            news.append(
                News(f"claimed:{name}:{ref}:{on}", "unknown", ref, on, amount, "GBP", code, text=said)
            )
    return _reading("returns", text_at(report, "ReportNumber"), on, news)


def _attribute(element: Element, path: str, name: str) -> str:
    found = one_at(element, path)
    return found.get(name, "").strip() if found is not None else ""


def _plain(ref: str) -> str:
    return "".join(char for char in ref.upper() if char.isalnum())[:18]


def _day(text: str) -> date:
    found = day_of(text)
    if found is None:
        raise FileRefused(Sentence(N_("The report does not say on which day.")))
    return found


def _of_ours(number: str, user: ServiceUser) -> None:
    if number != user.number:
        raise FileRefused(Sentence(N_("This report is about another service user.")))


def _reading(kind: ReadKind, ref: str, made_on: date | None, news: list[News]) -> FileReading:
    total = sum(one.amount_minor for one in news)
    control = f"{len(news)} items: {plain_money(Money(total, 'GBP'))}"
    return FileReading(kind, ref, made_on, news, control)
