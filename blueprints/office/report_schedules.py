"""Have a report mailed by itself, as a link; and end it."""

from __future__ import annotations

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints.office import office
from blueprints.office.report_filters import TEXTS
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import report_schedules
from domain.words import Refused


@office.post("/office/reports/<name>/schedules")
def create_report_schedule(name: str) -> ResponseReturnValue:
    """Mail this report, narrowed as the address says, from now on."""
    lookup.require("reports")
    given = {text: request.args.get(text, "")[:80].replace("\x00", "") for text in TEXTS}
    filters = {text: value for text, value in given.items() if value}
    every = request.form.get("every", "")[:10]
    try:
        report_schedules.start(name, filters, every, who=scope(), today=today(), now=now())
    except Refused as refused:
        flash(here().say(refused.sentence), "warning")
    else:
        flash(gettext("You will get a link to this report by mail."), "success")
    return htmx.see_other(url_for("office.report", name=name, **filters))


@office.post("/office/report-schedules/<ref>/end")
def end_report_schedule(ref: str) -> ResponseReturnValue:
    lookup.require("reports")
    name = report_schedules.end(ref[:80].replace("\x00", ""), who=scope(), now=now())
    flash(gettext("This report is mailed no more."), "success")
    return htmx.see_other(url_for("office.report", name=name))
