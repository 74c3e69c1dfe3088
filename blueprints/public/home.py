"""The business's own front door, and the language in which its pages are read."""

from __future__ import annotations

from flask import abort, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from blueprints.public import public
from blueprints.public.sign_in import SignInForm
from blueprints.shared import doors, frame, htmx


@public.get("/")
def home() -> ResponseReturnValue:
    form = None if current_user.is_authenticated else SignInForm(formdata=None)
    return htmx.render("public/home/home.html", form=form, onwards=doors.home_of_visitor())


@public.get("/language/<code>")
def language(code: str) -> ResponseReturnValue:
    if code not in frame.LANGUAGES:
        abort(404)
    session["language"] = code
    return redirect(doors.local_path(request.args.get("next")) or url_for("public.home"), 303)
