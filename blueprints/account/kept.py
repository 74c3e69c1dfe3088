"""What this phone or computer keeps of the portal, and clearing it."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints.account import account
from blueprints.shared import htmx, push_here


@account.get("/account/kept")
def kept() -> ResponseReturnValue:
    return htmx.render("account/kept/kept.html")


@account.post("/account/kept/cleared")
def clear_kept() -> ResponseReturnValue:
    flash(gettext("What was kept here is cleared."))
    return push_here.clear(htmx.see_other(url_for("account.kept")))
