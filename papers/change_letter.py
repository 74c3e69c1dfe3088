"""A letter about a stay: another rent, a renewal, notice. It says what was decided, in sentences, and from when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.words import Sentence
from papers.press import addressed, frame, print_pdf
from papers.voice import Voice


@dataclass(frozen=True, slots=True)
class ChangeLetter:
    """One letter. `says` are its paragraphs, `facts` further (label, value); `place` is what was let.

    `address`: the lines under the names on the envelope.
    """

    business_lines: Sequence[str]
    title: Sentence
    written_on: date
    to_names: Sequence[str]
    place: Sequence[str]
    agreement_number: str
    counts_from: date
    says: Sequence[Sentence]
    currency: str
    facts: Sequence[tuple[Sentence, object]] = ()
    address: Sequence[str] = ()
    test_mode: bool = False


def change_letter_pdf(data: ChangeLetter, voice: Voice, font_folders: Sequence[str] = ()) -> bytes:
    """The letter as a PDF; the same data and voice give the same bytes."""
    return print_pdf("change_letter", _sheet(data, voice), font_folders)


def _sheet(data: ChangeLetter, voice: Voice) -> dict[str, Any]:
    """The letter as the typst source reads it: every value already a text in the reader's language."""
    _ = voice
    title = voice.words(data.title)
    facts = [
        (_("For"), " · ".join(part for part in (", ".join(data.place), data.agreement_number) if part)),
        (_("Counts from"), voice.day(data.counts_from)),
        *((voice.label(name), voice.words(value)) for name, value in data.facts),
    ]
    return {
        **frame(voice, data.currency, data.business_lines, data.test_mode),
        **addressed(voice, data.to_names, data.address),
        "title": title,
        "footer": " · ".join([*data.business_lines[:1], title, data.agreement_number]),
        "dated": voice.day(data.written_on),
        "facts": [fact for fact in facts if fact[1]],
        "says": [voice.words(sentence) for sentence in data.says],
        "asks": _("If something here is not as you know it, tell us before that day."),
    }
