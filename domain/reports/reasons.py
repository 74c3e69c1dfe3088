"""Why is it this amount? For every figure of an agreement: the rule's own steps, what went in, the journal behind it.

The steps come from the Trace that the rule made while it computed; nothing here computes an amount of its own, but for
the balance, which is the sum of the four figures it names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from domain.access import Scope
from domain.records.accounts import CUSTOMER_CREDIT, FEES_RECEIVABLE, LOAN_INTEREST, LOAN_PRINCIPAL
from domain.reports.agreements import View
from domain.reports.journal import CAUSE_WORDS
from domain.words import N_, Gone, Money, Sentence, Step, Trace
from models import Agreement, Allocation, JournalEntry, db

MOST_ENTRIES = 12
OWN_WORDS = {
    LOAN_PRINCIPAL: N_("Principal you owe"),
    LOAN_INTEREST: N_("Interest you owe"),
    FEES_RECEIVABLE: N_("Fees you owe"),
    CUSTOMER_CREDIT: N_("Your credit"),
}
"""The accounts that are about the customer, in their words. The other side of an entry is the business's own."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One journal entry as its customer reads it: what moved on their accounts, plus = owed more (minor units)."""

    number: int
    on: date
    cause: Sentence
    lines: Sequence[tuple[Sentence, int]]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why `title` is `amount_minor`. `more` is how many further entries stand behind it that are not listed."""

    title: Sentence
    amount_minor: int
    currency: str
    trace: Trace
    inputs: Sequence[tuple[str, Any]]
    entries: Sequence[Posting]
    more: int


def reason(scope: Scope, view: View, what: str) -> Reason:
    """The reason for `what`: "due", "payoff", "balance", "interest" or "installment-N". Raises Gone for another."""
    number = _installment(what)
    title, amount, trace = _of_installment(view, number) if number else _of_figure(view, what)
    entries, more = _entries(scope, view, number)
    return Reason(title, amount, view.currency, trace, _inputs(view), entries, more)


def _installment(what: str) -> int | None:
    word, _, digits = what.partition("-")
    if word != "installment":
        return None
    if not (digits.isascii() and digits.isdigit() and 0 < len(digits) < 6):
        raise Gone(Sentence(N_("There is no such figure.")))
    return int(digits)


def _of_installment(view: View, number: int) -> tuple[Sentence, int, Trace]:
    row = next((row for row in view.plan if row.number == number), None)
    if row is None:
        raise Gone(Sentence(N_("There is no such payment in this plan.")))
    title = Sentence(N_("Payment %(number)s, due %(day)s"), {"number": number, "day": row.due_on})
    return title, row.amount_minor, view.kind.explain(view.terms, view.position, view.on, number)


def _of_figure(view: View, what: str) -> tuple[Sentence, int, Trace]:
    if what == "due":
        words = N_("Due now") if view.due.now_minor else N_("Your next payment")
        return Sentence(words), view.due.headline_minor, view.due.trace
    if what == "payoff":
        return Sentence(N_("What ends it today")), view.quote.total_minor, view.quote.trace
    if what == "balance":
        return Sentence(N_("Left to pay")), view.balance_minor, _balance(view)
    if what == "interest":
        return _interest(view)
    raise Gone(Sentence(N_("There is no such figure.")))


def _balance(view: View) -> Trace:
    at = view.position
    steps = (
        Step(Sentence(N_("Principal still owed.")), at.principal_minor),
        Step(Sentence(N_("Interest posted and not yet paid.")), at.interest_minor),
        Step(Sentence(N_("Open fees.")), at.fees_minor),
        Step(Sentence(N_("Your credit is taken off.")), -at.credit_minor),
    )
    return Trace("agreement.balance", 1, tuple(step for step in steps if step.amount_minor))


def _interest(view: View) -> tuple[Sentence, int, Trace]:
    """Interest owed today: what is posted, and what has run since by the kind's own rule."""
    plain = replace(view.position, charges=(), credit_minor=0)
    applied = view.kind.apply(view.terms, plain, 0, view.on)
    posted = Step(Sentence(N_("Interest posted and not yet paid.")), plain.interest_minor)
    steps = ((posted,) if plain.interest_minor else ()) + applied.accrual_trace.steps
    trace = replace(applied.accrual_trace, steps=steps)
    return Sentence(N_("Interest owed today")), plain.interest_minor + applied.accrual_minor, trace


def _inputs(view: View) -> list[tuple[str, Any]]:
    at = view.position
    return [
        (N_("As of"), view.on),
        (N_("Principal still owed"), Money(at.principal_minor, view.currency)),
        (N_("Interest posted"), Money(at.interest_minor, view.currency)),
        (N_("Interest counted through"), at.interest_from),
        (N_("Open fees"), Money(at.fees_minor, view.currency)),
        (N_("Your credit"), Money(at.credit_minor, view.currency)),
        (N_("Paid on the plan so far"), Money(at.met_minor, view.currency)),
    ]


def _entries(scope: Scope, view: View, number: int | None) -> tuple[list[Posting], int]:
    """The newest entries behind the figure: those that paid the installment, or all of the agreement."""
    visible = scope.select(Agreement, Agreement.id).where(Agreement.id == view.agreement.id)
    query = select(JournalEntry).where(JournalEntry.agreement_id.in_(visible))
    if number:
        paid = select(Allocation.entry_id).where(Allocation.installment_number == number)
        query = query.where(JournalEntry.id.in_(paid))
    rows = db.session.scalars(
        query.options(selectinload(JournalEntry.lines))
        .order_by(JournalEntry.position.desc())
        .limit(MOST_ENTRIES + 1)
    ).all()
    shown = [_posting(row) for row in rows[:MOST_ENTRIES]]
    return shown, max((rows[-1].position or 0), 1) if len(rows) > MOST_ENTRIES else 0


def _posting(row: JournalEntry) -> Posting:
    lines = [
        (Sentence(OWN_WORDS[line.account]), line.amount_minor)
        for line in row.lines
        if line.account in OWN_WORDS
    ]
    return Posting(
        row.position or 0, row.effective_on, Sentence(CAUSE_WORDS.get(row.cause, row.cause)), lines
    )
