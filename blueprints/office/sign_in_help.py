"""Helping somebody who cannot get in: open their sign-in again, or start a new password that only they can choose."""

from __future__ import annotations

from flask import current_app, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints.office import office
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import people, sign_in_help
from domain.reports.links import masked_email
from domain.words import Refused
from models import Person


@office.post("/office/people/<ref>/sign-in/opened")
def open_sign_in(ref: str) -> ResponseReturnValue:
    who = _helped(ref)
    try:
        sign_in_help.open_again(who.ref, by=scope().by, now=now())
    except Refused as refused:
        flash(here().say(refused.sentence), "error")
    else:
        flash(gettext("Sign-in is open again. Wrong tries are counted anew."))
    return htmx.see_other(url_for("office.person", ref=who.ref))


@office.post("/office/people/<ref>/new-password")
def start_new_password(ref: str) -> ResponseReturnValue:
    who = _helped(ref)
    try:
        sign_in_help.start_reset(who.ref, by=scope().by, now=now(), base_url=current_app.config["BASE_URL"])
    except Refused as refused:
        flash(here().say(refused.sentence), "error")
    else:
        flash(gettext("A link to a new password was mailed to %(address)s.", address=masked_email(who.email)))
    return htmx.see_other(url_for("office.person", ref=who.ref))


def _helped(ref: str) -> Person:
    """The person, if the visitor may help them: colleagues are an administrator's business."""
    lookup.require("contact")
    who = lookup.get_or_404(Person, ref)
    people.require_over(who.ref, who=scope())
    return who
