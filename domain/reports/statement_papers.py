"""A statement made ready for paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.reports.receipts import business_lines
from domain.reports.statements import FIGURES, Issued
from domain.words import Sentence
from papers.statement import StatementData


def paper(one: Issued, holders: Sequence[str], business: Mapping[str, Any]) -> StatementData:
    """What the PDF of a statement says; `business` as every paper takes it."""
    statement = one.statement
    summed = [name for name in FIGURES if name not in ("closing", "minimum")]
    return StatementData(
        business_lines=business_lines(business),
        holder=", ".join(holders),
        agreement_number=one.agreement.number,
        agreement_title=one.agreement.title,
        period_from=statement.period_from,
        closing_on=statement.closing_on,
        due_on=statement.due_on,
        currency=one.agreement.currency,
        rows=[(Sentence(FIGURES[name]), one.figures[name]) for name in summed],
        closing_minor=statement.closing_minor,
        minimum_minor=statement.minimum_minor,
        rate_percent=one.rate_percent,
        activity=[(line.on, line.words, line.amount_minor) for line in one.lines],
        interest=[(step.sentence, step.amount_minor) for step in one.interest.steps],
        avoid=one.avoid,
        test_mode=bool(business.get("test_mode")),
    )
