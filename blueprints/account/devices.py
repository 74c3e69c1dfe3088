"""The browsers that know me: which there are, which of them I trust, and forgetting one or all."""

from __future__ import annotations

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from blueprints.account import account
from blueprints.shared import htmx, known_browser
from blueprints.shared.clock import now
from blueprints.shared.lookup import get_or_404
from domain.actions import known_devices
from domain.reports.my_devices import my_devices
from models import KnownDevice


@account.get("/account/devices")
def devices() -> ResponseReturnValue:
    return htmx.render(
        "account/devices/devices.html", devices=my_devices(current_user.scope, known_browser.known(), now())
    )


@account.post("/account/devices/forgotten")
def forget_device() -> ResponseReturnValue:
    row = get_or_404(KnownDevice, request.form.get("which", ""))
    known_devices.revoke(current_user.user_id, row.ref, by=current_user.scope.by, now=now())
    flash(gettext("That browser is not known any more."))
    return htmx.see_other(url_for("account.devices"))


@account.post("/account/devices/all/forgotten")
def forget_all_devices() -> ResponseReturnValue:
    known_devices.revoke_all(current_user.user_id, by=current_user.scope.by, now=now())
    flash(gettext("No browser is known any more."))
    return htmx.see_other(url_for("account.devices"))
