"""Autopay by payday: paydays in, an amount for each of them that meets the contract out. Pure. Verb: `by_payday`.

The amount is the smallest one by which every due date is covered in full on or before it (on the banks' next day, where
they are closed on it), as soon as a whole round of paydays lies before it. What falls due earlier is partly or
wholly left to be paid by hand, and is said so. A debit never takes more than what falls due by the next one, so in a
month with one payday more it takes less, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from domain.rules.autopay import Cadence, Contract, Debit, Obligation, next_debits, turns
from domain.rules.autopay_amount import horizon_of
from domain.rules.business_days import next_business_day
from domain.words import N_, Money, Refused, Sentence, Step, Trace

MOST_DUES = 14
RULE = "autopay.payday"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Payday:
    """When somebody is paid: `next_on` is the next payday, `second_day` the other day of the month (twice a month)."""

    cadence: Cadence
    next_on: date
    second_day: int = 0


@dataclass(frozen=True, slots=True)
class Covered:
    """One due date: what is due on it (arrears with the first one), the last payday that pays for it, and what is left
    to be paid by hand.
    """

    due_on: date
    due_minor: int
    ready_on: date | None
    by_hand_minor: int


@dataclass(frozen=True, slots=True)
class ByPayday:
    """The contract that fits, its next debits, and how each due date is covered."""

    contract: Contract
    debits: tuple[Debit, ...]
    covered: tuple[Covered, ...]
    trace: Trace

    @property
    def by_hand_minor(self) -> int:
        """What is left to be paid by hand before the paydays have caught up."""
        return sum(one.by_hand_minor for one in self.covered)


def by_payday(
    payday: Payday,
    dues: Iterable[Obligation],
    on: date,
    *,
    currency: str,
    calendar: str = "XFED",
    count: int = 12,
) -> ByPayday:
    """The amount for each payday by which the due dates are met. `dues`: what is open and falls due, with amounts.

    Raises Refused where nothing is known to fall due, or no payday lies before any of it.
    """
    known = _known(dues, on)
    if not known:
        raise Refused(Sentence(N_("Nothing is known to fall due, so there is nothing to divide.")))
    if payday.next_on < on:
        raise Refused(Sentence(N_("This day has gone. Choose your next payday.")), "anchor")
    shape = Contract(
        currency, "fixed", on, amount_minor=1, cadence=payday.cadence, anchor_on=payday.next_on,
        second_day=payday.second_day,
    )  # fmt: skip
    last = next_business_day(known[-1].due_on, 0, calendar)
    days = [one.debit_on for one in takewhile(lambda one: one.debit_on <= last, turns(shape, (), calendar))]
    if not days:
        raise Refused(Sentence(N_("No payday lies before the next due dates.")), "anchor")
    amount = _smallest(payday.cadence, days, known, calendar)
    contract = Contract(
        currency, "fixed", on, amount_minor=amount, cadence=payday.cadence, anchor_on=payday.next_on,
        second_day=payday.second_day,
    )  # fmt: skip
    covered = _walk(payday.cadence, days, known, amount, calendar)
    debits = next_debits(contract, known, on, count, calendar=calendar)
    return ByPayday(contract, debits, covered, _trace(contract, covered))


def _known(dues: Iterable[Obligation], on: date) -> list[Obligation]:
    """The next due dates with what is due on each; what is late comes with the first."""
    amounts: dict[date, int] = {}
    for one in sorted(dues, key=lambda one: one.due_on):
        if one.amount_minor is None:
            break
        day = max(one.due_on, on)
        amounts[day] = amounts.get(day, 0) + one.amount_minor
    return [Obligation(day, amount) for day, amount in sorted(amounts.items()) if amount][:MOST_DUES]


def _smallest(cadence: Cadence, days: Sequence[date], dues: Sequence[Obligation], calendar: str) -> int:
    """The smallest amount that leaves nothing to be paid by hand once the paydays have caught up."""
    second = days[1] if len(days) > 1 else days[0]
    settled = [at for at, one in enumerate(dues) if at and one.due_on >= second] or [len(dues) - 1]

    def enough(amount: int) -> bool:
        covered = _walk(cadence, days, dues, amount, calendar)
        return not any(covered[at].by_hand_minor for at in settled)

    low, high = 1, sum(one.amount_minor or 0 for one in dues)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


def _walk(
    cadence: Cadence, days: Sequence[date], dues: Sequence[Obligation], amount: int, calendar: str
) -> tuple[Covered, ...]:
    """How each due date is covered when so much is taken on each payday, and the rest of it by hand."""
    taken, found, last = 0, [], None
    coming = list(days)
    owed = 0
    for one in dues:
        owed += one.amount_minor or 0
        deadline = next_business_day(one.due_on, 0, calendar)
        while coming and coming[0] <= deadline:
            day = coming.pop(0)
            more = min(
                amount, _through(dues, horizon_of(cadence, day, (each.due_on for each in dues))) - taken
            )
            taken, last = taken + more, day if more else last
        short = max(owed - taken, 0)
        found.append(Covered(one.due_on, one.amount_minor or 0, last if not short else None, short))
        taken += short
    return tuple(found)


def _through(dues: Sequence[Obligation], day: date) -> int:
    return sum(one.amount_minor or 0 for one in dues if one.due_on <= day)


def _trace(contract: Contract, covered: Sequence[Covered]) -> Trace:
    words = N_(
        "Paying %(amount)s on each payday covers every payment due from %(day)s on, in full and in time."
    )
    settled = [one for one in covered if not one.by_hand_minor]
    first = settled[0].due_on if settled else covered[-1].due_on
    amount = Money(contract.amount_minor, contract.currency)
    steps = [Step(Sentence(words, {"amount": amount, "day": first}), contract.amount_minor)]
    by_hand = N_(
        "Until then your paydays do not cover all: pay %(amount)s of what is due on %(day)s yourself."
    )
    steps += [
        Step(
            Sentence(by_hand, {"amount": Money(one.by_hand_minor, contract.currency), "day": one.due_on}),
            one.by_hand_minor,
        )
        for one in covered
        if one.by_hand_minor
    ]
    return Trace(RULE, VERSION, tuple(steps))
