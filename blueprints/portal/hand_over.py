"""The walk of somebody to whom an agreement was handed over: facts, papers, a way to pay, autopay; each left or taken.

The walk is a page of its own that says what is done and what comes next; the steps are the pages that are there anyway.
While it lasts, the session remembers the agreement and every page of the portal has the way back.
"""

from __future__ import annotations

from flask import flash, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints.portal import portal
from blueprints.portal.agreements import viewed
from blueprints.shared import htmx
from blueprints.shared.signed_in import scope
from domain.reports import hand_over as reports

WALK = "walk"


@portal.get("/agreements/<ref>/start")
def hand_over(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    if not scope().reading:
        session[WALK] = view.ref
    return htmx.render("portal/hand_over/walk.html", view=view, walk=reports.walk(scope(), view))


@portal.post("/agreements/<ref>/start/end")
def end_hand_over(ref: str) -> ResponseReturnValue:
    """Leave the walk, finished or not; what is left can be done at any time."""
    view = viewed(ref)
    session.pop(WALK, None)
    if reports.walk(scope(), view).finished:
        flash(gettext("Everything is set up. Thank you."))
    else:
        flash(gettext("You can do the rest at any time, from the page of your agreement."))
    return htmx.see_other(url_for("portal.dashboard"))
