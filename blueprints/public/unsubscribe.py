"""Switch off mails of one kind by the link in such a mail, without signing in.

Opening the link changes nothing: programs that look through mail open every link. The button does it, and so does the
POST that mail programs send by themselves when their reader asks them to (RFC 8058), which has no form token.
"""

from __future__ import annotations

from flask import request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from blueprints.public import public
from blueprints.shared import htmx, leaving
from blueprints.shared.clock import now
from blueprints.shared.throttle import TRIES, limit_posts
from domain.actions import notice_wishes
from domain.rules.notice_events import EVENTS
from domain.words import Gone

BY = "anonymous"


@public.record
def without_form_token(state: BlueprintSetupState) -> None:
    state.app.extensions["csrf"].exempt(f"{__name__}.use_unsubscribe")


@public.get("/unsubscribe/<token>")
def unsubscribe(token: str) -> ResponseReturnValue:
    named = known(token)
    return unknown() if named is None else page(named[1])


@public.post("/unsubscribe/<token>", endpoint="use_unsubscribe")
@limit_posts(TRIES)
def use_unsubscribe(token: str) -> ResponseReturnValue:
    """Answers with a page and no redirect, which mail programs do not follow."""
    named = known(token)
    if named is None:
        return unknown()
    everything = bool(request.form.get("all"))
    try:
        notice_wishes.leave(*named, everything=everything, by=BY, now=now())
    except Gone:
        return unknown()
    return page(named[1], done="all" if everything else "one")


def known(token: str) -> tuple[str, str] | None:
    """Person and event of the link; None for one we did not make, or of an event that cannot be switched off."""
    named = leaving.read(token)
    return named if named and named[1] in EVENTS and not EVENTS[named[1]].required else None


def page(event: str, done: str = "") -> ResponseReturnValue:
    return htmx.render("public/unsubscribe/unsubscribe.html", event=EVENTS[event], done=done)


def unknown() -> ResponseReturnValue:
    return htmx.render("public/unsubscribe/unknown.html", status=404)
