"""Why is it this amount? For every figure of an agreement: the rule's own steps, what went in, the journal behind it.

The steps come from the Trace that the rule made while it computed, or from the one it left in the books; nothing here
computes an amount of its own, but for the balance, which is the sum of the figures it names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.access import Scope
from domain.kinds.charged_figures import BUCKET_WORDS, by_bucket
from domain.records.accounts import CUSTOMER_CREDIT, DEPOSITS_RECEIVABLE
from domain.reports import charges, deposits, reason_entries, statements
from domain.reports.agreements import View
from domain.reports.reason_entries import Entries, Posting
from domain.words import N_, Gone, Money, Sentence, Step, Trace

Told = tuple[Sentence, int, Trace]
"""What a figure is called, its amount in minor units, and its reason."""


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
    """The reason for `what`, one of `names` or a row of the plan ("installment-N"). Raises Gone for another."""
    word, _, digits = what.rpartition("-")
    if word in ("installment", "charge"):
        told, (entries, more) = (_installment if word == "installment" else _charge)(
            scope, view, _number(digits)
        )
    else:
        told, (entries, more) = _of_figure(scope, view, what), _entries(scope, view, what)
    title, amount, trace = told
    return Reason(title, amount, view.currency, trace, _inputs(view), entries, more)


def names(scope: Scope, view: View) -> list[str]:
    """Every figure of the agreement today that has a reason, in the order of its page; open charges at the end."""
    found = ["due"]
    if view.due.now_minor and view.due.next_minor:
        found.append("next")
    found += ["balance", "payoff"] if view.kind.WORDS["close"] else ["balance"]
    found += ["interest"] if "interest" in view.columns else []
    found += [figure.name for figure in view.figures]
    found += ["deposit"] if deposits.held_minor(scope, view) else []
    found += ["credit"] if view.position.credit_minor else []
    found += [f"installment-{row.number}" for row in view.plan if row.state in ("late", "due", "next")]
    return found + [charges.name_of(line) for line in charges.open_charges(scope, view)]


def _number(digits: str) -> int:
    if not (digits.isascii() and digits.isdigit() and 0 < len(digits) < 6):
        raise Gone(Sentence(N_("There is no such figure.")))
    return int(digits)


def _installment(scope: Scope, view: View, number: int) -> tuple[Told, Entries]:
    row = next((row for row in view.plan if row.number == number), None)
    if row is None:
        raise Gone(Sentence(N_("There is no such payment in this plan.")))
    title = Sentence(N_("Payment %(number)s, due %(day)s"), {"number": number, "day": row.due_on})
    if row.name:
        title = Sentence(N_("%(name)s, due %(day)s"), {"name": row.name, "day": row.due_on})
    told = title, row.amount_minor, view.kind.explain(view.terms, view.position, view.on, number)
    if row.rule:
        ids = charges.ids_of(scope, view, row.rule, row.key)
        return told, reason_entries.of_charges(scope, view, ids)
    return told, reason_entries.of_installment(scope, view, number)


def _charge(scope: Scope, view: View, number: int) -> tuple[Told, Entries]:
    line = charges.charge(scope, view, number)
    title = Sentence(N_("%(name)s, due %(day)s"), {"name": line.name, "day": line.due_on})
    told = title, line.open_minor or line.amount_minor, charges.trace(line)
    return told, reason_entries.of_charges(scope, view, [line.id])


def _of_figure(scope: Scope, view: View, what: str) -> Told:
    if what == "due":
        return view.headline, view.due.headline_minor, _due(scope, view)
    if what == "next" and view.due.next_minor:
        return view.words("next"), view.due.next_minor, _next(view)
    if what == "payoff" and view.kind.WORDS["close"]:
        return view.words("close"), view.quote.total_minor, view.quote.trace
    if what == "balance":
        return (
            view.words("owed" if view.balance_minor >= 0 else "credit"),
            abs(view.balance_minor),
            _balance(view),
        )
    if what == "interest" and "interest" in view.columns:
        return _interest(view)
    if what == "credit":
        return Sentence(N_("Your credit")), view.position.credit_minor, _credit(view)
    if what == "deposit" and (held := deposits.held_minor(scope, view)):
        return Sentence(N_("Security deposit held")), held, deposits.trace(held)
    figure = next((figure for figure in view.figures if figure.name == what), None)
    if figure is None:
        raise Gone(Sentence(N_("There is no such figure.")))
    return figure.title, figure.amount_minor, _stored(scope, view, what) or figure.trace


def _stored(scope: Scope, view: View, what: str) -> Trace | None:
    """The reason that a statement was issued with, for the figures that come from it."""
    if what not in ("minimum", "statement"):
        return None
    last = statements.last(scope, view.agreement)
    return statements.kept_trace(last, "minimum" if what == "minimum" else "closing") if last else None


def _due(scope: Scope, view: View) -> Trace:
    """What is due; where a statement asked for it, why the statement did."""
    trace = view.due.trace
    asked = _stored(scope, view, "minimum") if view.position.statement and view.due.headline_minor else None
    return Trace(trace.rule, trace.version, asked.steps + trace.steps[1:]) if asked else trace


def _next(view: View) -> Trace:
    """The reasons of everything that falls due on the next due day."""
    steps: list[Step] = []
    found = Trace("agreement.next", 1)
    for row in view.plan:
        if row.due_on == view.due.next_on and row.open_minor:
            found = view.kind.explain(view.terms, view.position, view.on, row.number)
            steps += found.steps
    return Trace(found.rule, found.version, tuple(steps))


def _balance(view: View) -> Trace:
    """What the balance is made of; below zero, what is left of the customer's own money."""
    at = view.position
    steps = [
        Step(Sentence(N_("Principal still owed.")), at.principal_minor),
        Step(Sentence(N_("Interest posted and not yet paid.")), at.interest_minor),
    ]
    steps += [Step(Sentence(BUCKET_WORDS[bucket]), amount) for bucket, amount in by_bucket(at)]
    if view.balance_minor < 0:
        own = Step(Sentence(N_("Paid, and not used for anything yet.")), at.credit_minor)
        steps = [own, *(replace(step, amount_minor=-(step.amount_minor or 0)) for step in steps)]
    else:
        steps += _credit(view).steps
    return Trace("agreement.balance", 1, tuple(step for step in steps if step.amount_minor))


def _credit(view: View) -> Trace:
    words = N_("Credit is taken off.")
    if view.position.credit_minor < 0:
        words = N_("Credit that was used and has gone back.")
    return Trace("agreement.credit", 1, (Step(Sentence(words), -view.position.credit_minor),))


def _interest(view: View) -> Told:
    """Interest owed today: what is posted, and what has run since by the kind's own rule."""
    plain = replace(view.position, charges=(), credit_minor=0)
    applied = view.kind.apply(view.terms, plain, 0, view.on)
    posted = Step(Sentence(N_("Interest posted and not yet paid.")), plain.interest_minor)
    steps = ((posted,) if plain.interest_minor else ()) + applied.accrual_trace.steps
    trace = replace(applied.accrual_trace, steps=steps)
    return Sentence(N_("Interest owed today")), plain.interest_minor + applied.accrual_minor, trace


def _inputs(view: View) -> list[tuple[str, Any]]:
    at = view.position

    def money(minor: int) -> Money:
        return Money(minor, view.currency)

    found: list[tuple[str, Any]] = [(N_("As of"), view.on)]
    if "interest" in view.columns:
        found += [
            (N_("Principal still owed"), money(at.principal_minor)),
            (N_("Interest posted"), money(at.interest_minor)),
            (N_("Interest counted through"), at.interest_from),
            (N_("Open fees"), money(at.fees_minor)),
            (N_("Your credit"), money(at.credit_minor)),
            (N_("Paid on the plan so far"), money(at.met_minor)),
        ]
        return found
    found += [(N_("Charges not yet paid"), money(at.fees_minor)), (N_("Your credit"), money(at.credit_minor))]
    if at.billed_through is not None:
        found.append((N_("Charged through"), at.billed_through))
    if at.statement is not None:
        found += [
            (N_("Last statement closed on"), at.statement.closing_on),
            (N_("Paid since the statement"), money(at.statement.paid_since_minor)),
        ]
    return found


def _entries(scope: Scope, view: View, what: str) -> Entries:
    """The entries behind a figure: those of the charges it is made of, else the newest of the agreement."""
    if what == "credit":
        return reason_entries.of_accounts(scope, view, CUSTOMER_CREDIT)
    if what == "deposit":
        return reason_entries.of_accounts(scope, view, DEPOSITS_RECEIVABLE)
    owed = [charge.id for charge in view.position.charges if charge.due_on <= view.on]
    if what == "due" and owed and "interest" not in view.columns:
        return reason_entries.of_charges(scope, view, owed)
    return reason_entries.of_agreement(scope, view)


def of_statement(scope: Scope, view: View, one: statements.Issued, what: str) -> Reason:
    """The reason for a figure of a statement, as it was when the statement was issued. Raises Gone."""
    title, amount, trace, entry_ids = statements.told(scope, one, what)
    entries, more = reason_entries.of_ids(scope, view, entry_ids)
    inputs = [
        (N_("From"), one.statement.period_from),
        (N_("Closed on"), one.statement.closing_on),
        (N_("Due on"), one.statement.due_on),
        (N_("Balance of the last statement"), Money(one.figures["opening"], view.currency)),
    ]
    return Reason(title, amount, view.currency, trace, inputs, entries, more)
