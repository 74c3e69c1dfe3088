"""A plan as its page shows it: a long one is cut into pages, and the first shown is the one with what is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.kinds.base import Installment
from domain.reports.agreements import View

WHOLE = 100
"""A plan of at most so many lines is shown whole."""
PER_PAGE = 48
SOON = 12
"""So many of the lines still to pay stand open; more of them that are neither late nor next are folded away."""


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Lines of a plan: `done` were paid or skipped, `ahead` are still to pay. `spared` counts those that a plan which
    ends early no longer needs, on all pages.
    """

    done: Sequence[Installment]
    ahead: Sequence[Installment]
    spared: int
    page: int
    pages: int

    @property
    def soon(self) -> Sequence[Installment]:
        """Everything that is late, due or next, and of what comes later as much as fits."""
        pressing = sum(1 for row in self.ahead if row.state != "upcoming")
        return self.ahead[: max(pressing, SOON)]

    @property
    def later(self) -> Sequence[Installment]:
        return self.ahead[len(self.soon) :]


def plan_page(view: View, page: int = 0) -> PlanPage:
    """One page of the plan, counted from 1; page 0 is the one with the first line that is still to pay."""
    rows = [row for row in view.plan if row.state != "not_needed"]
    spared = len(view.plan) - len(rows)
    pages = 1 if len(rows) <= WHOLE else -(-len(rows) // PER_PAGE)
    if page < 1:
        first = next((place for place, row in enumerate(rows) if row.open_minor), max(len(rows) - 1, 0))
        page = first // PER_PAGE + 1
    page = min(page, pages)
    shown = rows if pages == 1 else rows[(page - 1) * PER_PAGE : page * PER_PAGE]
    return PlanPage(
        done=[row for row in shown if row.state in ("paid", "skipped")],
        ahead=[row for row in shown if row.state not in ("paid", "skipped")],
        spared=spared,
        page=page,
        pages=pages,
    )
