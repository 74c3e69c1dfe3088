"""The link "this was not me" of our mails. Opening it changes nothing; the button below it locks the account."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from blueprints.public import public
from blueprints.shared import htmx, visit
from blueprints.shared.clock import now
from blueprints.shared.throttle import TRIES, limit_posts
from domain.actions import alarms
from domain.reports import links


@public.get("/alarm")
def locked() -> ResponseReturnValue:
    """What happens next, for whoever has just locked an account; it knows nobody and shows nothing of anybody."""
    return htmx.render("public/alarm/locked.html")


@public.get("/alarm/<secret>")
def alarm(secret: str) -> ResponseReturnValue:
    link = links.look(secret, "alarm", now())
    return htmx.render("public/alarm/alarm.html", link=link) if link.state == "open" else spent(link)


@public.post("/alarm/<secret>", endpoint="raise_alarm")
@limit_posts(TRIES)
def raise_alarm(secret: str) -> ResponseReturnValue:
    if not alarms.raise_by_link(secret, visit.place(), now=now()):
        return spent(links.look(secret, "alarm", now()))
    return htmx.see_other(url_for("public.locked"))


def spent(link: links.LinkState) -> ResponseReturnValue:
    return htmx.render("public/alarm/spent.html", status=404 if link.state == "unknown" else 410, link=link)
