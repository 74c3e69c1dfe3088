"""The final statement on paper: every line, what is kept, what goes back; and never one that does not add up."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from papers.final_statement import FinalStatement, final_statement_pdf
from tests.papers.samples import ENGLISH, SPANISH

# Deposit 1,500, owes 300, cleaning 150, damage 420: keep 870, refund 630.
LETTER = FinalStatement(
    business_lines=["Harbor House", "12 Quay Street"], to_names=["Tess Okafor"], agreement_number="RENT-1",
    agreement_title="Harbor House, 1A", currency="USD", last_on=date(2026, 3, 31), settled_on=date(2026, 4, 2),
    deposit_minor=150_000, owed=[("Rent, due 1 March 2026", 30_000)],
    deductions=[("Cleaning", 15_000), ("#damage *window*", 42_000)], kept_minor=87_000, refund_minor=63_000,
    credit_minor=0, credit_used_minor=0, balance_minor=0, settle_by=date(2026, 4, 30), source="Lease, clause 9",
    address=["77 Dock Road", "Portland, OR 97201"],
)  # fmt: skip


def text(data: FinalStatement, voice=ENGLISH) -> str:
    pdf = final_statement_pdf(data, voice)
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_letter_names_every_line_and_what_goes_back():
    shown = text(LETTER)
    for part in (
        "Final statement", "Tess Okafor", "RENT-1", "31 March 2026", "30 April 2026 (Lease, clause 9)", "Cleaning",
        "Dear Tess Okafor,", "77 Dock Road",
        "#damage *window*", "$150.00", "$420.00", "$870.00", "$630.00", "Given back to you",
    ):  # fmt: skip
        assert part in shown


def test_what_is_still_due_comes_first_when_the_deposit_is_not_enough():
    """Deposit 1,500, owes 1,800: refund 0, balance 300 due."""
    short = replace(
        LETTER,
        owed=[("Rent", 180_000)],
        deductions=(),
        kept_minor=150_000,
        refund_minor=0,
        balance_minor=30_000,
    )
    shown = text(short)
    assert "Still to be paid by you" in shown
    assert shown.index("$300.00") < shown.index("$1800.00")


def test_every_word_of_the_letter_can_be_translated():
    shown = text(LETTER, SPANISH)
    for word in ("Final statement", "Still owed under the agreement", "Deductions, one by one", "In all"):
        assert f"¡{word}!" in shown


def test_the_same_letter_gives_the_same_bytes():
    assert final_statement_pdf(LETTER, ENGLISH) == final_statement_pdf(LETTER, ENGLISH)


@pytest.mark.parametrize("wrong", [{"refund_minor": 63_001}, {"kept_minor": 86_999}, {"balance_minor": 1}])
def test_a_letter_that_does_not_add_up_is_not_printed(wrong):
    with pytest.raises(ValueError, match="must be"):
        final_statement_pdf(replace(LETTER, **wrong), ENGLISH)
