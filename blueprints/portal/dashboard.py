"""The customer's first page: what is owed on each agreement, what needs them, and what happened lately."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.shared import htmx
from blueprints.shared.clock import today
from blueprints.shared.signed_in import scope
from domain.reports import dashboard as report
from domain.reports import payments


@portal.get("/dashboard")
def dashboard() -> ResponseReturnValue:
    return htmx.render("portal/dashboard/dashboard.html", board=report.dashboard(scope(), today()))


@portal.get("/dashboard/widgets/<any(tiles, recent, coming):name>")
def dashboard_widget(name: str) -> ResponseReturnValue:
    """One part of the page by itself: it loads and refreshes without the rest. Without scripts it is a page."""
    fragment = f"portal/dashboard/_{name}.html"
    return htmx.render("portal/dashboard/widget.html", fragment, part=fragment, **_context(name))


def _context(name: str) -> dict[str, Any]:
    if name == "tiles":
        return {"board": report.dashboard(scope(), today())}
    if name == "recent":
        lines = payments.recent(scope())
    else:
        lines = payments.on_their_way(scope())
    return {"lines": lines, "state_words": payments.state_words}
