"""CAMT.053, the bank statement of ISO 20022, in any of its versions (camt.053.001.02 to .13).

Source: ISO 20022 message definition report "Bank-to-Customer Cash Management"; schemas camt.053.001.02, .04 and .08.
Read by defusedxml: a document type, an entity or a reference to the outside is refused. Entries that are not booked yet
are left out with a note. An entry is one line, also where it holds many transactions: that is what the bank moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from domain.banking.statement import (
    MOST_NAME,
    MOST_REF,
    MOST_TEXT,
    StatementData,
    StatementLine,
    clean,
    days_of,
    exact_amount,
)
from domain.words import N_, Refused, Sentence

_SPACE = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.[0-9]{3}\.[0-9]{3}\.[0-9]{2})\}")
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_NOT_GIVEN = ("NOTPROVIDED", "NOTAVAILABLE", "")
MOST_TEXTS = 8
_OTHER = {
    "camt.052": N_(
        "This is a report within the day (camt.052). Hand in the statement of the day (camt.053)."
    ),
    "camt.054": N_(
        "This is a notice of debits and credits (camt.054). Hand it in with the files from the bank."
    ),
    "pain.002": N_(
        "This is the bank's answer to a file of ours (pain.002). Hand it in with the files from the bank."
    ),
    "pain.008": N_("This is a file of debits for the bank (pain.008), not a statement."),
    "pain.001": N_("This is a file of transfers for the bank (pain.001), not a statement."),
}


def looks_like_camt(head: bytes) -> bool:
    """Whether the beginning of a file says that it is a message of ISO 20022."""
    return b"iso:20022:tech:xsd:" in head.replace(b"\0", b"")


def read_camt053(content: bytes) -> list[StatementData]:
    """Every statement in the message. Raises Refused for another message, a damaged file, or words of its own."""
    try:
        document = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        words = N_("This file defines words of its own, which no bank does. It was not read.")
        raise Refused(Sentence(words), "file") from error
    except (ParseError, ValueError, LookupError) as error:
        words = N_("This XML file is damaged or ends in the middle. Download it again.")
        raise Refused(Sentence(words), "file") from error
    space = _SPACE.match(document.tag)
    message = space.group(1)[:8] if space else ""
    if message != "camt.053":
        raise Refused(
            Sentence(_OTHER.get(message, N_("This XML file is not a bank statement (camt.053)."))), "file"
        )
    found = [_statement(one) for one in _all(document, "BkToCstmrStmt", "Stmt")]
    if not found:
        raise Refused(Sentence(N_("There is no statement of an account in this file.")), "file")
    return found


def _local(node: Any) -> str:
    return str(node.tag).rpartition("}")[2]


def _all(node: Any, *path: str) -> Iterator[Any]:
    """The elements under this path of names, whatever the version's namespace."""
    if not path:
        yield node
        return
    for inner in node:
        if _local(inner) == path[0]:
            yield from _all(inner, *path[1:])


def _first(node: Any, *path: str) -> Any:
    return next(_all(node, *path), None)


def _text(node: Any, *path: str) -> str:
    found = _first(node, *path)
    return (found.text or "").strip() if found is not None else ""


def _statement(node: Any) -> StatementData:
    account = _text(node, "Acct", "Id", "IBAN") or _text(node, "Acct", "Id", "Othr", "Id")
    amounts = {entry.get("Ccy", "") for entry in _all(node, "Ntry", "Amt")}
    balances = {_text(one, "Tp", "CdOrPrtry", "Cd"): one for one in _all(node, "Bal")}
    opening = next((balances[code] for code in _OPENING if code in balances), None)
    closing = next((balances[code] for code in _CLOSING if code in balances), None)
    currency = _text(node, "Acct", "Ccy") or _balance_currency(closing if closing is not None else opening)
    if not currency:
        currency = min(amounts, default="")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise Refused(Sentence(N_("The statement does not say its currency.")), "file")
    lines, waiting = [], 0
    for entry in _all(node, "Ntry"):
        if (_text(entry, "Sts", "Cd") or _text(entry, "Sts")) == "BOOK":
            lines.append(_line(entry, currency))
        else:
            waiting += 1
    start, end = _text(node, "FrToDt", "FrDtTm"), _text(node, "FrToDt", "ToDtTm")
    first, last = days_of(lines, *_said_days(start, end, opening, closing))
    return StatementData(
        account=clean(account.replace(" ", ""), 40),
        currency=currency,
        first_on=first,
        last_on=last,
        lines=tuple(lines),
        opening_minor=_signed(opening, currency) if opening is not None else None,
        closing_minor=_signed(closing, currency) if closing is not None else None,
        statement_ref=clean(_text(node, "Id"), 60),
        notes=tuple(_notes(node, waiting)),
    )


def _said_days(start: str, end: str, opening: Any, closing: Any) -> tuple[date | None, date | None]:
    """The days a statement names: its period, else those of its balances. An opening balance is often of the evening
    before, so it does not make the statement begin.
    """
    of_closing = _day(closing, "Dt") if closing is not None else None
    if closing is None and opening is not None:
        of_closing = _day(opening, "Dt")
    return (
        _iso_day(start) if start and not of_closing else None,
        of_closing or (_iso_day(end) if end else None),
    )


def _notes(node: Any, waiting: int) -> Iterator[Sentence]:
    if waiting:
        yield Sentence(
            N_("Lines that the bank has not booked yet were left out: %(count)s."), {"count": waiting}
        )
    if _text(node, "StmtPgntn", "LastPgInd") == "false" or _text(node, "MsgPgntn", "LastPgInd") == "false":
        yield Sentence(N_("This statement has more pages. Hand in the others as well."))


def _balance_currency(balance: Any) -> str:
    amount = _first(balance, "Amt") if balance is not None else None
    return str(amount.get("Ccy", "")) if amount is not None else ""


def _signed(node: Any, currency: str) -> int:
    """The amount of a balance or an entry: a credit is money that came."""
    amount = _first(node, "Amt")
    own = amount.get("Ccy", "") if amount is not None else ""
    if own != currency:
        words = N_("A balance or line is in %(own)s, the statement in %(currency)s.")
        raise Refused(Sentence(words, {"own": clean(own, 3) or "?", "currency": currency}), "file")
    minor = exact_amount(amount.text or "", currency)
    mark = _text(node, "CdtDbtInd")
    if mark not in ("CRDT", "DBIT") or minor < 0:
        raise Refused(Sentence(N_("An amount does not say whether money came or went.")), "file")
    return minor if mark == "CRDT" else -minor


def _line(entry: Any, currency: str) -> StatementLine:
    minor = _signed(entry, currency)
    details = list(_all(entry, "NtryDtls", "TxDtls"))
    other = "Dbtr" if minor >= 0 else "Cdtr"
    names = [name for one in details if (name := _party(one, other))]
    texts = [text for one in details[:MOST_TEXTS] for text in _told(one)] or [_text(entry, "AddtlNtryInf")]
    ref = _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
    booked = _day(entry, "BookgDt") or _day(entry, "ValDt")
    if booked is None:
        raise Refused(Sentence(N_("A line has no day.")), "file")
    return StatementLine(
        booked_on=booked,
        amount_minor=minor,
        name=clean(names[0] if len(set(names)) == 1 else "", MOST_NAME),
        text=clean(" ".join(dict.fromkeys(text for text in texts if text)), MOST_TEXT),
        bank_ref=clean(ref, MOST_REF),
        value_on=_day(entry, "ValDt"),
        check_number=clean(next((_text(one, "Refs", "ChqNb") for one in details), ""), 20),
    )


def _party(details: Any, role: str) -> str:
    """The name of the other side: `Nm` under the party, or under `Pty` from version 8 on."""
    return _text(details, "RltdPties", role, "Nm") or _text(details, "RltdPties", role, "Pty", "Nm")


def _told(details: Any) -> Iterator[str]:
    for one in _all(details, "RmtInf", "Ustrd"):
        yield (one.text or "").strip()
    for one in _all(details, "RmtInf", "Strd", "CdtrRefInf", "Ref"):
        yield (one.text or "").strip()
    end_to_end = _text(details, "Refs", "EndToEndId")
    if end_to_end.upper() not in _NOT_GIVEN:
        yield end_to_end


def _day(node: Any, name: str) -> date | None:
    said = _text(node, name, "Dt") or _text(node, name, "DtTm")
    return _iso_day(said) if said else None


def _iso_day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        words = N_("%(text)s is not a day.")
        raise Refused(Sentence(words, {"text": clean(text, 24)}), "file") from error
