"""What would be: paying more, paying once, paying on another day, paying off on a day; each against the plan as it is.

`paying_more`, `paying_once` and `on_another_day` tell the new last day and the interest saved; `extras` what the money
above what is due may do, each way; `payoff_days` a payoff for every day of a span; `balances` the balance by the plan
beside the real one. What is told is what the loan's own
rules would do with such payments, one by one. Pure: nothing is stored.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from domain.kinds import loan
from domain.kinds.base import Position, Quote
from domain.kinds.loan import Contract
from domain.kinds.loan_rest import DueDayMove, ReAmortise
from domain.kinds.loan_revisions import propose
from domain.rules.revisions import Revision
from domain.words import N_, Money, Refused, Sentence, Step, Trace

WHAT_IF = "loan.what_if"
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class WhatIf:
    """How the loan would go, and how it goes by the plan as it stands (each payment on its day, a late one today).

    `payments` counts the days on which something is paid. `interest_minor` is all interest still to be paid,
    `saved_minor` how much less that is; below zero it costs more.
    """

    ends_on: date
    was_ends_on: date
    payments: int
    was_payments: int
    interest_minor: int
    was_interest_minor: int
    trace: Trace

    @property
    def saved_minor(self) -> int:
        return self.was_interest_minor - self.interest_minor


@dataclass(frozen=True, slots=True)
class Point:
    """A day, the principal owed by the plan and what was really owed (None where that is not known yet)."""

    on: date
    scheduled_minor: int
    actual_minor: int | None


@dataclass(frozen=True, slots=True)
class Extra:
    """One way for the money above what is due: the last day, the regular payment and the interest still to come then.

    `saved_minor` is how much less interest that is than without the payment's part above what is due.
    """

    name: str
    ends_on: date
    payment_minor: int
    interest_minor: int
    saved_minor: int


class _Course(NamedTuple):
    ends_on: date
    payments: int
    interest_minor: int


def paying_more(contract: Contract, position: Position, on: date, more_minor: int) -> WhatIf:
    """As if `more_minor` came on top of every payment from now on."""
    _check(more_minor, on, on)
    course = _course(contract, position, on, more_minor=more_minor)
    words = N_("%(more)s on top of every payment.")
    said = Sentence(words, {"more": Money(more_minor, contract.currency)})
    return _against(contract, position, on, course, said)


def paying_once(contract: Contract, position: Position, on: date, amount_minor: int, when: date) -> WhatIf:
    """As if `amount_minor` came once, on `when`, beside the regular payments."""
    _check(amount_minor, on, when)
    course = _course(contract, position, on, once_minor=amount_minor, when=when)
    words = N_("%(amount)s once, on %(day)s.")
    said = Sentence(words, {"amount": Money(amount_minor, contract.currency), "day": when})
    return _against(contract, position, on, course, said)


def on_another_day(
    contract: Contract,
    position: Position,
    on: date,
    first_due_on: date,
    anchor_days: tuple[int, ...] | None = None,
) -> WhatIf:
    """As if the coming payments fell due from another day on. Raises Refused as `loan_revisions.propose` does."""
    proposal = propose(contract, position, on, DueDayMove(first_due_on, anchor_days))
    moved = replace(contract, revisions=(*contract.revisions, proposal.revision))
    said = Sentence(N_("Payments fall due from %(day)s on."), {"day": first_due_on})
    return _against(contract, position, on, _course(moved, position, on), said)


def extras(contract: Contract, position: Position, amount_minor: int, on: date) -> tuple[Extra, ...]:
    """What a payment does by each of `loan.EXTRA`; none where it is not above what is due or next, or ends all."""
    if amount_minor <= loan.due(contract, position, on).headline_minor:
        return ()
    before = _open_interest(contract, position, on)
    found = []
    for name in loan.EXTRA:
        applied = loan.apply(contract, position, amount_minor, on, extra=name)
        after, plan = applied.after, contract
        if loan.finished(contract, after):
            return ()
        if name == "smaller":
            revision = set_anew(contract, after, on)
            if revision is None:
                continue
            plan = replace(contract, revisions=(*contract.revisions, revision))
        rows = [row for row in loan.schedule(plan, after, on) if row.open_minor]
        paid = sum(part.amount_minor for part in applied.parts if part.bucket == "interest")
        left = sum(row.interest_minor for row in rows)
        found.append(Extra(name, rows[-1].due_on, plan.plan.payment_minor, left, before - paid - left))
    return tuple(found)


def set_anew(contract: Contract, position: Position, on: date) -> Revision | None:
    """The coming payments made smaller by what was paid above what was due; None where no payment is left to change."""
    day = max(on, position.interest_from, *(earlier.on for earlier in contract.revisions))
    try:
        return propose(contract, position, day, ReAmortise()).revision
    except Refused:
        return None


def _open_interest(contract: Contract, position: Position, on: date) -> int:
    return sum(row.interest_minor for row in loan.schedule(contract, position, on) if row.open_minor)


def payoff_days(contract: Contract, position: Position, first: date, count: int) -> tuple[Quote, ...]:
    """What would end the loan on each of `count` days from `first` on, with one day's interest after each."""
    if not 1 <= count <= MOST_DAYS:
        raise Refused(
            Sentence(N_("Ask for between one day and %(most)s days."), {"most": MOST_DAYS}), "count"
        )
    return tuple(loan.close(contract, position, first + timedelta(days=number)) for number in range(count))


def payoff_through(contract: Contract, position: Position, on: date, through: date) -> Quote:
    """One payoff good until `through`: it holds the interest up to that day; paid sooner, the rest is credit."""
    if not on <= through <= on + timedelta(days=MOST_DAYS):
        raise Refused(Sentence(N_("The last day of a payoff must be within a year.")), "good_through")
    return replace(loan.close(contract, position, through), good_through=through)


def balances(contract: Contract, history: Sequence[tuple[date, int]], on: date) -> list[Point]:
    """The principal by the plan and as it was, for a chart: a point for each due day and each day it really changed.

    `history`: (day, principal owed from then on) in order, as the books have it; nothing is known after `on`.
    """
    rows = contract.plan.rows
    dues, known = [row.due_on for row in rows], [day for day, _ in history]
    days = sorted({contract.terms.start_on, *dues, *known, on})
    points = []
    for day in days:
        due, seen = bisect_right(dues, day), bisect_right(known, day)
        scheduled = rows[due - 1].balance_minor if due else contract.terms.principal_minor
        actual = history[seen - 1][1] if seen and day <= on else None
        points.append(Point(day, scheduled, actual))
    return points


def _course(
    contract: Contract,
    position: Position,
    on: date,
    more_minor: int = 0,
    once_minor: int = 0,
    when: date | None = None,
) -> _Course:
    """Pay what is due on its day, and what is asked for beside it, through the rules of the loan."""
    wanted: dict[date, int] = {}
    for row in loan.schedule(contract, position, on):
        if row.open_minor:
            day = max(row.due_on, on)
            wanted[day] = wanted.get(day, more_minor) + row.open_minor
    last = max(wanted, default=on)
    if when is not None:
        wanted[when] = wanted.get(when, 0) + once_minor
    ended, payments, interest = on, 0, 0
    for day in sorted(wanted):
        total = loan.close(contract, position, day).total_minor
        amount = total if day == last else min(wanted[day] + position.fees_minor * (day == on), total)
        if not amount:
            continue
        applied = loan.apply(contract, position, amount, day)
        position, ended, payments = applied.after, day, payments + 1
        interest += sum(part.amount_minor for part in applied.parts if part.bucket == "interest")
        if loan.finished(contract, position):
            break
    return _Course(ended, payments, interest)


def _against(contract: Contract, position: Position, on: date, course: _Course, said: Sentence) -> WhatIf:
    was = _course(contract, position, on)
    saved = was.interest_minor - course.interest_minor
    steps = (
        Step(said),
        Step(Sentence(N_("By the plan as it stands, interest still to come.")), was.interest_minor),
        Step(
            Sentence(N_("Interest saved.")) if saved >= 0 else Sentence(N_("Interest it costs on top.")),
            -saved,
        ),
        Step(
            Sentence(
                N_("The last payment would be on %(ends)s instead of %(was)s."),
                {"ends": course.ends_on, "was": was.ends_on},
            )
        ),
    )
    return WhatIf(
        course.ends_on,
        was.ends_on,
        course.payments,
        was.payments,
        course.interest_minor,
        was.interest_minor,
        Trace(WHAT_IF, 1, steps),
    )


def _check(amount_minor: int, on: date, when: date) -> None:
    if amount_minor <= 0:
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    if when < on:
        raise Refused(Sentence(N_("Choose today or a later day.")), "day")
