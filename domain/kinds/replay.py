"""Tell the history of an agreement again: what each payment pays when one is added before the others, or goes back.

The facts (who paid how much on which day, what came back, what was charged) stay as they are; what they paid follows
from the rules. `tell` walks them in the order in which they count; `taken_back` is what a return does to a position.
Pure: nothing is read or stored here. Source of the need: a payment with an earlier day changes the interest of every
later one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from domain.kinds.base import Application, Missed, OpenCharge, Part, Position
from domain.kinds.kind import Kind


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment of `amount_minor` that counts from `on`; `extra` as `Kind.apply` takes it."""

    key: str
    on: date
    amount_minor: int
    extra: str | date = "shorter"
    payer: str = ""


@dataclass(frozen=True, slots=True)
class WentBack:
    """The payment of the key went back on a day."""

    key: str
    on: date


@dataclass(frozen=True, slots=True)
class Charged:
    """A charge was added, or lowered (an amount below zero)."""

    on: date
    charge: OpenCharge


Fact = Paid | WentBack | Charged


@dataclass(frozen=True, slots=True)
class Told:
    """What a fact did: interest posted first, the parts it paid (or restored), and where it left the agreement."""

    fact: Fact
    accrual_minor: int
    parts: tuple[Part, ...]
    after: Position
    applied: Application | None = None
    missed: Missed | None = None


def tell(kind: Kind, terms: Any, start: Position, facts: Sequence[Fact]) -> list[Told]:
    """What each fact does, in the order given, from the position at the start."""
    told: list[Told] = []
    position = start
    payments: dict[str, tuple[Paid, tuple[Part, ...]]] = {}
    for fact in facts:
        if isinstance(fact, Paid):
            applied = kind.apply(
                terms, position, fact.amount_minor, fact.on, extra=fact.extra, payer=fact.payer
            )
            payments[fact.key] = (fact, applied.parts)
            told.append(Told(fact, applied.accrual_minor, applied.parts, applied.after, applied))
        elif isinstance(fact, WentBack):
            paid, parts = payments[fact.key]
            after, missed = taken_back(kind, terms, position, parts, paid.on, fact.on)
            back = tuple(replace(part, amount_minor=-part.amount_minor) for part in parts)
            told.append(Told(fact, missed.amount_minor, back, after, missed=missed))
        else:
            told.append(Told(fact, 0, (), _charged(position, fact.charge)))
        position = told[-1].after
    return told


def taken_back(
    kind: Kind, terms: Any, position: Position, parts: Sequence[Part], paid_on: date, on: date
) -> tuple[Position, Missed]:
    """The position once a payment of `paid_on` that paid `parts` went back on a day, and the interest posted for it."""
    restored = sum(part.amount_minor for part in parts if part.bucket == "principal")
    covered_to = max(
        [part.due_on for part in parts if part.bucket == "interest" and part.due_on], default=paid_on
    )
    missed = kind.missed(terms, position, restored, paid_on, covered_to, on)
    sums = {"principal": 0, "interest": 0, "credit": 0}
    charges = {charge.id: charge for charge in position.charges}
    for part in parts:
        if part.bucket in sums:
            sums[part.bucket] += part.amount_minor
        elif part.charge_id is not None:
            charges[part.charge_id] = _reopened(charges.get(part.charge_id), part)
    met = sum(part.amount_minor for part in parts if part.installment_number is not None)
    after = replace(
        position,
        principal_minor=position.principal_minor + sums["principal"],
        interest_minor=position.interest_minor + sums["interest"] + missed.amount_minor,
        charges=tuple(sorted(charges.values(), key=lambda charge: (charge.due_on, charge.id))),
        credit_minor=position.credit_minor - sums["credit"],
        met_minor=position.met_minor - met,
        interest_from=missed.interest_from,
    )
    return after, missed


def _reopened(charge: OpenCharge | None, part: Part) -> OpenCharge:
    if charge is not None:
        return replace(charge, open_minor=charge.open_minor + part.amount_minor)
    return OpenCharge(part.charge_id or 0, "", part.due_on or date.min, part.amount_minor)


def _charged(position: Position, moved: OpenCharge) -> Position:
    charges = {charge.id: charge for charge in position.charges}
    before = charges.get(moved.id)
    if before is None:
        charges[moved.id] = moved
    else:
        charges[moved.id] = replace(before, open_minor=before.open_minor + moved.open_minor)
    still = (charge for charge in charges.values() if charge.open_minor)
    return replace(position, charges=tuple(sorted(still, key=lambda charge: (charge.due_on, charge.id))))


def agrees(told: Position, booked: Position) -> bool:
    """Whether a history told again ends where the books stand."""

    def figures(position: Position) -> tuple[Any, ...]:
        charges = tuple((charge.id, charge.open_minor) for charge in position.charges if charge.open_minor)
        return (
            position.principal_minor, position.interest_minor, position.credit_minor, position.met_minor,
            position.interest_from, charges,
        )  # fmt: skip

    return figures(told) == figures(booked)
