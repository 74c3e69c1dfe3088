"""The plan of a loan from where it stands: which installments are met, and how the rest will go.

The contract's schedule says what falls due; the position says what has been met and what principal is really owed.
Open rows are walked forward from today: a late one is split as it would be paid today, a coming one as on its due day.
The last row takes whatever is left, so a loan paid ahead ends early and one paid late ends with a larger payment.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import accumulate

from domain.kinds.base import Due, Installment, Position, State
from domain.kinds.loan_interest import accrued, posted_through
from domain.rules.revisions import AgreedPlan
from domain.rules.schedule import Row
from domain.words import N_, Money, Sentence, Step, Trace

DUE = "loan.due"


@lru_cache(maxsize=128)  # one page asks for what is due, for the plan and for the progress of the same loan
def installments(agreed: AgreedPlan, position: Position, on: date) -> tuple[Installment, ...]:
    """Every installment of the loan, as of the day."""
    return tuple(_walk(agreed, position, on))


def payable(agreed: AgreedPlan, position: Position, on: date) -> list[Installment]:
    """The installments that money of this day may pay: the late ones, the one due today, and the next."""
    found = []
    # What was met is left out: a what-if asks once for each payment of a loan, and must not walk all of them again.
    first = min(bisect_right(_sums(agreed), position.met_minor), len(agreed.rows) - 1)
    for row in _walk(agreed, position, on, first):
        if row.state in ("late", "due", "next"):
            found.append(row)
        if row.state == "next":
            break
    return found


def due_days(agreed: AgreedPlan, since: date, through: date) -> tuple[date, ...]:
    """The due days of the plan from one day through another, without those on which nothing is asked for."""
    rows = agreed.rows
    first = bisect_left(rows, since, key=lambda row: row.due_on)
    last = bisect_right(rows, through, key=lambda row: row.due_on)
    return tuple(row.due_on for row in rows[first:last] if row.payment_minor)


@lru_cache(maxsize=1024)  # as many as plans are kept
def _sums(agreed: AgreedPlan) -> tuple[int, ...]:
    """What is to be paid up to each row and with it."""
    return tuple(accumulate(row.payment_minor for row in agreed.rows))


def _walk(agreed: AgreedPlan, position: Position, on: date, first: int = 0) -> Iterator[Installment]:
    """The rows from the one at `first` on; those before it are met."""
    rows = agreed.rows[first:]
    principal, interest, since = position.principal_minor, position.interest_minor, position.interest_from
    total, next_seen = _sums(agreed)[first - 1] if first else 0, False
    for row in rows:
        before, total = total, total + row.payment_minor
        last = row is rows[-1]
        met = min(max(position.met_minor - before, 0), row.payment_minor)
        done = met >= row.payment_minor and not (last and principal + interest > 0)
        if done:
            state: State = "paid" if row.payment_minor else "skipped"
            yield _kept(row, 0, state)
            continue
        when = max(row.due_on, on)
        interest += accrued(agreed, principal, since, when)
        since = posted_through(agreed, since, when)
        wanted = principal + interest if last else min(row.payment_minor - met, principal + interest)
        if not wanted:
            yield _kept(row, 0, "paid" if met else "not_needed")
            continue
        of_interest = min(interest, wanted)
        interest -= of_interest
        principal -= wanted - of_interest
        state = _state(row.due_on, on, next_seen)
        next_seen = next_seen or row.due_on > on
        yield Installment(
            row.number, row.due_on, met + wanted, wanted, of_interest, wanted - of_interest, principal, state
        )


def _kept(row: Row, open_minor: int, state: State) -> Installment:
    return Installment(
        row.number,
        row.due_on,
        row.payment_minor,
        open_minor,
        row.interest_minor,
        row.principal_minor,
        row.balance_minor,
        state,
    )


def _state(due_on: date, on: date, next_seen: bool) -> State:
    if due_on < on:
        return "late"
    if due_on == on:
        return "due"
    return "upcoming" if next_seen else "next"


def due(agreed: AgreedPlan, position: Position, on: date, currency: str) -> Due:
    """What is owed as of the day, with the reason in steps."""
    plan = installments(agreed, position, on)
    late = [row for row in plan if row.state == "late"]
    today = [row for row in plan if row.state == "due"]
    coming = next((row for row in plan if row.state == "next"), None)
    past_due = sum(row.open_minor for row in late)
    due_today = sum(row.open_minor for row in today)
    gross = past_due + due_today + position.fees_minor
    oldest = min(
        [row.due_on for row in late] + [c.due_on for c in position.charges if c.due_on < on], default=None
    )
    return Due(
        on=on,
        past_due_minor=past_due,
        today_minor=due_today,
        fees_minor=position.fees_minor,
        credit_minor=position.credit_minor,
        now_minor=max(gross - position.credit_minor, 0),
        next_minor=coming.open_minor if coming else 0,
        next_on=coming.due_on if coming else None,
        oldest_on=oldest,
        days_late=(on - late[0].due_on).days if late else 0,
        left=sum(1 for row in plan if row.open_minor),
        trace=_reason(plan, position, on, currency),
    )


def falls_due(agreed: AgreedPlan, position: Position, on: date, currency: str) -> int:
    """What is open of all that fell due through the day, with fees and before any credit.

    As long as less is open than principal is owed, no installment is cut short, and sums say it; else the plan is
    walked.
    """
    count = bisect_right(agreed.rows, on, key=lambda row: row.due_on)
    asked = _sums(agreed)[count - 1] if count else 0
    open_minor = max(asked - position.met_minor, 0)
    if count < len(agreed.rows) and open_minor <= position.principal_minor:
        return open_minor + position.fees_minor
    found = due(agreed, position, on, currency)
    return found.past_due_minor + found.today_minor + found.fees_minor


def _reason(plan: tuple[Installment, ...], position: Position, on: date, currency: str) -> Trace:
    steps: list[Step] = []
    owed = any(row.state in ("late", "due") for row in plan) or position.charges
    for row in plan:
        if row.state not in (("late", "due") if owed else ("next",)):
            continue
        paid = row.amount_minor - row.open_minor
        words = {
            "late": N_("Payment %(number)s was due on %(due)s."),
            "due": N_("Payment %(number)s is due today."),
            "next": N_("Payment %(number)s falls due on %(due)s."),
        }[row.state]
        steps.append(Step(Sentence(words, {"number": row.number, "due": row.due_on}), row.amount_minor))
        if paid:
            steps.append(
                Step(Sentence(N_("Already paid of payment %(number)s."), {"number": row.number}), -paid)
            )
        steps.append(
            Step(
                Sentence(
                    N_("Of that, interest %(interest)s and principal %(principal)s."),
                    {
                        "interest": Money(row.interest_minor, currency),
                        "principal": Money(row.principal_minor, currency),
                    },
                )
            )
        )
    for charge in position.charges:
        steps.append(
            Step(Sentence(N_("Fee of %(day)s, not yet paid."), {"day": charge.due_on}), charge.open_minor)
        )
    if position.credit_minor:
        steps.append(Step(Sentence(N_("Credit is taken off.")), -position.credit_minor))
    if not steps:
        steps.append(Step(Sentence(N_("Nothing is left to pay as of %(day)s."), {"day": on}), 0))
    return Trace(DUE, 1, tuple(steps))
