"""The letter of another rent: who, what, from when, in the reader's words."""

from __future__ import annotations

import io
from datetime import date

from pypdf import PdfReader

from domain.words import Money, Sentence
from papers.change_letter import ChangeLetter, change_letter_pdf
from tests.papers.samples import ENGLISH, SPANISH

LETTER = ChangeLetter(
    business_lines=["Harbor House"], title=Sentence("Change of the rent"), written_on=date(2026, 3, 2),
    to_names=["Tess Okafor"], place=["Harbor House · 1A", "12 Quay Street"], agreement_number="RENT-1",
    counts_from=date(2026, 4, 1), currency="USD", address=["77 Dock Road", "Portland, OR 97201"],
    says=[Sentence("Rent is %(amount)s a period from then on.", {"amount": Money(149_350, "USD")})],
)  # fmt: skip


def text(voice) -> str:
    return "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(change_letter_pdf(LETTER, voice))).pages
    )


def test_the_letter_says_who_what_and_from_when():
    shown = text(ENGLISH)
    for part in ("Change of the rent", "Tess Okafor", "12 Quay Street", "RENT-1", "1 April 2026", "$1493.50"):
        assert part in shown


def test_the_letter_is_addressed_and_greets_whom_it_is_for():
    lines = text(ENGLISH).splitlines()
    at = lines.index("Tess Okafor")
    assert lines[at + 1 : at + 3] == ["77 Dock Road", "Portland, OR 97201"]
    assert "Dear Tess Okafor," in lines


def test_its_words_can_be_translated():
    assert "¡Counts from!" in text(SPANISH)
