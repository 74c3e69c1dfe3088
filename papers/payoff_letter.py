"""A letter on paper that says what ends an agreement on a day: the amount, its parts, until when, and how to pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.words import Money, Sentence
from papers.press import frame, print_pdf
from papers.voice import Voice


@dataclass(frozen=True, slots=True)
class PayoffLetterData:
    """One letter. Amounts are minor units of `currency`; `rows` sum to `amount_minor`.

    `title` is what such a letter is called for this kind of agreement, `says` the sentence that the amount stands for.
    `to` are the people on the agreement. `on` is the day asked for, `good_through` the last day the amount holds;
    each day after it costs `per_diem_minor` more, where that is not 0. `pending_minor` is on its way and not counted.
    """

    business_lines: Sequence[str]
    title: Sentence
    written_on: date
    place: str
    to: Sequence[str]
    agreement_number: str
    agreement_title: str
    on: date
    good_through: date
    amount_minor: int
    per_diem_minor: int
    currency: str
    rows: Sequence[tuple[Sentence, int]]
    pending_minor: int
    says: Sentence
    how_to_pay: Sequence[Sentence]
    test_mode: bool = False


def payoff_letter_pdf(data: PayoffLetterData, voice: Voice, font_folders: Sequence[str] = ()) -> bytes:
    """The letter as a PDF; the same data and voice give the same bytes.

    Raises ValueError when the rows do not sum to the amount: a letter that does not add up is never printed.
    """
    if sum(amount for _label, amount in data.rows) != data.amount_minor:
        raise ValueError("the rows of a payoff letter must sum to its amount")
    return print_pdf("payoff_letter", _sheet(data, voice), font_folders)


def _sheet(data: PayoffLetterData, voice: Voice) -> dict[str, Any]:
    """The letter as the typst source reads it: every value already a text in the reader's language."""
    _ = voice

    def money(minor: int) -> str:
        return voice.money(Money(minor, data.currency))

    facts = [
        (_("To"), ", ".join(data.to)),
        (_("For"), " · ".join(part for part in (data.agreement_title, data.agreement_number) if part)),
        (_("As of"), voice.day(data.on)),
        (_("Good through"), voice.day(data.good_through)),
    ]
    if data.per_diem_minor:
        facts.append((_("Each day after that"), money(data.per_diem_minor)))
    notes = []
    if data.pending_minor:
        notes.append(
            _("%(amount)s is on its way to us and is not counted here.", amount=money(data.pending_minor))
        )
    title = voice.words(data.title)
    return {
        **frame(voice, data.currency, data.business_lines, data.test_mode),
        "title": title,
        "footer": " · ".join([*data.business_lines[:1], title, data.agreement_number]),
        "dated": ", ".join(part for part in (data.place, voice.day(data.written_on)) if part),
        "amount": money(data.amount_minor),
        "says": voice.words(data.says),
        "facts": [fact for fact in facts if fact[1]],
        "rows_title": _("What it is made of"),
        "amount_title": _("Amount"),
        "rows": [(voice.label(what), money(amount)) for what, amount in data.rows],
        "total": (_("Total"), money(data.amount_minor)),
        "how_title": _("How to pay"),
        "how": [voice.words(line) for line in data.how_to_pay],
        "notes": notes,
    }
