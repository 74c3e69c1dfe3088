"""The statement cycles of a credit line: when each one closes, which days it holds, when its statement is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from domain.rules.calendar import add_months
from domain.rules.credit_terms import CreditTerms, check_terms


@dataclass(frozen=True, slots=True)
class Cycle:
    """Cycle `number` (from 1): its days, both ends included, the last of which is the closing day; and the due day."""

    number: int
    period_from: date
    period_to: date
    due_on: date

    @property
    def closing_on(self) -> date:
        return self.period_to

    @property
    def days(self) -> int:
        return (self.period_to - self.period_from).days + 1


def cycles(terms: CreditTerms, start_on: date, through: date, after: date | None = None) -> tuple[Cycle, ...]:
    """The cycles that close after `after` (None: from the first on) and through `through`, in order.

    The first one begins on `start_on` and is as short as the first closing day makes it. Raises Refused for terms that
    make no sense.
    """
    check_terms(terms)
    first = closing_on_or_after(terms, start_on)
    number = 1
    if after is not None:
        number = max(1, 12 * (after.year - first.year) + after.month - first.month + 1)
        if _closing(terms, first, number) <= after:
            number += 1
    found = []
    while (closing := _closing(terms, first, number)) <= through:
        begins = start_on if number == 1 else _closing(terms, first, number - 1) + timedelta(days=1)
        found.append(Cycle(number, begins, closing, closing + timedelta(days=terms.due_days)))
        number += 1
    return tuple(found)


def closing_on_or_after(terms: CreditTerms, day: date) -> date:
    """The first closing day that is not before `day`."""
    closing = add_months(day, 0, terms.closing_day)
    return closing if closing >= day else add_months(day, 1, terms.closing_day)


def whole_cycle_days(terms: CreditTerms, day: date) -> int:
    """How many days the whole cycle that `day` falls in has."""
    closing = closing_on_or_after(terms, day)
    return (closing - add_months(closing, -1, terms.closing_day)).days


def _closing(terms: CreditTerms, first: date, number: int) -> date:
    return add_months(first, number - 1, terms.closing_day)
