"""The schedule of a loan: what falls due when, split into interest and principal, and why.

Signatures first; the arithmetic follows in the next commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from domain.rules.terms import LoanTerms
from domain.words import Trace


class Row(NamedTuple):
    """One line of a schedule; amounts in minor units, `balance_minor` is the principal left after it."""

    number: int
    due_on: date
    payment_minor: int
    interest_minor: int
    principal_minor: int
    balance_minor: int


@dataclass(frozen=True)
class Schedule:
    """The rows of a loan, its level payment, and what the last row left over (`last="equal"` only)."""

    terms: LoanTerms
    rows: tuple[Row, ...]
    payment_minor: int
    remainder_minor: int

    @property
    def trace(self) -> Trace:
        """Why the level payment is what it is."""
        raise NotImplementedError


def loan_schedule(terms: LoanTerms) -> Schedule:
    """Every row of the loan."""
    raise NotImplementedError


def level_payment_minor(terms: LoanTerms) -> int:
    """The installment alone, without making rows."""
    raise NotImplementedError


def scheduled_through(terms: LoanTerms, k: int) -> Row:
    """The k-th row alone (its interest, principal and balance)."""
    raise NotImplementedError


def row_trace(terms: LoanTerms, number: int) -> Trace:
    """Why row `number` is what it is."""
    raise NotImplementedError
