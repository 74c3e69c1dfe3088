"""A statement on paper: complete, the same every time, tagged, deaf to markup, and never one that does not add up."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pypdf import PdfReader

from domain.words import Sentence
from papers.statement import StatementData, statement_pdf
from tests.papers.samples import ENGLISH, SPANISH

# 10 days at 1,200.00, 10 at 1,500.00, 11 at 900.00: 1,190.32 on average; at 23.99 % for 31 days 24.25.
STATEMENT = StatementData(
    business_lines=("Harbor Motors", "12 Quay Street"),
    holder="Bo Rivera",
    agreement_number="CR-10004",
    agreement_title="Store account",
    period_from=date(2026, 10, 16),
    closing_on=date(2026, 11, 15),
    due_on=date(2026, 12, 10),
    currency="USD",
    rows=(
        ("Balance of the last statement", 120_000), ("Purchases", 30_000), ("Payments", -60_000), ("Interest", 2_425),
    ),
    closing_minor=92_425,
    minimum_minor=4_621,
    rate_percent=Decimal("23.99"),
    activity=((date(2026, 10, 26), "Tires #1 *bold*", 30_000), (date(2026, 11, 5), "Payment received", -60_000)),
    interest=((Sentence("1190.32 x 23.99 % x 31 days (actual/365)."), None), (Sentence("Rounded."), 2_425)),
    avoid=Sentence("Pay all of it in time."),
    test_mode=True,
)  # fmt: skip


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_it_shows_what_it_began_with_what_happened_what_is_asked_and_why():
    text = text_of(statement_pdf(STATEMENT, ENGLISH))
    for part in (
        "Statement of 15 November 2026", "$924.25", "Pay at least $46.21 by 10 December 2026.", "CR-10004",
        "$1200.00", "-$600.00", "$24.25", "Tires #1 *bold*", "26 October 2026", "23.99 %", "31 days",
        "Pay all of it in time.", "Test mode",
    ):  # fmt: skip
        assert part in text, part


def test_the_same_statement_gives_the_same_bytes_and_is_tagged_in_the_readers_language():
    pdf = statement_pdf(STATEMENT, SPANISH)
    assert statement_pdf(STATEMENT, SPANISH) == pdf
    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "es"
    assert "¡Minimum payment!" in text_of(pdf)


def test_a_month_in_which_nothing_happened_is_printed_too():
    empty = replace(
        STATEMENT, rows=(("Balance of the last statement", 0),), closing_minor=0, minimum_minor=0, activity=(),
        interest=(), avoid=None,
    )  # fmt: skip
    text = text_of(statement_pdf(empty, ENGLISH))
    assert "Nothing happened in this time." in text
    assert "No payment is asked for." in text
    assert "How the interest" not in text


def test_a_statement_that_does_not_add_up_is_never_printed():
    with pytest.raises(ValueError, match="must sum"):
        statement_pdf(replace(STATEMENT, closing_minor=92_424), ENGLISH)


def test_a_long_month_goes_on_on_a_further_page():
    many = tuple((date(2026, 10, 20), f"Purchase {number}", 100) for number in range(120))
    reader = PdfReader(io.BytesIO(statement_pdf(replace(STATEMENT, activity=many), ENGLISH)))
    assert len(reader.pages) > 2
    assert "Purchase 119" in "".join(page.extract_text() for page in reader.pages)
