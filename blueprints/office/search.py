"""One box for people, agreements and payments, by name, number or reference; "/" reaches it from anywhere."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.office import office
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import SEARCHES, limit_reads
from domain.reports import search as reports


@office.get("/office/search")
@limit_reads(SEARCHES)
def search() -> ResponseReturnValue:
    """What was found; a number or reference that names exactly one thing leads straight to it."""
    lookup.require("people")
    q = request.args.get("q", "")[:200].replace("\x00", "").strip()
    hit = reports.exact(scope(), q) if q else None
    if hit is not None:
        return redirect(url_for(f"office.{hit.what}", ref=hit.ref))
    found = reports.search(scope(), q, today(), now()) if q else None
    return htmx.render("office/search/search.html", "office/search/_found.html", q=q, found=found)
