"""What each kind offers to somebody who is about to pay: amounts, what more money may do, an end, a look ahead.

`offers_of` gives the one of a kind's name, as `domain.kinds.kind_of` gives its rules; pages ask it and never the name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.kinds import credit_line, lease_to_own, loan, loan_what_if, rental
from domain.kinds.base import Position
from domain.kinds.choices import Choice, coming, ending, of_due, of_statement
from domain.words import N_, Refused, Sentence


@dataclass(frozen=True, slots=True)
class Offers:
    """`choices` gives the amounts worth offering on a day, the likeliest first.

    `extra`: what a payer may want of money above what is due, none where nothing is to be chosen. `end`: the words of
    the page that tells what ends it on a day, None where there is no such page. `kept`: what is said of money that pays
    nothing yet. `what_if`: the module that tells what paying otherwise would do, None where that says nothing.
    """

    choices: Callable[[Any, Position, date], Sequence[Choice]]
    kept: str
    extra: tuple[str, ...] = ()
    end: Mapping[str, str] | None = None
    what_if: Any = None


EXTRA_WORDS: Mapping[str, str] = {
    "shorter": N_("end it sooner"),
    "smaller": N_("make the coming payments smaller"),
    "ahead": N_("pay the coming payments ahead"),
}
"""What money above what is due may do, as the end of "it shall ..."."""


def offers_of(name: str) -> Offers:
    """What the kind called `name` offers. Raises KeyError for a kind this version does not have."""
    return _OFFERS[name]


def check_extra(name: str, extra: str) -> None:
    """Refuse a wish for the money above what is due that agreements of the kind do not know."""
    if extra not in ("shorter", "ahead", "close", *offers_of(name).extra):
        raise Refused(Sentence(N_("Choose what the money above what is due should do.")), "extra")


def _of_loan(terms: Any, position: Position, on: date) -> list[Choice]:
    due = loan.due(terms, position, on)
    found = of_due(due, loan.schedule(terms, position, on))
    found += coming(due, N_("The next payment"), N_("That and the next payment"))
    return [*found, ending(loan.close(terms, position, on), N_("Pay it all off"))]


def _of_rental(terms: Any, position: Position, on: date) -> list[Choice]:
    due = rental.due(terms, position, on)
    found = of_due(due, ())
    owed = [charge for charge in position.charges if charge.due_on <= on]
    rent = sum(charge.open_minor for charge in owed if charge.type == "rent")
    if 0 < rent < sum(charge.open_minor for charge in owed):
        note = Sentence(N_("what it pays first is shown before you pay"))
        found.append(Choice("rent", Sentence(N_("As much as the rent")), min(rent, due.now_minor), note))
    return found + coming(due, N_("The next rent, ahead"), N_("That and the next rent, ahead"))


def _of_lease(terms: Any, position: Position, on: date) -> list[Choice]:
    due = lease_to_own.due(terms, position, on)
    found = of_due(due, ()) + coming(due, N_("The next payment"), N_("That and the next payment"))
    later = [row for row in lease_to_own.schedule(terms, position, on) if row.open_minor and row.due_on > on]
    if len(later) > 1 and due.now_minor + sum(row.open_minor for row in later[:2]) > position.credit_minor:
        total = due.now_minor + later[0].open_minor + later[1].open_minor
        title = Sentence(N_("The next two payments") if not due.now_minor else N_("That and the next two"))
        until = Sentence(N_("through %(day)s"), {"day": later[1].due_on})
        found.append(Choice("two", title, total, until, "ahead"))
    quote = lease_to_own.close(terms, position, on)
    return [*found, ending(quote, N_("Buy it today") if quote.buys else N_("Pay all that is open"))]


def _of_credit_line(terms: Any, position: Position, on: date) -> list[Choice]:
    left, balance = credit_line.statement_left_minor(position), credit_line.balance_minor(position)
    found = of_statement(position.statement, credit_line.least_minor(position), left)
    more = position.statement is not None and balance > left
    note = Sentence(N_("with what was bought since the statement")) if more else None
    return [*found, Choice("balance", Sentence(N_("The whole balance")), balance, note)]


_LOAN_END = {
    "principal": N_("Principal"),
    "interest": N_("Interest through that day"),
    "fees": N_("Open fees"),
    "credit": N_("Your credit"),
    "title": N_("Pay it off"),
    "lead": N_("What ends this loan on a day, to the cent."),
    "on": N_("To pay it off on %(day)s"),
    "each": N_("If paid off on"),
    "pay": N_("Pay this amount"),
    "letter": N_("Payoff letter"),
    "sure": N_(
        "Paid by %(day)s, this amount ends the loan. Paid sooner, what is too much of it is kept as your credit."
    ),
}
_LEASE_END = {
    "principal": N_("Price on that day, with tax"),
    "interest": N_("Interest"),
    "fees": N_("Payments and fees not yet paid"),
    "credit": N_("Your deposit and credit"),
    "title": N_("Buy it"),
    "lead": N_("What makes it yours on a day, to the cent."),
    "on": N_("To buy it on %(day)s"),
    "each": N_("If bought on"),
    "pay": N_("Pay this amount"),
    "letter": N_("Buyout letter"),
    "sure": N_(
        "Paid by %(day)s, this amount makes it yours. Only what is charged after that day is owed then."
    ),
}
_RENTAL_END = {
    "principal": N_("Rent"),
    "interest": N_("Interest"),
    "fees": N_("Rent and charges through that day"),
    "credit": N_("Your credit"),
    "title": N_("If you move out"),
    "lead": N_("What is owed in all if the stay ends on a day. Notice and deposit are settled apart."),
    "on": N_("If you move out on %(day)s"),
    "each": N_("If moved out on"),
    "pay": "",
    "letter": N_("Statement of account"),
    "sure": N_(
        "This is what is owed in rent and charges if the stay ends on %(day)s. The deposit is settled apart."
    ),
}

_OFFERS: dict[str, Offers] = {
    "loan": Offers(_of_loan, N_("Kept as your credit"), loan.EXTRA, _LOAN_END, loan_what_if),
    "lease_to_own": Offers(_of_lease, N_("Paid ahead, for what falls due next"), (), _LEASE_END),
    "rental": Offers(_of_rental, N_("Paid ahead, for what falls due next"), (), _RENTAL_END),
    "credit_line": Offers(_of_credit_line, N_("Kept as your credit")),
}
