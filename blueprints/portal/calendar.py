"""Due dates in one's own calendar: make, copy and switch off a secret address; put one payment into a calendar."""

from __future__ import annotations

from datetime import date

from flask import Response, abort, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField

from blueprints.portal import portal
from blueprints.portal.agreements import viewed
from blueprints.shared import htmx, lookup
from blueprints.shared.addresses import own_address
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.frame import business
from blueprints.shared.signed_in import scope
from domain.actions import calendar_feeds as acts
from domain.reports import calendar as report
from models import Payment
from papers.calendar import Entry, calendar_file


class FeedForm(FlaskForm):
    amounts = BooleanField(_("Write the amounts into it"))


@portal.get("/calendar")
def calendar() -> ResponseReturnValue:
    return page()


def page(address: str = "") -> ResponseReturnValue:
    return htmx.render(
        "portal/calendar/calendar.html", feed=report.feed(scope()), address=address, form=FeedForm()
    )


@portal.post("/calendar")
def create_calendar_feed() -> ResponseReturnValue:
    """Make an address and show it, this once: nobody can look it up later."""
    secret = acts.make(bool(FeedForm().amounts.data), str(get_locale() or "en"), who=scope(), now=now())
    lookup.forget()
    return page(own_address(url_for("public.calendar_feed", secret=secret)))


@portal.post("/calendar/revoke")
def revoke_calendar_feed() -> ResponseReturnValue:
    acts.revoke(who=scope(), now=now())
    flash(gettext("The address does not work any more."))
    return htmx.see_other(url_for("portal.calendar"))


@portal.get("/payments/<ref>/calendar.ics")
def payment_calendar(ref: str) -> ResponseReturnValue:
    """One planned payment, to be put into a calendar by hand."""
    lookup.get_or_404(Payment, ref)
    return one(report.payment_entry(scope(), ref, today(), here().voice(), current_app.config["BASE_URL"]))


@portal.get("/agreements/<ref>/calendar.ics")
def due_calendar(ref: str) -> ResponseReturnValue:
    """One due day of an agreement, the next one where none is asked for."""
    view = viewed(ref)
    try:
        day = date.fromisoformat(request.args.get("on", "")[:10])
    except ValueError:
        day = view.due.headline_on or today()
    return one(report.due_entry(view, day, here().voice(), current_app.config["BASE_URL"]))


def one(entry: Entry | None) -> Response:
    if entry is None:
        abort(404)
    name = str((business() or {}).get("name", "Duebook"))
    answer = Response(calendar_file(name, [entry], today()), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="payment-{entry.on}.ics"'
    return answer
