"""The judge of the tortures: the processor's own record against our books, which alone cannot see a double charge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from domain.reports.tie_out import tie_out
from gateways import registry
from models import Payment, db
from tests.domain.actions.paying import Till

MOVED = ("accepted", "settled", "returned")
END = date(2099, 12, 31)
"""After everything that a story does, so that all of it counts."""
WAITING = ("scheduled", "awaiting", "attempting", "unknown", "pending")


@dataclass(frozen=True)
class Verdict:
    """What is wrong, by ref; `differences` are those of `flask books verify`. All empty means innocent.

    `untied` are the comparisons of the tie-out page that are not green, with both figures.
    """

    untied: list[str]
    doubled: list[str]
    lost: list[str]
    limbo: list[str]
    uncalled: list[str]
    differences: list[str]
    clearing_off_minor: int
    charges: int

    @property
    def innocent(self) -> bool:
        return not (
            self.untied
            or self.doubled
            or self.lost
            or self.limbo
            or self.uncalled
            or self.differences
            or self.clearing_off_minor
        )


def judge(till: Till, refs: Iterable[str]) -> Verdict:
    """Hold what the customers asked for (`refs`) and our books against the processor's record.

    doubled: taken more than once. lost: taken and not settled with us, or settled with us and never taken.
    limbo: still waiting for something. uncalled: asked for and not known to us, or taken without an intent of ours.
    """
    taken, settled_minor = Counter[str](), 0
    for charge in registry.default().charges():
        if charge.state in MOVED:
            taken[charge.ref] += 1
        settled_minor += charge.amount_minor if charge.state == "settled" else 0
    with till.house.app.app_context():
        query = select(Payment.ref, Payment.state).where(Payment.gateway == "sandbox")
        ours = {payment.ref: payment.state for payment in db.session.execute(query)}
        untied = [
            f"{row.section}: {row.title} {row.left_minor} / {row.right_minor} {row.currency}"
            for row in tie_out(till.who("dana"), END, END).rows
            if not row.ties
        ]
    return Verdict(
        untied=untied,
        doubled=[ref for ref, times in taken.items() if times > 1],
        lost=[ref for ref in taken if ours.get(ref) != "settled"]
        + [ref for ref, state in ours.items() if state == "settled" and ref not in taken],
        limbo=[ref for ref, state in ours.items() if state in WAITING],
        uncalled=[ref for ref in {*refs, *taken} if ref not in ours],
        differences=till.differences(),
        clearing_off_minor=till.total("clearing_sandbox") - settled_minor,
        charges=taken.total(),
    )
