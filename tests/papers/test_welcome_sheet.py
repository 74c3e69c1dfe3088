"""The sheet that a customer takes home from the counter."""

from __future__ import annotations

import io

import pypdf

from papers.welcome_sheet import WelcomeSheet, welcome_sheet_pdf
from tests.papers.samples import ENGLISH, SPANISH

SHEET = WelcomeSheet(
    business_lines=["Harbor House", "77 Dock Road"], name="Tess Okafor", customer_number="C-10001",
    agreement_number="RENT-1", agreement_name="Harbor House · 1A", site="https://pay.harbor.example", currency="USD",
)  # fmt: skip


def text(voice) -> str:
    reader = pypdf.PdfReader(io.BytesIO(welcome_sheet_pdf(SHEET, voice)))
    assert len(reader.pages) == 1
    return reader.pages[0].extract_text().replace("\u200b", "")


def test_the_sheet_says_who_where_and_how_to_begin():
    shown = text(ENGLISH)
    for part in (
        "Welcome, Tess Okafor",
        "C-10001",
        "RENT-1",
        "https://pay.harbor.example/claim",
        "How you begin",
    ):
        assert part in shown


def test_nothing_on_it_opens_an_account():
    addresses = [word for word in text(ENGLISH).split() if word.startswith("https://")]
    assert set(addresses) == {"https://pay.harbor.example/claim"}


def test_its_words_can_be_translated():
    assert "¡How you begin!" in text(SPANISH)
