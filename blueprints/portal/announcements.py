"""What the business tells its customers: on the first page until it is put away, and in a list."""

from __future__ import annotations

from flask import make_response, url_for
from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import TYPING, limit_posts
from domain.actions import announcements as acts
from domain.reports import announcements as reports
from models import Announcement


@portal.get("/announcements")
def announcements() -> ResponseReturnValue:
    return htmx.render(
        "portal/announcements/announcements.html", notices=reports.current(scope(), now(), with_seen=True)
    )


@portal.get("/announcements/widgets/current")
def current_announcements() -> ResponseReturnValue:
    """Those not put away, for the first page. Opened as a page it is the list."""
    if not htmx.wants_fragment():
        return announcements()
    return part()


def part() -> ResponseReturnValue:
    name = "portal/announcements/_current.html"
    return htmx.render(name, name, notices=reports.current(scope(), now()))


@portal.post("/announcements/<ref>/put-away")
@limit_posts(TYPING)
def put_away_announcement(ref: str) -> ResponseReturnValue:
    row = lookup.get_or_404(Announcement, ref)
    acts.put_away(row.ref, who=scope(), now=now())
    if not htmx.wants_fragment():
        return make_response(htmx.see_other(url_for("portal.announcements")))
    lookup.forget()
    return part()
