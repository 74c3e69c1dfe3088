"""Whom a due date is a reason to write to, and when. Pure. Questions: `still_open`, `reminder`, `next_look`, `covered`,
`takes_late`, `less`.

A day of reminding is so many days before a due date (3), the day itself (0) or after it (-2). A day on which the
program stood still is made up for within two days, where the reminder still says the truth. On one day a person hears
one thing of an agreement: what is late before what is due, what is due before what comes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.rules.autopay import Contract, Obligation

MADE_UP = 2
"""Days after which a reminder that was missed is not sent any more."""
LOOK_AGAIN = timedelta(days=200)
"""An agreement without a reminder ahead is looked at again after so long."""
COMING = timedelta(days=10)
"""How near a debit must be for what is late to be left to it: as long before as its notice is sent."""
NOT_TAKEN = ("skipped", "held", "asked", "given_up", "covered")
"""States of a debit that takes nothing."""
ALL_OF_IT = ("due", "due_plus", "minimum", "statement")
"""Amount rules that pay what is due, whatever it is."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """What to say: the event, the due date, which of the days it is, and the amount still open (minor units)."""

    event: str
    due_on: date
    days: int
    amount_minor: int


def still_open(obligations: Iterable[Obligation], on_its_way_minor: int) -> list[tuple[date, int]]:
    """(due day, minor units) of what is still open once money on its way has arrived, oldest first."""
    left, found = on_its_way_minor, dict[date, int]()
    for one in sorted(obligations, key=lambda each: each.due_on):
        if one.amount_minor:
            paid = min(left, one.amount_minor)
            left -= paid
            if one.amount_minor > paid:
                found[one.due_on] = found.get(one.due_on, 0) + one.amount_minor - paid
    return sorted(found.items())


def reminder(opened: Sequence[tuple[date, int]], days: Collection[int], on: date) -> Reminder | None:
    """What to remind somebody of on a day, None for nothing. `opened` is what `still_open` gives.

    Of what is late it asks for all, and names the oldest due day among those whose turn it is.
    """
    found: list[Reminder] = []
    for due_on, amount in opened:
        for ahead in days:
            since = (on - (due_on - timedelta(days=ahead))).days
            if 0 <= since <= MADE_UP and (event := _event(ahead, due_on, on)):
                found.append(Reminder(event, due_on, ahead, amount))
    if not found:
        return None
    order = ("reminder_late", "reminder_due", "reminder_before")
    first = min(found, key=lambda one: (order.index(one.event), one.due_on, one.days))
    if first.event != "reminder_late":
        return first
    late = sum(amount for due_on, amount in opened if due_on < on)
    return Reminder(first.event, first.due_on, first.days, late)


def _event(ahead: int, due_on: date, on: date) -> str:
    """The event of a day of reminding, as long as it is still true."""
    if ahead > 0:
        return "reminder_before" if on < due_on else ""
    if ahead == 0:
        return "reminder_due" if on == due_on else ""
    return "reminder_late"


def next_look(due_days: Iterable[date], days: Iterable[int], on: date) -> date:
    """The next day after `on` that is somebody's day of reminding of one of the due days."""
    wanted = set(days)
    ahead = [day - timedelta(days=one) for day in due_days for one in wanted]
    return min((day for day in ahead if day > on), default=on + LOOK_AGAIN)


def covered(
    contract: Contract,
    next_debit_on: date | None,
    debits: Mapping[str, str],
    reminded: Reminder,
    on: date,
) -> bool:
    """Whether autopay takes care of what a reminder would ask for, so that nobody is nagged.

    `debits` are the states of the contract's debits by period. What was skipped, held back, asked about or given up is
    not taken care of, nor what is above the limit. What is late is, while autopay tries it again.
    """
    state = debits.get(reminded.due_on.isoformat(), "")
    if reminded.due_on < on:
        return state in ("retry", "begun")
    if state in ("skipped", "held", "asked", "given_up"):
        return False
    if next_debit_on is None or contract.paused_on(max(next_debit_on, on)):
        return state in ("begun", "done", "covered", "retry")
    if contract.amount_rule not in ALL_OF_IT and reminded.amount_minor > contract.amount_minor:
        return False
    if contract.limit_minor is not None and reminded.amount_minor > contract.limit_minor:
        return False
    return next_debit_on <= reminded.due_on or state in ("begun", "done", "covered", "retry")


def takes_late(
    contract: Contract, next_debit_on: date | None, state: str, amount_minor: int, on: date
) -> date | None:
    """The day, at most `COMING` away, on which the next debit of a contract takes an amount that is late, else None.

    `state` is that of the debit's row, "" where nothing was written down of it.
    """
    if next_debit_on is None or next_debit_on > on + COMING or state in NOT_TAKEN:
        return None
    if contract.paused_on(max(next_debit_on, on)):
        return None
    most = None if contract.amount_rule in ALL_OF_IT else contract.amount_minor
    limits = [one for one in (most, contract.limit_minor) if one is not None]
    return None if any(one < amount_minor for one in limits) else max(next_debit_on, on)


def less(obligations: Iterable[Obligation], fresh: Mapping[date, int]) -> list[Obligation]:
    """The obligations without what `fresh` (due day -> minor units) takes off: fees with a notice of their own."""
    left, found = dict(fresh), []
    for one in obligations:
        off = min(left.get(one.due_on, 0), one.amount_minor or 0)
        left[one.due_on] = left.get(one.due_on, 0) - off
        found.append(Obligation(one.due_on, one.amount_minor - off) if one.amount_minor and off else one)
    return found
