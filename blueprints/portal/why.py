"""Why this amount? Opens in a panel where scripts run, and as a page of its own where they do not."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.portal.agreements import viewed
from blueprints.shared import htmx
from blueprints.shared.signed_in import scope
from domain.reports import reasons


@portal.get("/agreements/<ref>/why/<what>")
def why(ref: str, what: str) -> ResponseReturnValue:
    view = viewed(ref)
    return htmx.render(
        "portal/why/why.html",
        "portal/why/_why.html",
        view=view,
        what=what,
        reason=reasons.reason(scope(), view, what),
    )
