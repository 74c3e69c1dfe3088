"""The calendar that a program reads at its secret address: no sign-in, nothing but dates, never stored on the way."""

from __future__ import annotations

from flask import Response, abort, current_app

from blueprints.public import public
from blueprints.shared.clock import today
from blueprints.shared.frame import business
from blueprints.shared.throttle import limit_reads
from domain.actions import calendar_feeds
from domain.reports import calendar as report
from papers.calendar import calendar_file


@public.get("/calendar/<secret>.ics")
@limit_reads("30 per minute")
def calendar_feed(secret: str) -> Response:
    opened = calendar_feeds.open_feed(secret, today=today())
    if opened is None:
        abort(404)
    voice = current_app.extensions["post"].formats(opened.language, "").voice()
    site = current_app.config["BASE_URL"]
    entries = report.entries(opened.scope, today(), voice, opened.amounts, site)
    answer = Response(
        calendar_file(str((business() or {}).get("name", "Duebook")), entries, today()),
        mimetype="text/calendar",
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
