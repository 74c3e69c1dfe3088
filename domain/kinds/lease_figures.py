"""What the page of a lease-to-own shows and says: what was paid, and what is left until the goods are bought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from domain.kinds.base import Figure, Position, Quote
from domain.kinds.closing import Bought
from domain.kinds.loan import FREQUENCIES
from domain.rules import lease
from domain.rules.lease import LeaseTerms
from domain.words import N_, Money, Sentence, Step, Trace

WORDS: Mapping[str, str] = {
    "due": N_("Payment due"),
    "next": N_("Next payment"),
    "nothing": N_("Nothing is left to pay."),
    "owed": N_("Owed in all"),
    "credit": N_("Paid ahead"),
    "close": N_("Buy it today for"),
    "to_go": N_("Buy it today for %(amount)s"),
    "percent": N_("%(percent)s %% paid"),
    "plan": N_("Your plan"),
    "ahead": N_("Still to pay"),
    "done": N_("Payments made"),
}


def figures(
    paid_minor: int,
    open_minor: int,
    ahead_minor: int,
    coming: Sequence[int],
    left_minor: int,
) -> Sequence[Figure]:
    """What was paid so far, and what is left to pay; amounts in minor units with their tax.

    `open_minor`: lease payments that fell due and are not paid; `ahead_minor`: money that waits for the next one;
    `coming`: the payments still to come.
    """
    late = Step(Sentence(N_("Lease payments not yet paid.")), open_minor)
    of_paid = (
        Step(
            Sentence(N_("Lease payments that fell due, with their tax.")),
            paid_minor + open_minor - ahead_minor,
        ),
        Step(late.sentence, -open_minor),
        Step(Sentence(N_("Paid ahead.")), ahead_minor),
    )
    still = Sentence(N_("Payments still to come: %(count)s."), {"count": len(coming)})
    of_left = (late, Step(still, sum(coming)), Step(Sentence(N_("Paid ahead.")), -ahead_minor))
    found = [Figure("paid", Sentence(N_("Paid so far")), paid_minor, _trace("lease.paid", of_paid))]
    if left_minor:
        found.append(Figure("left", Sentence(N_("Left to pay")), left_minor, _trace("lease.left", of_left)))
    return found


def _trace(rule: str, steps: tuple[Step, ...]) -> Trace:
    return Trace(rule, 1, tuple(step for step in steps if step.amount_minor))


def settled(position: Position, on: date, owed: int) -> Quote:
    """What ends a lease of which nothing is to come any more: what is open, less credit."""
    used = min(position.credit_minor, owed)
    steps = (
        Step(Sentence(N_("Charges not yet paid.")), owed),
        Step(Sentence(N_("Credit is taken off.")), -used),
    )
    return Quote(
        on=on, principal_minor=0, interest_minor=0, fees_minor=owed, credit_minor=used,
        total_minor=max(owed - position.credit_minor, 0), per_diem_minor=0,
        trace=Trace("charges.close", 1, tuple(step for step in steps if step.amount_minor)),
    )  # fmt: skip


def of_bought(bought: Bought, on: date | None) -> Sequence[Figure]:
    """What goods that were bought early on a day cost in all."""
    steps = (
        Step(Sentence(N_("Lease payments that were paid before, with their tax.")), bought.paid_minor),
        Step(Sentence(N_("What bought it on %(day)s."), {"day": on}), bought.price_minor),
    )
    return (Figure("paid", Sentence(N_("Paid in all")), bought.all_minor, _trace("lease.paid", steps)),)


def facts(terms: LeaseTerms, ended_on: date | None, bought: Bought | None) -> Sequence[tuple[str, Any]]:
    """The terms as label and value pairs for the agreement's page; values are formatted by the page."""
    currency = terms.currency
    found: list[tuple[str, Any]] = [
        (N_("Cash price"), Money(terms.cash_price_minor, currency)),
        (N_("Payments"), terms.count),
        (N_("Each payment, before tax"), Money(terms.payment_minor, currency)),
        (N_("Tax on each payment"), Money(lease.tax_minor(terms, terms.payment_minor), currency)),
        (N_("All payments with tax"), Money(lease.total_cost_minor(terms), currency)),
        (N_("How often"), Sentence(FREQUENCIES.get(terms.frequency, terms.frequency))),
        (N_("Start"), terms.start_on),
        (N_("First payment"), terms.first_due_on),
    ]
    if bought is not None:
        return [
            *found,
            (N_("Bought early for"), Money(bought.price_minor, currency)),
            (N_("Yours since"), ended_on),
        ]
    if ended_on is None:
        found.append((N_("Yours on"), lease.ends_on(terms)))
    if (window := lease.cash_window_ends_on(terms)) is not None:
        found.append((N_("Same as cash through"), window))
    if ended_on:
        found.append((N_("Ended"), ended_on))
    return found
