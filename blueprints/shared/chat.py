"""Whether somebody answers now, in words, and the part of a page that says so and asks again by itself."""

from __future__ import annotations

from typing import Any

from flask import make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints.shared import htmx
from blueprints.shared.clock import now, zone
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.reports import chat as reports


def words(state: reports.Answering) -> str:
    """What a reader is told: nothing is promised that was not written down."""
    if state.here:
        return gettext("Somebody is here now. Write, and you get an answer on this page.")
    if state.until is not None:
        return gettext(
            "We are open until %(time)s and answer as soon as somebody is free.", time=_time(state.until)
        )
    if state.opens is not None:
        day = here().weekday(state.opens.astimezone(here().zone).date())
        return gettext(
            "Nobody is here now. Somebody will answer on %(day)s from %(time)s.",
            day=day, time=_time(state.opens),
        )  # fmt: skip
    return gettext("Nobody is at the chat just now. Your message waits here until somebody answers.")


def _time(moment: Any) -> str:
    return f"{moment.astimezone(here().zone):%H:%M}"


def answering() -> dict[str, Any]:
    """What `shared/_answering.html` shows."""
    state = reports.answering(scope(), now(), zone())
    return {"state": state, "words": words(state)}


def renewed() -> ResponseReturnValue:
    """The part of a page that says who answers: 204 while that is what the page shows already."""
    shown = answering()
    if htmx.wants_fragment() and request.args.get("shown", "") == shown["state"].mark:
        return make_response("", 204)
    return htmx.render("shared/_answering.html", "shared/_answering.html", shown_answering=shown)
