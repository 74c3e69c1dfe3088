"""What stands now beside the history of payments: what is owed, what is on its way, what is planned, how one can pay.

In a number of statements that does not grow with the agreements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.access import Scope
from domain.reports import my_methods, planned, previews
from domain.reports.agreements import View, views
from domain.reports.my_methods import Method
from domain.reports.payments import Line, on_their_way
from domain.reports.planned import Planned


@dataclass(frozen=True, slots=True)
class Owed:
    """One agreement. `least_minor` is the least that is asked for now, where that is not all that is due."""

    view: View
    least_minor: int | None


@dataclass(frozen=True, slots=True)
class PaymentsNow:
    """`pending` leaves out what is planned; `methods` are the saved ways to pay, the primary first."""

    owed: Sequence[Owed]
    pending: Sequence[Line]
    planned: Sequence[Planned]
    methods: Sequence[Method]

    @property
    def payable(self) -> int:
        """On how many agreements something can be paid now."""
        return sum(one.view.payable_here for one in self.owed)


def payments_now(scope: Scope, on: date) -> PaymentsNow:
    """How the person's payments stand on a day."""
    mine = planned.planned(scope)
    return PaymentsNow(
        owed=[Owed(view, _least(view)) for view in views(scope, on) if view.open or view.balance_minor > 0],
        pending=[line for line in on_their_way(scope) if line.ref not in {one.ref for one in mine}],
        planned=mine,
        methods=my_methods.methods(scope),
    )


def _least(view: View) -> int | None:
    return next((offer.amount_minor for offer in previews.choices(view) if offer.name == "minimum"), None)
