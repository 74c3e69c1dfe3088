"""How an agreement has gone so far beside its plan, as pictures and as tables."""

from __future__ import annotations

from flask import abort
from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.portal.agreements import viewed
from blueprints.shared import htmx
from blueprints.shared.signed_in import scope
from domain.reports import balance_chart


@portal.get("/agreements/<ref>/progress")
def progress(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    if not balance_chart.offered(view):
        abort(404)
    return htmx.render(
        "portal/progress/progress.html",
        view=view,
        chart=balance_chart.balances(scope(), view),
        years=balance_chart.by_year(scope(), view),
    )
