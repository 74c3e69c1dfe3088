"""A loan's schedule as a table of plain text, for files and the command line.

It is made from terms alone and reads nothing stored, so unlike other reports it needs no Scope.
"""

from __future__ import annotations

from domain.rules.schedule import LoanTerms, Schedule, loan_schedule
from domain.words import plain_amount

LOAN_HEADER = ("number", "due_on", "payment", "interest", "principal", "balance")


def loan_rows(terms: LoanTerms) -> list[tuple[str, ...]]:
    """The rows under LOAN_HEADER: ISO dates, amounts as plain text in major units. Raises Refused."""
    return schedule_rows(loan_schedule(terms))


def schedule_rows(schedule: Schedule) -> list[tuple[str, ...]]:
    """The rows under LOAN_HEADER of a schedule that is already made."""
    currency = schedule.plan.terms.currency
    return [
        (str(row.number), row.due_on.isoformat(), *(plain_amount(minor, currency) for minor in row[2:]))
        for row in schedule.rows
    ]
