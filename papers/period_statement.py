"""The statement of a month or a year on paper: what was owed, what happened, what is owed, and how to pay it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import segno

from domain.words import Money, Sentence
from papers.press import LONGEST_WORD, breakable, frame, print_pdf
from papers.voice import Voice

Text = str | Sentence


@dataclass(frozen=True, slots=True)
class PeriodPaper:
    """One statement. Amounts are minor units of `currency`; `rows` begin with the opening balance, payments are below
    zero, and they sum to `closing_minor`. `lines` are what happened, by day; `late_lines`: some count for earlier days.

    `paid` is what money of the period paid, `aging` what is late by age, `coming` what was due when it was made.
    `pay_at` is the address that the QR code opens, "" for none. `business_lines` begin with the name of the business.
    `unposted_minor` is interest that has built up and is posted with the next payment.
    """

    business_lines: Sequence[str]
    number: str
    title: Sentence
    owed: Sentence
    holders: Sequence[str]
    address: Sequence[str]
    agreement_number: str
    agreement_title: str
    period_from: date
    period_to: date
    issued_on: date
    currency: str
    rows: Sequence[tuple[Text, int]]
    closing_minor: int
    lines: Sequence[tuple[date, Text, int]]
    paid: Sequence[tuple[Text, int]]
    aging: Sequence[tuple[Text, int]]
    coming: Sequence[tuple[Text, int]]
    pay_at: str
    test_mode: bool = False
    late_lines: bool = False
    unposted_minor: int = 0


def period_statement_pdf(data: PeriodPaper, voice: Voice, font_folders: Sequence[str] = ()) -> bytes:
    """The statement as a PDF; the same data and voice give the same bytes.

    Raises ValueError when the rows do not sum to the closing balance: such a statement is never printed.
    """
    if sum(amount for _label, amount in data.rows) != data.closing_minor:
        raise ValueError("the rows of a statement must sum to its balance")
    return print_pdf("period_statement", _sheet(data, voice), font_folders)


def _sheet(data: PeriodPaper, voice: Voice) -> dict[str, Any]:
    """The statement as the typst source reads it: every value already a text in the reader's language."""
    _ = voice

    def money(minor: int) -> str:
        return voice.money(Money(minor, data.currency))

    def amounts(rows: Sequence[tuple[Text, int]]) -> list[tuple[str, str]]:
        return [(voice.label(what), money(amount)) for what, amount in rows]

    title = voice.words(data.title)
    named = " · ".join(part for part in (data.agreement_title, data.agreement_number) if part)
    notes = []
    if data.late_lines:
        notes.append(_("Lines of days before this statement became known after the one before it was made."))
    if data.unposted_minor:
        notes.append(
            _("Interest of %(amount)s had built up and is posted with the next payment.",
              amount=money(data.unposted_minor))
        )  # fmt: skip
    facts = [
        (_("Name"), ", ".join(data.holders)),
        (_("Address"), ", ".join(data.address)),
        (_("Agreement"), named),
        (_("From"), voice.day(data.period_from)),
        (_("Through"), voice.day(data.period_to)),
        (_("Statement"), data.number),
        (_("Made on"), voice.day(data.issued_on)),
    ]
    return {
        **frame(voice, data.currency, data.business_lines, data.test_mode),
        "title": title,
        "footer": " · ".join([*data.business_lines[:1], data.agreement_number, title]),
        "closing": money(abs(data.closing_minor)),
        "owed": voice.words(data.owed),
        "facts": [fact for fact in facts if fact[1]],
        "amount_title": _("Amount"),
        "sums": [
            (_("Summary"), amounts(data.rows), (voice.words(data.owed), money(abs(data.closing_minor)))),
            *((name, amounts(rows), None) for name, rows in _tables(data, voice) if rows),
        ],
        "lines_title": _("What happened"),
        "lines": [(voice.day(day), voice.label(what), money(amount)) for day, what, amount in data.lines],
        "nothing": _("Nothing happened in this time."),
        "notes": notes,
        "pay": breakable(data.pay_at, LONGEST_WORD),
        "pay_title": _("Pay here:"),
        "pay_alt": _("QR code of the address"),
        "pay_picture": _picture(data.pay_at),
    }


def _tables(data: PeriodPaper, voice: Voice) -> list[tuple[str, Sequence[tuple[Text, int]]]]:
    """The smaller tables in their order."""
    _ = voice
    return [
        (_("What your payments paid"), data.paid),
        (_("Late, by days since it was due"), data.aging),
        (_("When this was made"), data.coming),
    ]


def _picture(address: str) -> str:
    """The QR code of the address as SVG, "" for none."""
    return str(segno.make(address, error="m").svg_inline(border=2, dark="#000")) if address else ""
