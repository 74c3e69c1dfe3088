"""Customers who have an agreement and no account yet: mail the link to some of them, or hand over at the counter."""

from __future__ import annotations

from dataclasses import replace

from flask import current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from blueprints.office import office
from blueprints.office.listing import Listing, wanted
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import TRIES, limit_posts
from domain.actions import claims, hand_over
from domain.reports import people as reports
from models import Person

MOST = 100


@office.get("/office/people/unclaimed")
def unclaimed() -> ResponseReturnValue:
    lookup.require(hand_over.RIGHT)
    asked = wanted(sort="name")
    narrow = {"account": "unclaimed", "agreements": "with", "role": "customers"}
    found = reports.people(scope(), replace(asked, filters=narrow), now())
    return htmx.render("office/unclaimed/index.html", listing=Listing("office.unclaimed", asked, found))


@office.post("/office/people/unclaimed")
@limit_posts(TRIES)
def invite_unclaimed() -> ResponseReturnValue:
    """Mail the link to those that were ticked. Whoever had one a moment ago gets no second one."""
    lookup.require(hand_over.RIGHT)
    refs = [ref[:64] for ref in request.form.getlist("person")[:MOST]]
    known = [lookup.get_or_404(Person, ref).ref for ref in dict.fromkeys(refs)]
    if not known:
        flash(gettext("Tick at least one person."), "warning")
        return htmx.see_other(url_for("office.unclaimed"))
    mailed = claims.invite_all(known, by=scope().by, now=now(), base_url=current_app.config["BASE_URL"])
    flash(ngettext("%(num)s link was mailed.", "%(num)s links were mailed.", mailed))
    if mailed < len(known):
        flash(
            ngettext(
                "%(num)s person got none: no e-mail address, or mailed a moment ago.",
                "%(num)s people got none: no e-mail address, or mailed a moment ago.",
                len(known) - mailed,
            ),
            "warning",
        )
    return htmx.see_other(url_for("office.unclaimed"))
