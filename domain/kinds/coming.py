"""What is owed for a debit that takes money by itself, and what falls due next: the same questions for every kind.

Verbs: `owing_of` for one debit, `coming` for a forecast, `nearest_due` for the names of the next periods. Pure; terms
and position are those that the payer may know (`of_payer`, `charged.seen_by`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from domain.kinds.base import Position
from domain.kinds.kind import Kind
from domain.kinds.owed import owed_on
from domain.rules.autopay import Contract, Obligation, Turn
from domain.rules.autopay_amount import Owing, horizon_of

_DAY = timedelta(days=1)
LOOK_BACK = timedelta(days=45)
"""How long ago a due day may lie whose debit is still ahead: taken late, or moved by holidays."""
LOOK_AHEAD = timedelta(days=400)
"""As far as the next periods are looked for: more than a year, for what is paid once a year."""


def nearest_due(kind: Kind, terms: Any, position: Position, on: date) -> tuple[Obligation, ...]:
    """The due days around a day, for `autopay.turns`; without amounts. Charges that were added count as well."""
    since, through = on - LOOK_BACK, on + LOOK_AHEAD
    days = set(kind.due_days(terms, position, since, through))
    if not kind.STATEMENTS:
        days |= {one.due_on for one in position.charges if since <= one.due_on <= through}
    return tuple(Obligation(day, None) for day in sorted(days))


def coming(kind: Kind, terms: Any, position: Position, on: date) -> tuple[Obligation, ...]:
    """What is open and what falls due, oldest first, with amounts; None where a statement is still to come."""
    rows = kind.schedule(terms, position, on)
    found = [Obligation(row.due_on, row.open_minor) for row in rows if row.open_minor]
    if kind.STATEMENTS:
        known = {row.due_on for row in rows}
        later = kind.due_days(terms, position, on, on + LOOK_AHEAD)
        found += [Obligation(day, None) for day in later if day not in known]
    else:
        listed = {(row.rule, row.key) for row in rows if row.rule}
        found += [
            Obligation(one.due_on, one.open_minor)
            for one in position.charges
            if (one.rule, one.period) not in listed
        ]
    return tuple(sorted(found, key=lambda one: one.due_on))


def owing_of(
    kind: Kind,
    terms: Any,
    position: Position,
    contract: Contract,
    turn: Turn,
    *,
    on_its_way_minor: int = 0,
    own_minor: int = 0,
) -> Owing:
    """What is owed for the debit of `turn`, as the books stand now.

    `on_its_way_minor`: payments under way on the agreement; `own_minor`: what this payer paid of the period or has on
    its way themselves (asked for by shares only).
    """
    # Credit that was used and went back again is owed like anything else.
    back, credit = max(-position.credit_minor, 0), max(position.credit_minor, 0)
    most = most_of(kind, terms, position, contract, turn.through_on, turn.debit_on)
    through = min(kind.falls_due(terms, position, _day_of(kind, terms, position, turn)) + back, most)
    if contract.amount_rule == "share":
        # Credit pays what fell due before; a share is counted from what that leaves.
        settled = min(credit, kind.due(terms, position, turn.through_on).past_due_minor)
        through, most, credit = through - settled, most - settled, credit - settled
    minimum, statement = kind.statement_open(terms, position) or (None, None)
    follows = contract.follow_rent_bp > 0
    return Owing(
        due_minor=through,
        owed_minor=most,
        credit_minor=credit,
        on_its_way_minor=on_its_way_minor,
        met_minor=_met(kind, terms, position, contract, turn),
        minimum_minor=minimum,
        statement_minor=statement,
        own_minor=own_minor,
        standard_minor=kind.standard_payment(terms, turn.due_on) if follows else None,
    )


def most_of(
    kind: Kind, terms: Any, position: Position, contract: Contract, through: date, debit_on: date
) -> int:
    """The most a debit may take, before credit: what falls due through a day (with a cadence of one's own: as far as
    the debit reaches), or all that is owed by the books where more can be paid down. Rent is paid no further ahead.

    A loan that ends with a debit before its last due day owes no interest beyond that debit.
    """
    owed = owed_on(kind, terms, position, debit_on) + max(position.credit_minor, 0)
    if position.principal_minor and not kind.STATEMENTS:
        return owed
    if contract.cadence != "due":
        days = kind.due_days(terms, position, debit_on, debit_on + LOOK_AHEAD)
        through = max(through, horizon_of(contract.cadence, debit_on, days))
    falls_due = kind.falls_due(terms, position, through) + max(-position.credit_minor, 0)
    return max(falls_due, owed)


def _day_of(kind: Kind, terms: Any, position: Position, turn: Turn) -> date:
    """The day as of which a debit counts what is due: the one it pays through, or, where banks are closed then and it
    comes later, its own, so that the last payment of a loan leaves no interest of those days. Never another due day.
    """
    through = turn.through_on
    if turn.debit_on <= through or not position.principal_minor or kind.STATEMENTS:
        return through
    return through if kind.due_days(terms, position, through + _DAY, turn.debit_on) else turn.debit_on


def _met(kind: Kind, terms: Any, position: Position, contract: Contract, turn: Turn) -> int:
    """What was paid already of what fell due in the period, where the amount does not follow what is still due."""
    if contract.cadence != "due" or contract.amount_rule not in ("fixed", "share"):
        return 0
    rows: Sequence[Any] = kind.schedule(terms, position, turn.debit_on)
    return sum(row.amount_minor - row.open_minor for row in rows if row.due_on == turn.due_on)
