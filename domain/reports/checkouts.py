"""Several agreements paid in one go: what can be chosen, what a choice comes to, and what became of it.

A payment of a checkout stands for itself; here are only the answers that concern several of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func

from domain.access import Scope
from domain.reports import previews
from domain.reports.agreements import View
from domain.reports.payment_story import tell
from domain.reports.payments import Line, lines, read
from domain.rules.payment_states import LIVE, WORDS
from domain.words import Money, Sentence
from models import Payment, db

MOST = 20
"""So many agreements may be paid in one go: each of them waits for an answer of its gateway."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One payment of a checkout: where it stands, in a few words and in a sentence, what that means, what to do.

    `variant` is the colour of it.
    """

    line: Line
    state: Sentence
    headline: Sentence
    more: Sequence[Sentence]
    todo: Sentence | None
    variant: str

    @property
    def gone(self) -> bool:
        """Whether it took no money, or gave it back."""
        return self.line.shown in ("failed", "cancelled", "returned", "disputed")


@dataclass(frozen=True, slots=True)
class Checkout:
    """What became of payments that were confirmed together, in the order in which they were begun."""

    ref: str
    outcomes: Sequence[Outcome]

    @property
    def totals(self) -> list[Money]:
        """What was to be paid, by currency."""
        return totals(_amount(one) for one in self.outcomes)

    @property
    def kept(self) -> list[Money]:
        """What of it was paid or is on its way, by currency; empty when it is none of it."""
        return totals(_amount(one) for one in self.outcomes if not one.gone)

    @property
    def gone(self) -> Sequence[Outcome]:
        return [one for one in self.outcomes if one.gone]

    @property
    def states(self) -> Counter[str]:
        return Counter(one.line.shown for one in self.outcomes)

    @property
    def under_way(self) -> bool:
        return any(one.line.on_its_way for one in self.outcomes)

    @property
    def moving(self) -> bool:
        """Whether one of them may change within seconds, so that a page looks again soon."""
        return any(one.line.state in LIVE or one.line.state == "awaiting" for one in self.outcomes)


def _amount(outcome: Outcome) -> Money:
    return Money(outcome.line.amount_minor, outcome.line.currency)


def totals(amounts: Iterable[Money]) -> list[Money]:
    """The sums of the amounts, one for each currency, in the order in which the currencies came."""
    sums: dict[str, int] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, 0) + amount.minor
    return [Money(minor, currency) for currency, minor in sums.items()]


def payable(views: Iterable[View]) -> list[View]:
    """Those of the agreements on which something can be paid now."""
    return [view for view in views if view.payable_here]


def offered(view: View) -> tuple[int, bool]:
    """(the amount to begin with in minor units, whether it is due now) of an agreement that can be paid."""
    first = next(iter(previews.choices(view)), None)
    if first is None:
        return view.payable_minor, False
    return first.amount_minor, bool(view.due.now_minor) and first.name in ("due", "minimum")


def checkout(scope: Scope, ref: str, on: date) -> Checkout | None:
    """The payments of a checkout that the person may see; None when there are none."""
    found = sorted(read(lines(scope).where(Payment.checkout_ref == ref)), key=lambda line: line.id)
    return Checkout(ref, [_outcome(line, on) for line in found]) if found else None


def _outcome(line: Line, on: date) -> Outcome:
    return Outcome(line, Sentence(WORDS[line.shown]), *tell(line, on))


def begun(scope: Scope, refs: Iterable[str]) -> set[str]:
    """Those of the refs under which payments were begun already."""
    return set(db.session.scalars(scope.select(Payment, Payment.ref).where(Payment.ref.in_(list(refs)))))


def siblings(scope: Scope, payment: Payment) -> list[Line]:
    """The other payments of the same checkout, in the order in which they were begun."""
    if payment.checkout_ref is None:
        return []
    query = lines(scope).where(Payment.checkout_ref == payment.checkout_ref, Payment.id != payment.id)
    return sorted(read(query), key=lambda line: line.id)


def together(scope: Scope, shown: Sequence[Line]) -> dict[int, tuple[str, int]]:
    """Payment id -> (ref of its checkout, how many others are in it), for those with others."""
    of = {line.id: line for line in shown}
    named = db.session.execute(
        scope.select(Payment, Payment.id, Payment.checkout_ref).where(
            Payment.id.in_(of), Payment.checkout_ref.is_not(None)
        )
    ).all()
    if not named:
        return {}
    counted = (
        scope.select(Payment, Payment.checkout_ref, func.count())
        .where(Payment.checkout_ref.in_({ref for _, ref in named}))
        .group_by(Payment.checkout_ref)
    )
    many = {ref: int(count) for ref, count in db.session.execute(counted)}
    return {payment_id: (ref, many[ref] - 1) for payment_id, ref in named if many[ref] > 1}
