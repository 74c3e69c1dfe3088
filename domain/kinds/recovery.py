"""What money does that comes after a debt was charged off: it is a recovery, whatever kind of agreement it was."""

from __future__ import annotations

from dataclasses import replace

from domain.kinds.base import Application, Part, Position, part_sentence
from domain.words import Step, Trace

RULE = "charge_off.recovery"


def apply(position: Position, lost_minor: int, amount_minor: int) -> Application:
    """`lost_minor` is what was charged off and has not come back yet; money above it is the customer's credit."""
    back = min(amount_minor, max(lost_minor, 0))
    parts = [Part("recovery", back)] if back else []
    if amount_minor > back:
        parts.append(Part("credit", amount_minor - back))
    steps = tuple(Step(part_sentence(part), part.amount_minor) for part in parts)
    return Application(
        accrual_minor=0,
        interest_from=position.interest_from,
        parts=tuple(parts),
        met_minor=0,
        after=replace(position, credit_minor=position.credit_minor + amount_minor - back),
        accrual_trace=Trace(RULE, 1),
        trace=Trace(RULE, 1, steps),
    )
