"""A loan in two pictures: what was owed by the plan, really, and will be; and interest against principal by year.

Everything drawn is in the rows as well, so that a page shows the same as a table. Drawn on a canvas of `WIDE` x `HIGH`
units that a page stretches to its width; coordinates are whole units, amounts minor units, days local dates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func

from domain.access import Scope
from domain.records.accounts import LOAN_PRINCIPAL
from domain.reports.agreements import View
from models import Agreement, Allocation, JournalEntry, JournalLine, db

WIDE, HIGH = 1000, 400


@dataclass(frozen=True, slots=True)
class Row:
    """A day and what is owed then: by the plan, really (up to today), and as it will go from today (None else)."""

    on: date
    scheduled_minor: int
    actual_minor: int | None
    projected_minor: int | None


@dataclass(frozen=True, slots=True)
class Balances:
    """The balance over time. The three lines are SVG paths; `today_x` is where today stands, `top_minor` the top."""

    rows: Sequence[Row]
    scheduled: str
    actual: str
    projected: str
    today_x: int
    top_minor: int


@dataclass(frozen=True, slots=True)
class Year:
    """What was or will be paid in a year, and where its bar stands: principal below, interest above it."""

    year: int
    principal_minor: int
    interest_minor: int
    x: int
    width: int
    principal_y: int
    interest_y: int
    interest_height: int


def offered(view: View) -> bool:
    """Whether the agreement has a balance by plan to show."""
    return view.offers.what_if is not None and bool(view.plan)


def balances(scope: Scope, view: View) -> Balances:
    """The balance by the plan beside the real one and how it goes on."""
    points = view.offers.what_if.balances(view.terms, history(scope, view), view.on)
    ahead = {max(row.due_on, view.on): row.balance_minor for row in view.plan if row.open_minor}
    if ahead:
        ahead.setdefault(view.on, view.position.principal_minor)
    rows = [Row(one.on, one.scheduled_minor, one.actual_minor, ahead.get(one.on)) for one in points]
    known = {row.on for row in rows}
    late = [day for day in sorted(ahead) if day not in known]
    rows += [Row(day, rows[-1].scheduled_minor, None, ahead[day]) for day in late]
    top = max([1, *(max(row.scheduled_minor, row.actual_minor or 0) for row in rows)])
    first, span = rows[0].on, max((rows[-1].on - rows[0].on).days, 1)

    def line(pairs: Sequence[tuple[date, int]]) -> str:
        drawn = ""
        for day, minor in pairs:
            x, y = (day - first).days * WIDE // span, HIGH - minor * HIGH // top
            # What is owed stays until the day it changes: steps, no slopes.
            drawn += f"H{x}V{y}" if drawn else f"M{x} {y}"
        return drawn

    return Balances(
        rows=rows,
        scheduled=line([(row.on, row.scheduled_minor) for row in rows]),
        actual=line([(row.on, row.actual_minor) for row in rows if row.actual_minor is not None]),
        projected=line([(row.on, row.projected_minor) for row in rows if row.projected_minor is not None]),
        today_x=min(max((view.on - first).days, 0) * WIDE // span, WIDE),
        top_minor=top,
    )


def history(scope: Scope, view: View) -> list[tuple[date, int]]:
    """(day, principal owed from then on), as the books have it by the day for which each entry counts."""
    moved = (
        scope.select(Agreement, JournalEntry.effective_on, func.sum(JournalLine.amount_minor))
        .join(JournalEntry, JournalEntry.agreement_id == Agreement.id)
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(Agreement.id == view.agreement.id, JournalLine.account == LOAN_PRINCIPAL)
        .group_by(JournalEntry.effective_on)
        .order_by(JournalEntry.effective_on)
    )
    found, owed = [], 0
    for day, minor in db.session.execute(moved):
        owed += int(minor)
        found.append((day, owed))
    return found


def by_year(scope: Scope, view: View) -> list[Year]:
    """Principal and interest of each calendar year: what was paid, by the day for which it counts, and what the plan
    still asks for. Money beyond the plan is in it, what went back is not.
    """
    sums: dict[int, dict[str, int]] = defaultdict(lambda: {"principal": 0, "interest": 0})
    for day, bucket, minor in db.session.execute(_paid(scope, view)):
        sums[day.year][bucket] += int(minor)
    for row in view.plan:
        if row.open_minor:
            # What is late is still to be paid: this year at the earliest.
            year = sums[max(row.due_on, view.on).year]
            year["principal"] += row.principal_minor
            year["interest"] += row.interest_minor
    return _bars(
        [(year, max(one["principal"], 0), max(one["interest"], 0)) for year, one in sorted(sums.items())]
    )


def _paid(scope: Scope, view: View) -> Select[Any]:
    """(day, "principal" or "interest", amount) of what payments paid, as it stands by now."""
    return (
        scope.select(
            Agreement, JournalEntry.effective_on, Allocation.bucket, func.sum(Allocation.amount_minor)
        )
        .join(JournalEntry, JournalEntry.agreement_id == Agreement.id)
        .join(Allocation, Allocation.entry_id == JournalEntry.id)
        .where(Agreement.id == view.agreement.id, Allocation.bucket.in_(("principal", "interest")))
        .group_by(JournalEntry.effective_on, Allocation.bucket)
    )


def _bars(sums: Sequence[tuple[int, int, int]]) -> list[Year]:
    """The bars of (year, principal, interest), side by side."""
    top = max([1, *(principal + interest for _year, principal, interest in sums)])
    step = WIDE // max(len(sums), 1)
    found = []
    for number, (year, principal, interest) in enumerate(sums):
        below, above = principal * HIGH // top, interest * HIGH // top
        x, width = number * step + step // 8, step - step // 4
        found.append(Year(year, principal, interest, x, width, HIGH - below, HIGH - below - above, above))
    return found
