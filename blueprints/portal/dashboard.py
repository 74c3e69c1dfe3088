"""The customer's first page: what is owed on each agreement, what needs them, and what happened lately."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.shared import htmx
from blueprints.shared.clock import today
from blueprints.shared.signed_in import scope
from domain.reports import autopay_coming, autopay_marks, payments
from domain.reports import dashboard as report
from domain.rules.autopay_amount import percent

MOST_NEAR = 4


@portal.get("/dashboard")
def dashboard() -> ResponseReturnValue:
    return htmx.render("portal/dashboard/dashboard.html", **_context("tiles"))


@portal.get("/dashboard/widgets/<any(tiles, recent, coming, upcoming):name>")
def dashboard_widget(name: str) -> ResponseReturnValue:
    """One part of the page by itself: it loads and refreshes without the rest. Without scripts it is a page."""
    fragment = f"portal/dashboard/_{name}.html"
    return htmx.render("portal/dashboard/widget.html", fragment, part=fragment, **_context(name))


def _context(name: str) -> dict[str, Any]:
    if name == "tiles":
        return {"board": report.dashboard(scope(), today()), "marks": autopay_marks.marks(scope())}
    if name == "upcoming":
        near = [one for one in autopay_coming.upcoming(scope(), today(), count=1) if one.stage != "way"]
        return {"coming": near[:MOST_NEAR], "percent": percent}
    if name == "recent":
        lines = payments.recent(scope())
    else:
        lines = payments.on_their_way(scope())
    return {"lines": lines, "state_words": payments.state_words}
