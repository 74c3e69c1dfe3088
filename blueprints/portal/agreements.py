"""The customer's agreements: the list, the facts of one, and its plan of payments."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.shared import htmx
from blueprints.shared.clock import today
from blueprints.shared.lookup import get_or_404
from blueprints.shared.signed_in import scope
from domain.reports import agreements as report
from models import Agreement


def viewed(ref: str) -> report.View:
    """The agreement as it stands today, or 404 when it is not the visitor's."""
    return report.view(get_or_404(Agreement, ref, *report.WITH_TERMS), today())


@portal.get("/agreements")
def plans() -> ResponseReturnValue:
    views = report.views(scope(), today())
    if len(views) == 1:
        return redirect(url_for("portal.schedule", ref=views[0].ref), 303)
    return htmx.render("portal/agreements/plans.html", views=views)


@portal.get("/agreements/<ref>")
def agreement(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    return htmx.render(
        "portal/agreements/agreement.html", view=view, people=report.people_on(scope(), view.agreement)
    )


@portal.get("/agreements/<ref>/schedule")
def schedule(ref: str) -> ResponseReturnValue:
    return htmx.render("portal/agreements/schedule.html", view=viewed(ref))
