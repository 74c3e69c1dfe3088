"""What is owed as of a day, by agreement: the one question that the rent roll and the delinquency report both ask.

An entry counts from its `effective_on`, as known now, and a charge or a payment from that of its entry. For each
agreement and in all, whatever the day,

    balance = past due + not yet due - prepaid = what the lines on its accounts sum to.

What is due on the day is due and not late: it is past due once that day is over, and stands with what is not yet due
until then. Money beyond what was charged by the day is prepaid and never netted into what is late. Verbs: `figures`,
`totals`.

Today's figures come from the kept balances; so does every agreement to which nothing was posted for later days. All
else is summed from the lines. `slow=True` sums everything, which is how a test proves the short way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select

from domain.access import Scope
from domain.kinds.base import OpenCharge
from domain.records.accounts import CHARGED, CUSTOMER_CREDIT
from domain.reports.as_of_plans import Open, falls_due
from domain.reports.as_of_rows import Who, balances, credit_gone, open_charges, who

__all__ = ["BUCKETS", "Figures", "Open", "Sums", "bucket_of", "figures", "totals"]

CHARGED_SET = frozenset(CHARGED)
BUCKETS = (30, 60, 90)
"""The last day of each aging bucket but the last: up to 30, 31-60, 61-90, 91 and more days from the due day."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One agreement as of the day `on`; amounts in minor units of its currency.

    `past_due_minor` = rent + fees + deposit + other = the sum of `aging` (0-30, 31-60, 61-90, 91+). `open` is what
    these consist of, the oldest first, with what is not yet due where it was charged already. `unposted_minor` is
    interest contained in installments that fell due and posted with their payment: on top, not in the books yet.
    """

    agreement_id: int
    currency: str
    on: date
    balance_minor: int = 0
    past_due_minor: int = 0
    not_yet_due_minor: int = 0
    prepaid_minor: int = 0
    rent_minor: int = 0
    fees_minor: int = 0
    deposit_minor: int = 0
    other_minor: int = 0
    aging: tuple[int, int, int, int] = (0, 0, 0, 0)
    oldest_on: date | None = None
    unposted_minor: int = 0
    open: tuple[Open, ...] = ()

    @property
    def days_late(self) -> int:
        """Days since the oldest open due day; 0 where nothing is past due."""
        return (self.on - self.oldest_on).days if self.oldest_on else 0

    @property
    def today_minor(self) -> int:
        """What is due on the day itself: a part of what is not yet due."""
        return sum(line.open_minor for line in self.open if line.due_on == self.on)


@dataclass(slots=True)
class Sums:
    """The figures of many agreements of one currency."""

    agreements: int = 0
    balance_minor: int = 0
    past_due_minor: int = 0
    not_yet_due_minor: int = 0
    prepaid_minor: int = 0

    def add(self, one: Figures) -> None:
        self.agreements += 1
        self.balance_minor += one.balance_minor
        self.past_due_minor += one.past_due_minor
        self.not_yet_due_minor += one.not_yet_due_minor
        self.prepaid_minor += one.prepaid_minor


def figures(
    scope: Scope, on: date, *, today: date, agreements: Select[Any] | None = None, slow: bool = False
) -> dict[int, Figures]:
    """Agreement id -> its figures as of the day. An agreement with nothing in the books and nothing due is not in it.

    `agreements` narrows it to the ids of a SELECT; only what the person may see is counted in any case.
    """
    kept = not slow and on >= today
    asked = who(scope, agreements)
    moved = balances(asked, on, kept=kept)
    owing = [key for key, sums in moved.items() if not CHARGED_SET.isdisjoint(sums)]
    charges = open_charges(asked, on, kept=kept, owing=owing)
    found = {}
    people = _known(asked, set(moved) | set(charges))
    planned = falls_due(on, people, moved, charges)
    gone = credit_gone([key for key, sums in moved.items() if sums.get(CUSTOMER_CREDIT, 0) > 0], on)
    for agreement_id, one in people.items():
        told = _figures(
            agreement_id, one.currency, on, moved.get(agreement_id, {}), charges.get(agreement_id, ()),
            planned.get(agreement_id), gone.get(agreement_id, on),
        )  # fmt: skip
        if told.balance_minor or told.open or told.prepaid_minor:
            found[agreement_id] = told
    return found


def totals(found: Mapping[int, Figures]) -> dict[str, Sums]:
    """Currency -> sums: amounts of different currencies are never added up."""
    sums: dict[str, Sums] = defaultdict(Sums)
    for one in found.values():
        sums[one.currency].add(one)
    return dict(sorted(sums.items()))


def _known(asked: Who, ids: set[int]) -> dict[int, Any]:
    return {row.id: row for row in asked.rows() if row.id in ids}


def _figures(
    agreement_id: int, currency: str, on: date, kept: Mapping[str, int], charges: tuple[OpenCharge, ...],
    planned: tuple[tuple[Open, ...], int] | None, gone_on: date,
) -> Figures:  # fmt: skip
    """The figures of one agreement. `planned`: what of it falls due by a plan instead of by charges, and what of that
    is not in the books yet. `gone_on`: the last day on which credit was taken.
    """
    credit = -kept.get(CUSTOMER_CREDIT, 0)
    balance = sum(kept.values())
    prepaid = max(credit, 0) + sum(-charge.open_minor for charge in charges if charge.open_minor < 0)
    if planned is None:
        lines, unposted = [_open(charge) for charge in charges if charge.open_minor > 0], 0
    else:
        lines, unposted = list(planned[0]), planned[1]
    if credit < 0:
        # What the credit paid was due before it went back, so it is late at once.
        lines.append(Open(0, "credit", min(gone_on, on - timedelta(days=1)), -credit))
    lines.sort(key=lambda line: (line.due_on, line.charge_id))
    late = [line for line in lines if line.due_on < on]
    past_due = sum(line.open_minor for line in late)
    coming = sum(line.open_minor for line in lines if line.due_on >= on)
    if planned is not None:
        coming = balance - past_due + prepaid
    parts = dict.fromkeys(("rent", "fees", "deposit", "other"), 0)
    aging = [0, 0, 0, 0]
    for line in late:
        parts[line.part] += line.open_minor
        aging[bucket_of((on - line.due_on).days)] += line.open_minor
    return Figures(
        agreement_id, currency, on, balance, past_due, coming, prepaid,
        parts["rent"], parts["fees"], parts["deposit"], parts["other"], (aging[0], aging[1], aging[2], aging[3]),
        late[0].due_on if late else None, unposted, tuple(lines),
    )  # fmt: skip


def bucket_of(days: int) -> int:
    """Which aging bucket so many days from the due day are in: 0 to 3."""
    return sum(days > last for last in BUCKETS)


def _open(charge: OpenCharge) -> Open:
    return Open(charge.id, charge.type, charge.due_on, charge.open_minor, charge.name, charge.payer)
