"""OFX, as banks let one download it: 1.x (SGML, where a value needs no end tag) and 2.x (XML). Own small reader.

Source: Open Financial Exchange 1.6 and 2.2, chapter 11 (statement download). One reader serves both forms: what is
read is a tree of tags, and an element that was never closed held a value or was empty. Entities are the five of XML and
character numbers; a document type or entity of one's own is refused, so nothing can be made to grow.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

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

_TOKEN = re.compile(
    r"<!\[CDATA\[(?P<data>.*?)\]\]>|<!--.*?-->|<\?.*?\?>|<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9.]*)\s*(?P<empty>/?)>"
    r"|(?P<text>[^<]+)|(?P<bad><)",
    re.DOTALL,
)
_BEGIN = re.compile(r"<OFX>", re.IGNORECASE)
_OWN_WORDS = re.compile(r"<!(?:DOCTYPE|ENTITY|ELEMENT)", re.IGNORECASE)
MOST_DEPTH = 40
MOST_VALUE = 10_000
"""The longest value, in letters; no bank tells so much of one movement."""


@dataclass(slots=True)
class Node:
    """An element: its name in capitals, its value, the elements in it."""

    name: str
    value: str = ""
    inner: list[Node] = field(default_factory=list)

    def first(self, *path: str) -> Node | None:
        """The first element under this path of names, None where there is none."""
        found: Node | None = self
        for name in path:
            found = next((one for one in found.inner if one.name == name), None) if found else None
        return found

    def text(self, *path: str) -> str:
        found = self.first(*path)
        return found.value.strip() if found else ""

    def all(self, *names: str) -> Iterator[Node]:
        """Every element below, at any depth, with one of these names."""
        for one in self.inner:
            if one.name in names:
                yield one
            yield from one.all(*names)


def looks_like_ofx(text: str) -> bool:
    """Whether the beginning of a file says that it is OFX."""
    head = text[:4000].lstrip("\ufeff \t\r\n")
    return (
        head.upper().startswith(("OFXHEADER", "<OFX>"))
        or "<?OFX" in head.upper()
        or bool(_BEGIN.search(head))
    )


def read_ofx(text: str) -> list[StatementData]:
    """Every bank or card statement in the file. Raises Refused for a file cut short, foreign or not readable."""
    if _OWN_WORDS.search(text):
        raise Refused(
            Sentence(N_("This file defines words of its own, which no bank does. It was not read.")), "file"
        )
    begin = _BEGIN.search(text)
    if begin is None:
        raise Refused(Sentence(N_("This is not an OFX file: the mark <OFX> is missing.")), "file")
    root = _tree(text[begin.start() :])
    for status in root.all("STATUS"):
        if status.text("SEVERITY").upper() == "ERROR":
            words = N_(
                "The bank says that this download went wrong: %(message)s (%(code)s). Download it again."
            )
            said = clean(status.text("MESSAGE"), 80) or "ERROR"
            raise Refused(Sentence(words, {"message": said, "code": status.text("CODE")[:12]}), "file")
    found = [_statement(one) for one in root.all("STMTRS", "CCSTMTRS")]
    if not found:
        raise Refused(Sentence(N_("There is no statement of an account in this OFX file.")), "file")
    return found


def _tree(text: str) -> Node:
    """The elements below <OFX>, which must be closed: else the file was cut short."""
    root = Node("")
    open_: list[Node] = [root]
    for token in _TOKEN.finditer(text):
        if token["bad"]:
            raise _broken() if ">" in text[token.start() :] else _cut()
        if token["name"] is None:
            if token["data"] is not None or token["text"] is not None:
                piece = token["data"] if token["data"] is not None else _unescaped(token["text"])
                if piece.strip():
                    open_[-1].value += piece
                if len(open_[-1].value) > MOST_VALUE:
                    raise _broken()
            continue
        name = token["name"].upper()
        if token["end"]:
            _close(open_, name)
        else:
            # A value ends where the next tag begins.
            if open_[-1].value and len(open_) > 1:
                _close(open_, open_[-1].name)
            node = Node(name)
            open_[-1].inner.append(node)
            if not token["empty"]:
                open_.append(node)
            if len(open_) > MOST_DEPTH:
                raise _broken()
        if len(open_) == 1:
            if text[token.end() :].strip():
                words = N_(
                    "After its end the file goes on: it holds more than one download. Hand them in one by one."
                )
                raise Refused(Sentence(words), "file")
            return root.inner[0]
    raise _cut()


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError as error:  # the number of a character with thousands of digits
        raise _broken() from error


def _close(open_: list[Node], name: str) -> None:
    """Close the innermost element of this name. What was opened in it and never closed was an empty value."""
    if all(node.name != name for node in open_[1:]):
        # An end tag of a value that the next tag had ended already.
        return
    while True:
        node = open_.pop()
        if node.name == name:
            return
        open_[-1].inner.extend(node.inner)
        node.inner = []


def _cut() -> Refused:
    return Refused(Sentence(N_("The file ends in the middle. Download it again.")), "file")


def _broken() -> Refused:
    return Refused(Sentence(N_("This file is damaged: its tags do not fit together.")), "file")


def _statement(node: Node) -> StatementData:
    currency = node.text("CURDEF").upper()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise Refused(Sentence(N_("The statement does not say its currency.")), "file")
    listed = node.first("BANKTRANLIST")
    lines = tuple(_line(one, currency) for one in listed.inner if one.name == "STMTTRN") if listed else ()
    start, end = (listed.text("DTSTART"), listed.text("DTEND")) if listed else ("", "")
    closing_text, as_of = node.text("LEDGERBAL", "BALAMT"), node.text("LEDGERBAL", "DTASOF")
    first, last = days_of(lines, _day(start) if start else None, _day(end or as_of) if end or as_of else None)
    # A balance of a later day than the lines go to holds what came between: it is not the end of these lines.
    closing = (
        exact_amount(closing_text, currency) if closing_text and (not as_of or _day(as_of) <= last) else None
    )
    account = node.text("BANKACCTFROM", "ACCTID") or node.text("CCACCTFROM", "ACCTID")
    return StatementData(
        account=clean(account, 40),
        currency=currency,
        first_on=first,
        last_on=last,
        lines=lines,
        closing_minor=closing,
    )


def _line(node: Node, currency: str) -> StatementLine:
    own = node.text("CURRENCY", "CURSYM").upper()
    if own and own != currency:
        words = N_("A line is in %(own)s, the statement in %(currency)s.")
        raise Refused(Sentence(words, {"own": own[:3], "currency": currency}), "file")
    name = node.text("NAME") or node.text("PAYEE", "NAME")
    check = node.text("CHECKNUM")
    booked = node.text("DTPOSTED")
    available = node.text("DTAVAIL")
    return StatementLine(
        booked_on=_day(booked),
        amount_minor=exact_amount(node.text("TRNAMT"), currency),
        name=clean(name, MOST_NAME),
        text=clean(" ".join(part for part in (node.text("MEMO"), node.text("REFNUM")) if part), MOST_TEXT),
        bank_ref=clean(node.text("FITID"), MOST_REF),
        value_on=_day(available) if available else None,
        check_number="" if not check.strip("0") else clean(check, 20),
    )


def _day(text: str) -> date:
    """The bank's local day of `20090401122017.000[-5:EST]`: its first eight digits."""
    digits = text.strip()[:8]
    try:
        if not (digits.isascii() and digits.isdigit() and len(digits) == 8):
            raise ValueError
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as error:
        words = N_("%(text)s is not a day of an OFX file.")
        raise Refused(Sentence(words, {"text": clean(text, 24)}), "file") from error
