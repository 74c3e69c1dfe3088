"""The amounts worth offering to a payer, by what an agreement asks for: each kind's `choices` puts its own together.

Amounts are minor units. Another amount can always be typed; what is on its way is taken off by whoever offers them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from domain.kinds.base import Due, Installment, OpenStatement, Quote
from domain.words import N_, Sentence


@dataclass(frozen=True, slots=True)
class Choice:
    """An amount that a payer may choose with one tap.

    `extra` is what it wants of money above what is due (`Payment.extra`); "" where that is not asked.
    """

    name: str
    title: Sentence
    amount_minor: int
    note: Sentence | None = None
    extra: str = ""


def of_due(due: Due, plan: Iterable[Installment]) -> list[Choice]:
    """Everything due now, and the parts of it that are worth paying alone: what is past due, the oldest payment."""
    if not due.now_minor:
        return []
    since = due.on - timedelta(days=due.days_late) if due.days_late else None
    note = Sentence(N_("since %(day)s"), {"day": since}) if since else None
    found = [Choice("due", Sentence(N_("Everything due now")), due.now_minor, note)]
    if 0 < due.past_due_minor < due.now_minor:
        found.append(Choice("past", Sentence(N_("Only what is past due")), due.past_due_minor))
    owed = [row for row in plan if row.state in ("late", "due")]
    if len(owed) > 1:
        found.append(
            Choice("oldest", Sentence(N_("The oldest payment")), owed[0].open_minor, _due_on(owed[0].due_on))
        )
    return found


def coming(due: Due, alone: str, together: str) -> list[Choice]:
    """What falls due next, `alone` or `together` with what is due now: the words of the kind for each."""
    if not due.next_minor or due.next_on is None:
        return []
    title = Sentence(together if due.now_minor else alone)
    return [Choice("next", title, due.now_minor + due.next_minor, _due_on(due.next_on), "ahead")]


def ending(quote: Quote, title: str) -> Choice:
    """What ends it today, in the words of the kind."""
    words = N_("today; it is yours then") if quote.buys else N_("today; nothing is left to pay after it")
    return Choice("payoff", Sentence(title), quote.total_minor, Sentence(words), "close")


def of_statement(statement: OpenStatement | None, least_minor: int, left_minor: int) -> list[Choice]:
    """What is left to pay of the last statement's minimum and of its balance."""
    if statement is None:
        return []
    until = _due_on(statement.due_on)
    return [
        Choice("minimum", Sentence(N_("Minimum payment")), least_minor, until),
        Choice("statement", Sentence(N_("Statement balance")), left_minor, until),
    ]


def _due_on(day: object) -> Sentence:
    return Sentence(N_("due %(day)s"), {"day": day})
