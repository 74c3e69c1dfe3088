"""A code for somebody who calls: shown once, said on the telephone, used up by staff."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.shared import htmx
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import TRIES, limit_posts
from domain.actions import support_codes as acts
from domain.words import Refused


@portal.get("/support-code", endpoint="support_code")
def support_code() -> ResponseReturnValue:
    return htmx.render("portal/support_code/code.html", code="", until=None)


@portal.post("/support-code", endpoint="create_support_code")
@limit_posts(TRIES)
def create_support_code() -> ResponseReturnValue:
    try:
        code, until = acts.make(who=scope(), now=now())
    except Refused as refused:
        flash(here().say(refused.sentence), "warning")
        return htmx.see_other(url_for("portal.support_code"))
    # Shown by this answer alone: loading the page again makes another one.
    return htmx.render("portal/support_code/code.html", code=f"{code[:4]} {code[4:]}", until=until)
