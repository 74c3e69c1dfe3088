"""How to pay, the terms of paying here."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from blueprints.public import public
from blueprints.shared import htmx


@public.get("/pay")
def pay() -> ResponseReturnValue:
    if current_user.is_authenticated and current_user.stage == "full" and current_user.role == "customer":
        return redirect(url_for("portal.pay"), 303)
    return htmx.render("public/help/pay.html")


@public.get("/legal/terms")
def terms() -> ResponseReturnValue:
    return htmx.render("public/help/terms.html")
