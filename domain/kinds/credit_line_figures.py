"""What the page of a credit line shows and says: the limit, the last statement, and how interest is avoided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from domain.kinds.base import Figure, Position, Quote
from domain.kinds.charged_figures import BUCKET_WORDS, by_bucket
from domain.rules.credit_line import CreditTerms, available_minor, cycles
from domain.words import N_, Money, Sentence, Step, Trace

WORDS: Mapping[str, str] = {
    "due": N_("Minimum payment due"),
    "next": N_("Minimum payment"),
    "nothing": N_("No payment is asked for now."),
    "owed": N_("Balance"),
    "credit": N_("Your credit"),
    "close": N_("To pay it all today"),
    "to_go": N_("Balance %(amount)s"),
    "percent": N_("%(percent)s %% of the limit is free"),
    "plan": N_("What you owe"),
    "ahead": N_("What you owe"),
    "done": N_("Paid"),
}


def due_days(
    terms: CreditTerms, start_on: date, position: Position, since: date, through: date
) -> tuple[date, ...]:
    """The due day of the last statement, and those of the statements that will close, from one day through another."""
    after = position.billed_through or start_on - timedelta(days=1)
    last = [position.statement.due_on] if position.statement else []
    days = [*last, *(cycle.due_on for cycle in cycles(terms, start_on, through, after))]
    return tuple(day for day in days if since <= day <= through)


def figures(
    terms: CreditTerms, position: Position, balance_minor: int, least_minor: int, interest_free_minor: int
) -> Sequence[Figure]:
    """The figures beside what is due and the balance; amounts in minor units as `credit_line` tells them.

    `interest_free_minor` is what is left to pay of the last statement's balance, while paying it still spares interest.
    """
    found = [_available(terms, balance_minor)]
    statement = position.statement
    if statement is None:
        return found
    due = {"day": statement.due_on}
    closed = Sentence(N_("statement of %(day)s"), {"day": statement.closing_on})
    paid = Step(Sentence(N_("Already paid since.")), -statement.paid_since_minor)
    asked = Step(
        Sentence(N_("The balance of the statement of %(day)s."), {"day": statement.closing_on}),
        statement.balance_minor,
    )
    found += [
        Figure("since", Sentence(N_("New since the statement")),
               balance_minor - statement.balance_minor + statement.paid_since_minor,
               _trace("credit.since", Step(Sentence(N_("The balance now.")), balance_minor),
                      Step(asked.sentence, -statement.balance_minor), Step(paid.sentence, statement.paid_since_minor))),
        Figure("statement", Sentence(N_("Last statement")), statement.balance_minor,
               Trace("credit.statement", 1, (asked,)), closed),
        Figure("minimum", Sentence(N_("Minimum payment")), statement.minimum_minor,
               Trace("credit.minimum", 1), Sentence(N_("due %(day)s"), due) if least_minor else Sentence(N_("paid"))),
    ]  # fmt: skip
    if interest_free_minor and terms.grace and terms.annual_rate_percent:
        words = Sentence(N_("paid by %(day)s: no interest on what is new"), due)
        why = _trace("credit.interest_free", asked, paid)
        found.append(
            Figure("avoid", Sentence(N_("Left of the last statement")), interest_free_minor, why, words)
        )
    return found


def _available(terms: CreditTerms, balance_minor: int) -> Figure:
    limit = Money(terms.limit_minor, terms.currency)
    steps = (
        Step(Sentence(N_("Your limit.")), terms.limit_minor),
        Step(Sentence(N_("What you owe is taken off.")), -balance_minor),
    )
    return Figure(
        "available",
        Sentence(N_("Available")),
        available_minor(terms, balance_minor),
        Trace("credit.available", 1, tuple(step for step in steps if step.amount_minor)),
        Sentence(N_("of a limit of %(limit)s"), {"limit": limit}),
    )


def _trace(rule: str, *steps: Step) -> Trace:
    return Trace(rule, 1, tuple(step for step in steps if step.amount_minor))


def close(position: Position, on: date, interest_on: date | None) -> Quote:
    """The current balance as the quote of a day; `interest_on`: when interest of the cycle under way is charged."""
    owed = dict(by_bucket(position))
    total = sum(owed.values())
    used = min(position.credit_minor, total)
    steps = [Step(Sentence(BUCKET_WORDS[bucket]), amount) for bucket, amount in owed.items()]
    if used:
        steps.append(Step(Sentence(N_("Credit is taken off.")), -used))
    if interest_on is not None:
        words = N_("Interest of the month under way, where any is owed, is charged on %(day)s.")
        steps.append(Step(Sentence(words, {"day": interest_on})))
    purchases, interest = owed.get("purchases", 0), owed.get("finance", 0)
    return Quote(
        on=on,
        principal_minor=purchases,
        interest_minor=interest,
        fees_minor=total - purchases - interest,
        credit_minor=used,
        total_minor=max(total - position.credit_minor, 0),
        per_diem_minor=0,
        trace=Trace("credit.close", 1, tuple(steps)),
    )


def facts(terms: CreditTerms, start_on: date, ended_on: date | None) -> Sequence[tuple[str, Any]]:
    """The terms as label and value pairs for the agreement's page; values are formatted by the page."""
    found: list[tuple[str, Any]] = [
        (N_("Limit"), Money(terms.limit_minor, terms.currency)),
        (N_("Interest rate a year, in percent"), terms.annual_rate_percent),
        (N_("Statement closes on day"), terms.closing_day),
        (N_("Days to pay a statement"), terms.due_days),
        (
            N_("New purchases"),
            Sentence(
                N_("without interest when the last statement was paid in full in time")
                if terms.grace
                else N_("bear interest from the day they are made")
            ),
        ),
        (N_("Start"), start_on),
    ]
    for rate in terms.rates:
        words = N_("%(rate)s %% for statements that begin on %(day)s or later")
        said = Sentence(words, {"rate": rate.annual_rate_percent, "day": rate.from_on})
        found.append((N_("Rate agreed on later"), said))
    if ended_on:
        found.append((N_("Closed to purchases"), ended_on))
    return found
