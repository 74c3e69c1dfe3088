"""The statement of a credit line on paper: what it began with, what happened, what is asked, and why the interest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain.words import Money, Sentence
from papers.press import frame, print_pdf
from papers.voice import Voice

Text = str | Sentence


@dataclass(frozen=True, slots=True)
class StatementData:
    """One statement. Amounts are minor units of `currency`; `rows` begin with the opening balance, payments are below
    zero, and they sum to `closing_minor`. `activity` is what happened, by day; `interest` the steps of its reason.

    `business_lines` begin with the name of the business. `avoid` says how no interest is borne, where it can be.
    """

    business_lines: Sequence[str]
    holder: str
    agreement_number: str
    agreement_title: str
    period_from: date
    closing_on: date
    due_on: date
    currency: str
    rows: Sequence[tuple[Text, int]]
    closing_minor: int
    minimum_minor: int
    rate_percent: Decimal
    activity: Sequence[tuple[date, Text, int]]
    interest: Sequence[tuple[Sentence, int | None]]
    avoid: Sentence | None = None
    test_mode: bool = False


def statement_pdf(data: StatementData, voice: Voice, font_folders: Sequence[str] = ()) -> bytes:
    """The statement as a PDF; the same data and voice give the same bytes.

    Raises ValueError when the rows do not sum to the closing balance: such a statement is never printed.
    """
    if sum(amount for _label, amount in data.rows) != data.closing_minor:
        raise ValueError("the rows of a statement must sum to its balance")
    return print_pdf("statement", _sheet(data, voice), font_folders)


def _sheet(data: StatementData, voice: Voice) -> dict[str, Any]:
    """The statement as the typst source reads it: every value already a text in the reader's language."""
    _ = voice

    def money(minor: int) -> str:
        return voice.money(Money(minor, data.currency))

    title = _("Statement of %(day)s", day=data.closing_on)
    named = " · ".join(part for part in (data.agreement_title, data.agreement_number) if part)
    asked = _("No payment is asked for.")
    if data.minimum_minor:
        asked = _("Pay at least %(minimum)s by %(day)s.", minimum=money(data.minimum_minor), day=data.due_on)
    return {
        **frame(voice, data.currency, data.business_lines, data.test_mode),
        "title": title,
        "footer": " · ".join([*data.business_lines[:1], data.agreement_number, title]),
        "closing": money(data.closing_minor),
        "asked": asked,
        "facts": [
            (_("Name"), data.holder),
            (_("Agreement"), named),
            (_("From"), voice.day(data.period_from)),
            (_("Through"), voice.day(data.closing_on)),
            (_("Minimum payment"), money(data.minimum_minor)),
            (_("Due on"), voice.day(data.due_on)),
            (_("Interest rate a year"), f"{data.rate_percent.normalize():f} %"),
        ],
        "amount_title": _("Amount"),
        "rows_title": _("Summary"),
        "rows": [(voice.label(what), money(amount)) for what, amount in data.rows],
        "total": (_("Balance of this statement"), money(data.closing_minor)),
        "avoid": voice.words(data.avoid),
        "activity_title": _("What happened"),
        "activity": [
            (voice.day(day), voice.label(what), money(amount)) for day, what, amount in data.activity
        ],
        "nothing": _("Nothing happened in this time."),
        "interest_title": _("How the interest comes about"),
        "interest": [
            (voice.words(sentence), "" if amount is None else money(amount))
            for sentence, amount in data.interest
        ],
    }
