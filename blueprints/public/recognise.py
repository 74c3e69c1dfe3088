"""How to tell our mail and our pages from forged ones."""

from __future__ import annotations

from flask import current_app
from flask.typing import ResponseReturnValue

from blueprints.public import public
from blueprints.shared import htmx


@public.get("/recognise")
def recognise() -> ResponseReturnValue:
    settings = current_app.config["SETTINGS"]
    return htmx.render(
        "public/recognise/recognise.html", sender=settings.mail_from, site=current_app.config["BASE_URL"]
    )
