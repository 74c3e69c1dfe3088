"""The debits that are ahead of a contract, one after the other: each is decided as the run decides it and then paid as
the books would pay it, on the day it is taken. Verb: `simulated`. Pure but for the rows it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from domain.access import known_to
from domain.kinds.base import Position
from domain.kinds.coming import coming, nearest_due, owing_of
from domain.records.autopay_names import wish_of
from domain.reports.agreements import View
from domain.rules.autopay import Amount, Contract, Debit, Owing, Turn, amount_of, turns
from domain.rules.payment_states import ON_ITS_WAY
from models import Payment, db

NOTHING: frozenset[str] = frozenset()
Arriving = tuple[date, int, str | date]


@dataclass(frozen=True)
class Standing:
    """A contract on an agreement as its payer sees it, and what was decided about its periods.

    `over`: periods that were taken or given up; `skipped`, `approved`: what the payer decided; `held`: held back by
    staff.
    """

    view: View
    contract: Contract
    calendar: str
    over: frozenset[str] = NOTHING
    skipped: frozenset[str] = NOTHING
    held: frozenset[str] = NOTHING
    approved: frozenset[str] = NOTHING


def simulated(at: Standing, on: date, count: int) -> tuple[Debit, ...]:
    """The next `count` debits from a day on, with what each takes if nothing else happens."""
    kind, terms = at.view.kind, at.view.terms
    position, under_way = at.view.position, _under_way(at.view)
    lessened = bool(under_way) or position.credit_minor > 0
    dues = nearest_due(kind, terms, position, on)
    known = _known_to(at.view)
    found: list[Debit] = []
    before_on, since = date.min, date.min
    for turn in turns(at.contract, dues, at.calendar):
        since, before_on = before_on, turn.through_on
        if turn.debit_on < on or turn.period in at.over:
            continue
        if len(found) == count or _ended(at, position, found):
            break
        position, under_way = _arrived(at, position, under_way, turn)
        notes = ["shifted"] if turn.shifted else []
        if turn.period in at.held:
            found.append(_debit(turn, 0, [*notes, "held"]))
            continue
        if turn.period in at.skipped or at.contract.paused_on(turn.debit_on):
            notes.append("skipped" if turn.period in at.skipped else "paused")
            found.append(_debit(turn, 0, notes))
            continue
        if known is not None and turn.through_on > known:
            minor = at.contract.amount_minor if at.contract.amount_rule == "fixed" else None
            found.append(_debit(turn, minor, notes))
            continue
        amount, owing = _amount(at, position, turn)
        notes += [amount.code] if amount.code else []
        if lessened and amount.minor < _usual(at, turn, since):
            notes.append("credit")
        found.append(_debit(turn, amount.minor, notes, amount.wanted_minor))
        position = _paid(at, position, _with_others(at, amount, owing), turn.debit_on, turn.through_on)
    return tuple(found)


def _under_way(view: View) -> list[Arriving]:
    """Payments on their way, as (day from which they count, amount, what it is for), the earliest first: as the run,
    what was sent counts for every debit, what is planned for those of its day and later.
    """
    query = select(
        Payment.state, Payment.begun_on, Payment.amount_minor, Payment.ref, Payment.channel, Payment.extra
    ).where(Payment.agreement_id == view.agreement.id, Payment.state.in_(ON_ITS_WAY))
    rows = db.session.execute(query.where(known_to(int(view.payer))) if view.payer else query)
    found = [
        (row.begun_on if row.state == "scheduled" else date.min, row.amount_minor, wish_of(row))
        for row in rows
    ]
    return sorted(found, key=lambda one: one[:2])


def _arrived(
    at: Standing, position: Position, under_way: Sequence[Arriving], turn: Turn
) -> tuple[Position, list[Arriving]]:
    """The position once what is on its way for a day up to the turn's has come, and what is still to come."""
    later = [one for one in under_way if one[0] > turn.through_on]
    for day, amount, wish in under_way:
        if day <= turn.through_on:
            position = _paid(at, position, amount, max(day, at.view.on), wish)
    return position, later


def _paid(
    at: Standing, position: Position, amount_minor: int, on: date, extra: str | date = "shorter"
) -> Position:
    if not amount_minor:
        return position
    day, view = max(on, position.interest_from), at.view
    return view.kind.apply(view.terms, position, amount_minor, day, extra=extra, payer=view.payer).after


def _amount(at: Standing, position: Position, turn: Turn) -> tuple[Amount, Owing]:
    owing = owing_of(at.view.kind, at.view.terms, position, at.contract, turn)
    return amount_of(at.contract, owing, approved=turn.period in at.approved), owing


def _with_others(at: Standing, amount: Amount, owing: Owing) -> int:
    """What comes with the debit: where everybody pays a share, the others pay theirs by themselves."""
    if at.contract.amount_rule != "share" or not amount.minor:
        return amount.minor
    return max(owing.due_minor - owing.credit_minor, amount.minor)


def _usual(at: Standing, turn: Turn, since: date) -> int:
    """What the debit of a turn would take of what falls due after `since`, the day the turn before it pays through, if
    there were no credit and nothing on its way. What earlier debits pay in advance makes none of them less.
    """
    kind, terms, position = at.view.kind, at.view.terms, at.view.position
    owing = replace(owing_of(kind, terms, position, at.contract, turn), credit_minor=0)
    if not kind.STATEMENTS:
        rows = coming(kind, terms, position, at.view.on)
        own = sum(one.amount_minor or 0 for one in rows if since < one.due_on <= turn.through_on)
        owing = replace(owing, due_minor=own)
    return amount_of(at.contract, owing, approved=turn.period in at.approved).minor


def _ended(at: Standing, position: Position, found: Sequence[Debit]) -> bool:
    """Whether nothing is left that a cadence of one's own could pay towards."""
    if at.contract.cadence == "due" or not found or found[-1].amount_minor:
        return False
    day = found[-1].debit_on
    return at.view.kind.due(at.view.terms, position, day).next_on is None


def _known_to(view: View) -> date | None:
    """The last day for which a line with statements knows what is due; None where everything is known."""
    statement = view.position.statement
    if not view.closes_cycles:
        return None
    return statement.due_on if statement is not None else view.on


def _debit(turn: Turn, minor: int | None, notes: Sequence[str], wanted: int | None = None) -> Debit:
    return Debit(turn.period, turn.due_on, turn.debit_on, turn.through_on, minor, tuple(notes), wanted)
