"""The schedule of a loan: what falls due when, split into interest and principal, and why.

`loan_schedule` makes every row, `level_payment_minor` the installment alone, `scheduled_through` the standing after k
rows without making the rest (imports ask for thousands), `row_trace` the reason for one row. All refuse terms that
make no sense with a sentence for people. Source of the conventions: docs/schedule-cases.md names a published case
for each. This module never reads a clock and knows nothing of what was really paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from domain.rules.schedule_reasons import payment_reason, row_reason
from domain.rules.schedule_walk import Plan, Row, opening, plan_of, walk
from domain.rules.terms import LoanTerms, check_terms
from domain.words import N_, Gone, Sentence, Trace

__all__ = [
    "LoanTerms",
    "Row",
    "Schedule",
    "Through",
    "check_terms",
    "level_payment_minor",
    "loan_schedule",
    "row_trace",
    "scheduled_through",
]


@dataclass(frozen=True, slots=True)
class Schedule:
    """The rows of a loan and its level payment (minor units).

    `remainder_minor` is what the last row leaves: zero, but for `last="equal"`, where a positive amount is still owed
    and a negative one was paid too much.
    """

    plan: Plan
    rows: tuple[Row, ...]
    payment_minor: int
    remainder_minor: int

    @property
    def interest_minor(self) -> int:
        """All interest of the schedule."""
        return sum(row.interest_minor for row in self.rows)

    @property
    def total_minor(self) -> int:
        """All payments of the schedule."""
        return sum(row.payment_minor for row in self.rows)

    @property
    def trace(self) -> Trace:
        """Why the level payment is what it is. Made when asked for."""
        return payment_reason(self.plan)

    def row_trace(self, number: int) -> Trace:
        """Why row `number` (from 1) is what it is. Raises Gone for a number the schedule does not have."""
        return _row_trace(self.plan, number)


class Through(NamedTuple):
    """Where a loan stands by its schedule after some rows: sums so far, balance left, and the last of these rows.

    Minor units. `row` is None before the first row.
    """

    payment_minor: int
    interest_minor: int
    principal_minor: int
    balance_minor: int
    row: Row | None


def loan_schedule(terms: LoanTerms) -> Schedule:
    """Every row of the loan. It may have fewer rows than `terms.count`: a stated payment can pay it off early."""
    plan = plan_of(terms)
    rows, standing = walk(plan, opening(plan), 0, terms.count)
    return Schedule(plan, tuple(rows), plan.payment_minor, standing.balance_minor)


def level_payment_minor(terms: LoanTerms) -> int:
    """The installment alone, in minor units: the stated one, or the one computed and rounded by the terms."""
    return plan_of(terms, dated=False).payment_minor


def scheduled_through(terms: LoanTerms, k: int) -> Through:
    """The schedule's sums, balance and last row after the first `k` rows, without making the others."""
    plan = plan_of(terms)
    rows, standing = walk(plan, opening(plan), 0, max(k, 0))
    return Through(
        sum(row.payment_minor for row in rows),
        sum(row.interest_minor for row in rows),
        sum(row.principal_minor for row in rows),
        standing.balance_minor,
        rows[-1] if rows else None,
    )


def row_trace(terms: LoanTerms, number: int) -> Trace:
    """Why row `number` (from 1) is what it is. Raises Gone for a number the schedule does not have."""
    return _row_trace(plan_of(terms), number)


def _row_trace(plan: Plan, number: int) -> Trace:
    _, standing = walk(plan, opening(plan), 0, max(number - 1, 0))
    rows, after = walk(plan, standing, number - 1, number) if number > 0 else ([], standing)
    if not rows:
        raise Gone(Sentence(N_("The schedule has no row %(number)s."), {"number": number}))
    return row_reason(plan, standing, rows[0], after)
