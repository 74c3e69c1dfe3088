"""The tie-out: ledger = sub-ledgers = gateways = bank as of a day, green or what differs; each figure opens."""

from __future__ import annotations

from datetime import date

from flask import abort, request
from flask.typing import ResponseReturnValue

from blueprints.office import office
from blueprints.office.listing import Listing, wanted
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import today
from blueprints.shared.signed_in import scope
from domain.reports import tie_out as reports
from domain.reports import tie_out_lines
from domain.reports.finding import Wanted
from domain.words import Refused, Sentence


@office.get("/office/tie-out")
def tie_out() -> ResponseReturnValue:
    lookup.require("bank")
    on = _day()
    return htmx.render(
        "office/tie_out/index.html",
        found=reports.tie_out(scope(), on, today()),
        sections={name: Sentence(words) for name, words in reports.SECTIONS.items()},
        day_asked=on,
    )


@office.get("/office/tie-out/lines/<what>")
def tie_out_lines_of(what: str) -> ResponseReturnValue:
    """What a figure is made of."""
    lookup.require("bank")
    on = _day()
    asked = Wanted(filters={"what": what, "on": on.isoformat()}, page=wanted().page)
    try:
        opened = tie_out_lines.lines_of(scope(), what[:80], on, asked)
    except Refused:
        abort(404)
    return htmx.render(
        "office/tie_out/lines.html",
        opened=opened,
        listing=Listing("office.tie_out_lines_of", asked, opened.found),
        day_asked=on,
    )


def _day() -> date:
    """The day asked for; today where the address says none, or one that has not come."""
    try:
        asked = date.fromisoformat(request.args.get("on", "")[:10])
    except ValueError:
        return today()
    return min(asked, today())
