"""Proposed late fees: what policies ask a person to confirm. Each is posted once, or left with a reason."""

from __future__ import annotations

from datetime import datetime

from flask import current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField

from blueprints.office import office
from blueprints.office.typed import text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import proposed_fees as acts
from domain.actions.day import local_time
from domain.reports import proposed_fees as reports
from domain.words import Conflict, Refused
from models import Agreement


class DecideForm(FlaskForm):
    key = HiddenField()
    reason = text_field(_("Reason"), 300)


def local_now() -> datetime:
    """The local time for which fees are counted."""
    return local_time(today(), now(), current_app.extensions["clock"].zone)


@office.get("/office/late-fees")
def proposed_fees() -> ResponseReturnValue:
    lookup.require("adjust")
    return fees_page()


def fees_page(status: int = 200, problem: str = "") -> ResponseReturnValue:
    after = request.args.get("after", "0")
    number = int(after) if after.isascii() and after.isdigit() and len(after) < 16 else 0
    found = reports.proposals(scope(), today(), local_now(), current_app.extensions["clock"].zone, number)
    return htmx.render(
        "office/proposed_fees/index.html", status=status, found=found, after=number, problem=problem
    )


@office.post("/office/agreements/<ref>/late-fees")
def post_proposed_fee(ref: str) -> ResponseReturnValue:
    """Post one, once: a second press finds the charge of the first."""
    lookup.require("adjust")
    agreement = lookup.get_or_404(Agreement, ref)
    try:
        acts.post_fee(
            agreement.ref, DecideForm().key.data or "", who=scope(), today=today(), at=local_now(),
            zone=current_app.extensions["clock"].zone, now=now(),
        )  # fmt: skip
    except (Conflict, Refused) as refused:
        return fees_page(409 if isinstance(refused, Conflict) else 422, here().say(refused.sentence))
    flash(gettext("The late fee was posted on %(number)s.", number=agreement.number))
    return htmx.see_other(url_for("office.proposed_fees"))


@office.post("/office/agreements/<ref>/late-fees/leave")
def leave_proposed_fee(ref: str) -> ResponseReturnValue:
    lookup.require("adjust")
    agreement = lookup.get_or_404(Agreement, ref)
    form = DecideForm()
    try:
        acts.leave_fee(
            agreement.ref, form.key.data or "", form.reason.data or "", who=scope(), today=today(),
            at=local_now(), zone=current_app.extensions["clock"].zone, now=now(),
        )  # fmt: skip
    except (Conflict, Refused) as refused:
        return fees_page(409 if isinstance(refused, Conflict) else 422, here().say(refused.sentence))
    flash(gettext("The late fee is not asked for. It can still be posted."))
    return htmx.see_other(url_for("office.proposed_fees"))
