"""Look at a customer's pages as they see them: begun on the person's page, read-only, ended by the banner's button."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from blueprints.office import office
from blueprints.shared import htmx, lookup, visit
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import viewing
from domain.words import Refused
from models import Person


def whence() -> dict[str, str]:
    return {"address": visit.address(), "device": visit.device()}


@office.post("/office/people/<ref>/viewing")
def begin_viewing(ref: str) -> ResponseReturnValue:
    lookup.require(viewing.RIGHT)
    person = lookup.get_or_404(Person, ref)
    try:
        viewing.begin(current_user.sign_in_id, person.ref, who=scope(), now=now(), **whence())
    except Refused as refused:
        flash(here().say(refused.sentence), "warning")
        return htmx.see_other(url_for("office.person", ref=person.ref))
    return htmx.see_other(url_for("portal.dashboard"))


@office.post("/office/viewing/ended")
def stop_viewing() -> ResponseReturnValue:
    ref = viewing.stop(current_user.sign_in_id, who=scope(), now=now(), **whence())
    return htmx.see_other(url_for("office.person", ref=ref) if ref else url_for("office.desk"))
