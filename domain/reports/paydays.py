"""Paying by payday: the amounts and days by which an agreement's due dates are met, and what that does to interest.

Question: `by_payday`. The effect on interest is found by paying both ways as the books would, through the same day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.kinds.coming import coming
from domain.kinds.owed import owed_on
from domain.reports.agreements import View
from domain.rules import payday as rule
from domain.rules.autopay import Debit, Obligation
from domain.rules.payday import ByPayday, Payday


@dataclass(frozen=True, slots=True)
class Told:
    """The contract that fits, and `saved_minor`: how much less interest runs through the day `through` than when each
    due date is paid on its day; below zero it costs more, zero where interest does not run by the day.
    """

    plan: ByPayday
    saved_minor: int
    through: date

    @property
    def debits(self) -> tuple[Debit, ...]:
        return self.plan.debits


def by_payday(view: View, payday: Payday, calendar: str = "XFED") -> Told:
    """What paying on each payday comes to, less credit and money on its way. Raises what `rule.by_payday` raises."""
    there = max(view.position.credit_minor, 0) + view.pending_minor
    dues = _less(coming(view.kind, view.terms, view.position, view.on), there)
    plan = rule.by_payday(payday, dues, view.on, currency=view.currency, calendar=calendar)
    hand = [(one.due_on, one.by_hand_minor) for one in plan.covered if one.by_hand_minor]
    ahead = sorted([*hand, *((one.debit_on, one.amount_minor or 0) for one in plan.debits)])
    through = plan.debits[-1].debit_on if plan.debits else view.on
    on_time = [(one.due_on, one.due_minor) for one in plan.covered if one.due_on <= through]
    return Told(plan, _cost(view, on_time, through) - _cost(view, ahead, through), through)


def _less(dues: Sequence[Obligation], there: int) -> list[Obligation]:
    """What is left to pay once money that is there already has paid the oldest of it."""
    found = []
    for one in dues:
        paid = min(there, one.amount_minor or 0)
        there -= paid
        found.append(Obligation(one.due_on, None if one.amount_minor is None else one.amount_minor - paid))
    return found


def _cost(view: View, payments: Sequence[tuple[date, int]], through: date) -> int:
    """What was paid by a day and is still owed on it: two ways of paying differ in it by their interest alone."""
    kind, position, paid = view.kind, view.position, 0
    for day, amount in payments:
        amount = min(amount, max(kind.payable(view.terms, position, day), 0))
        if amount > 0:
            on = max(day, position.interest_from)
            position = kind.apply(view.terms, position, amount, on, payer=view.payer).after
            paid += amount
    return paid + owed_on(kind, view.terms, position, max(through, position.interest_from))
