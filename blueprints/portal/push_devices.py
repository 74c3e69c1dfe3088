"""The browsers that a customer lets us notify: this one is added by its own yes, each is taken off by a button."""

from __future__ import annotations

from flask import abort, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from blueprints.portal import alerts, portal
from blueprints.shared import htmx, push_here, visit
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from domain.actions import push_devices
from domain.words import Gone, Refused


@portal.post("/alerts/devices")
def keep_push_device() -> ResponseReturnValue:
    pushes = current_app.extensions["post"].pushes
    if pushes is None:
        abort(404)
    try:
        ref = push_devices.keep(
            current_user.user_id, request.form.get("subscription", ""), visit.device(), services=pushes.services,
            now=now(),
        )  # fmt: skip
    except Refused as refused:
        return alerts.shown(("push", here().say(refused.sentence)))
    flash(_("This device is notified from now on. Send yourself a test."))
    return push_here.give(htmx.see_other(url_for("portal.alerts", _anchor="ways")), ref)


@portal.post("/alerts/devices/<ref>/removed")
def forget_push_device(ref: str) -> ResponseReturnValue:
    try:
        push_devices.forget(current_user.user_id, ref, now=now())
    except Gone:
        abort(404)
    flash(_("This device is not notified any more."))
    return htmx.see_other(url_for("portal.alerts", _anchor="ways"))


@portal.post("/alerts/devices/<ref>/details")
def show_push_details(ref: str) -> ResponseReturnValue:
    """Whether amounts may stand on the device's locked screen."""
    try:
        push_devices.show_details(current_user.user_id, ref, request.form.get("shown") == "yes", now=now())
    except Gone:
        abort(404)
    flash(_("Saved."))
    return htmx.see_other(url_for("portal.alerts", _anchor="ways"))
