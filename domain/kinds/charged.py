"""What rentals, leases and credit lines share: their money is owed in charges, posted by the day's billing.

A charge that fell due and was not posted yet (the run of the day is still to come) counts as owed all the same; money
that comes before it waits as the customer's credit and pays it when it is posted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.kinds.base import (
    Application,
    Due,
    Installment,
    Missed,
    OpenCharge,
    Part,
    Position,
    State,
    part_sentence,
)
from domain.rules.allocation import OpenLine, Profile, allocate
from domain.rules.planned import BUCKET_OF_TYPE, FEE_TYPES, PlannedCharge, called_by
from domain.words import N_, Refused, Sentence, Step, Trace

DUE = "charges.due"
ALLOCATION = "charges.allocation"


def called(charge: OpenCharge | PlannedCharge) -> str | Sentence:
    """What a charge is called on a page."""
    return called_by(charge.name, charge.type)


LATEST_DAYS = 366
"""How far ahead the due day of a charge may lie that a person adds."""


def check_added(allowed: Sequence[str], type_: str, amount_minor: int, due_on: date, today: date) -> None:
    """Refuse a charge that no agreement takes: another type, nothing, or a due day nobody could see coming."""
    if type_ not in allowed:
        raise Refused(Sentence(N_("This is not one of the choices.")), "type")
    if amount_minor <= 0:
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    if due_on < today:
        words = N_("A new charge can be due today at the earliest: nobody could have paid it before.")
        raise Refused(Sentence(words), "due_on")
    if due_on > today + timedelta(days=LATEST_DAYS):
        raise Refused(Sentence(N_("A new charge can be due within a year.")), "due_on")


def any_correction(terms: object, type_: str) -> None:
    """For kinds whose every charge stands for itself and may be taken back alone."""


def nobody_apart(terms: object, on: date) -> tuple[str, ...]:
    """For kinds of which nobody owes a share that is theirs alone."""
    return ()


def no_statement(terms: object, position: Position) -> None:
    """For kinds without statements."""


def payable(position: Position, payer: str) -> tuple[OpenCharge, ...]:
    """The charges that money of a payer may pay: their own and nobody's alone; all of them when no payer is named."""
    if not payer:
        return position.charges
    return tuple(charge for charge in position.charges if charge.payer in ("", payer))


def keys_seen(payer: str, alone: bool) -> tuple[str, ...]:
    """Whose charges a payer may know of: their own and nobody's; `alone`, as an agency pays its share, their own."""
    return (payer,) if alone else ("", payer)


def seen_by(position: Position, payer: str, alone: bool = False) -> Position:
    """The position as one payer may know it: without charges and credit that are another's alone.

    `alone`: without those that are nobody's as well.
    """
    if not payer:
        return position
    keys = keys_seen(payer, alone)
    own = tuple((key, amount) for key, amount in position.own_credit if key in keys)
    theirs = position.credit_minor if alone else sum(amount for _, amount in position.own_credit)
    theirs -= sum(amount for _, amount in own)
    mine = tuple(charge for charge in position.charges if charge.payer in keys)
    if not theirs and len(mine) == len(position.charges):
        return position
    return replace(position, charges=mine, credit_minor=position.credit_minor - theirs, own_credit=own)


def apply(position: Position, amount_minor: int, on: date, profile: Profile, payer: str = "") -> Application:
    """What money pays: open charges in the order of the profile; what is left is kept as the customer's credit.

    A debit of the customer's credit (money that came back after it was used) is made good first.
    """
    owed_back = min(max(-position.credit_minor, 0), amount_minor)
    mine = payable(position, payer)
    paid, left, _ = allocate(_lines(mine, on, payer), amount_minor - owed_back, profile, payer)
    if left and any(charge.due_on > on for charge in mine):
        more, left, _ = allocate(_lines(mine, None, payer, after=on), left, profile, payer)
        paid = (*paid, *more)
    by_id = {charge.id: charge for charge in position.charges}
    parts = [_part(by_id[charge_id], amount) for charge_id, amount in paid]
    if owed_back + left:
        parts.append(Part("credit", owed_back + left, payer=payer))
    spent = dict(paid)
    charges = tuple(
        replace(charge, open_minor=charge.open_minor - spent.get(charge.id, 0))
        for charge in position.charges
        if charge.open_minor > spent.get(charge.id, 0)
    )
    statement = position.statement
    if statement is not None:
        statement = replace(statement, paid_since_minor=statement.paid_since_minor + amount_minor)
    after = replace(
        position,
        charges=charges,
        credit_minor=position.credit_minor + owed_back + left,
        statement=statement,
    )
    steps = tuple(Step(part_sentence(part), part.amount_minor) for part in parts)
    return Application(
        accrual_minor=0,
        interest_from=position.interest_from,
        parts=tuple(parts),
        met_minor=0,
        after=after,
        accrual_trace=Trace(ALLOCATION, 1),
        trace=Trace(ALLOCATION, 1, steps),
    )


def _lines(
    charges: Iterable[OpenCharge], through: date | None, payer: str, *, after: date = date.min
) -> list[OpenLine]:
    """Charges due after one day and through another, ready to be paid; without a payer nobody's share is apart."""
    last = through or date.max
    return [
        OpenLine(charge.id, charge.type, charge.due_on, charge.open_minor, charge.payer if payer else "")
        for charge in charges
        if after < charge.due_on <= last
    ]


def credit_parts(position: Position, on: date, profile: Profile) -> tuple[Part, ...]:
    """What the customers' credit pays of the charges that are due: parts of charges only.

    Credit of one payer pays their own charges and nobody's alone, as their money would; never another's.
    """
    left = max(position.credit_minor, 0)
    if not left:
        return ()
    own = sum(amount for _, amount in position.own_credit)
    pots = [*position.own_credit, ("", left - own)]
    open_now = {charge.id: charge for charge in position.charges}
    parts: list[Part] = []
    for payer, pot in pots:
        here = replace(position, charges=tuple(open_now.values()))
        lines = _lines(payable(here, payer), on, payer)
        paid, _, _ = allocate(lines, max(min(pot, left), 0), profile, payer)
        for charge_id, amount in paid:
            charge = open_now[charge_id]
            parts.append(replace(_part(charge, amount), payer=payer))
            open_now[charge_id] = replace(charge, open_minor=charge.open_minor - amount)
            left -= amount
    return tuple(parts)


def _part(charge: OpenCharge, amount_minor: int) -> Part:
    bucket = BUCKET_OF_TYPE[charge.type]
    return Part(bucket, amount_minor, None, charge.due_on, charge.id, charge.name)  # type: ignore[arg-type]


def due(position: Position, coming: Iterable[PlannedCharge], on: date) -> Due:
    """What is owed as of the day, with the reason in steps. `coming` is what the terms ask for and was not posted."""
    unposted = list(coming)
    owed = [charge for charge in position.charges if charge.due_on <= on]
    missing = [charge for charge in unposted if charge.due_on <= on]
    later = sorted(
        [(charge.due_on, charge.open_minor) for charge in position.charges if charge.due_on > on]
        + [(charge.due_on, charge.amount_minor) for charge in unposted if charge.due_on > on]
    )
    fees = sum(charge.open_minor for charge in owed if charge.type in FEE_TYPES)
    amounts = [(charge.due_on, charge.open_minor) for charge in owed if charge.type not in FEE_TYPES]
    amounts += [(charge.due_on, charge.amount_minor) for charge in missing]
    past_due = sum(amount for day, amount in amounts if day < on)
    today = sum(amount for day, amount in amounts if day == on)
    next_on = later[0][0] if later else None
    oldest = min([day for day, amount in amounts if day < on], default=None)
    oldest_fee = min([charge.due_on for charge in owed if charge.due_on < on], default=None)
    steps = [_step(charge, charge.open_minor, on) for charge in owed]
    steps += [_step(charge, charge.amount_minor, on) for charge in missing]
    if position.credit_minor > 0:
        steps.append(Step(Sentence(N_("Credit is taken off.")), -position.credit_minor))
    elif position.credit_minor < 0:
        steps.append(Step(Sentence(N_("Credit that was used and has gone back.")), -position.credit_minor))
    now = max(past_due + today + fees - position.credit_minor, 0)
    next_minor = sum(amount for day, amount in later if day == next_on)
    if not now and next_on:
        steps += [_step(charge, charge.amount_minor, on) for charge in unposted if charge.due_on == next_on]
    if not steps:
        steps.append(Step(Sentence(N_("Nothing is left to pay as of %(day)s."), {"day": on}), 0))
    return Due(
        on=on,
        past_due_minor=past_due,
        today_minor=today,
        fees_minor=fees,
        credit_minor=position.credit_minor,
        now_minor=now,
        next_minor=next_minor,
        next_on=next_on,
        oldest_on=oldest or oldest_fee,
        days_late=(on - oldest).days if oldest and now else 0,
        left=len({day for day, _ in amounts}) + len({day for day, _ in later}),
        trace=Trace(DUE, 1, tuple(steps)),
    )


def summed(due: Callable[[Any, Position, date], Due]) -> Callable[[Any, Position, date], int]:
    """`falls_due` of a kind, from its `due`: all that fell due and is open, with fees and before any credit."""

    def falls_due(terms: Any, position: Position, on: date) -> int:
        found = due(terms, position, on)
        return found.past_due_minor + found.today_minor + found.fees_minor

    return falls_due


def _step(charge: OpenCharge | PlannedCharge, amount_minor: int, on: date) -> Step:
    words = N_("%(name)s, due %(due)s.") if charge.due_on <= on else N_("%(name)s falls due on %(due)s.")
    return Step(Sentence(words, {"name": called(charge), "due": charge.due_on}), amount_minor)


def plan(asked: Iterable[PlannedCharge], position: Position, on: date) -> tuple[Installment, ...]:
    """Every charge the terms ask for as a line of the plan, with what is still open of it. Numbered from 1."""
    standing = {(charge.rule, charge.period): charge for charge in position.charges}
    rows, next_on = [], None
    for number, charge in enumerate(asked, 1):
        posted = position.billed_through is not None and charge.due_on <= position.billed_through
        open_charge = standing.get((charge.rule, charge.key))
        left = charge.amount_minor
        if posted:
            left = open_charge.open_minor if open_charge else 0
        if charge.due_on > on and left and next_on is None:
            next_on = charge.due_on
        rows.append(
            Installment(
                number=number,
                due_on=charge.due_on,
                amount_minor=charge.amount_minor,
                open_minor=left,
                interest_minor=0,
                principal_minor=0,
                balance_minor=0,
                state=_state(charge.due_on, left, on, next_on),
                name=called(charge),
                tax_minor=charge.tax_minor,
                period_from=charge.period_from,
                period_to=charge.period_to,
                rule=charge.rule,
                key=charge.key,
            )
        )
    return tuple(rows)


def _state(due_on: date, left: int, on: date, next_on: date | None) -> State:
    if not left:
        return "paid"
    if due_on < on:
        return "late"
    if due_on == on:
        return "due"
    return "next" if due_on == next_on else "upcoming"


def nothing_missed(position: Position, rule: str) -> Missed:
    """Charges bear no interest of their own: nothing is posted for the days a payment was there that went back."""
    return Missed(0, position.interest_from, Trace(rule, 1))


def explained(asked: Sequence[PlannedCharge], position: Position, number: int) -> Trace:
    """Why line `number` of the plan is what it is: the rule's own reason, then what is left of it."""
    charge = asked[number - 1]
    for one in position.charges:
        if (one.rule, one.period) == (charge.rule, charge.key) and one.open_minor != charge.amount_minor:
            paid = Step(Sentence(N_("Already paid or taken off.")), one.open_minor - charge.amount_minor)
            return charge.trace.plus(paid)
    return charge.trace
