"""How a password stands while it is typed. Nothing of it is kept or logged; without scripts the form says the same."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from blueprints.public import public
from blueprints.public.throttle import TYPING, limit_posts
from blueprints.shared import htmx
from domain.reports import password_context
from domain.rules import passwords

LONGEST_READ = 1_000


@public.post("/passwords/strength")
@limit_posts(TYPING)
def password_strength() -> ResponseReturnValue:
    """The meter for the fields `password` and `username` of a form; `link` is the secret of a mailed link above it."""
    if current_user.is_authenticated and current_user.stage == "full":
        about = password_context.of_user(current_user.user_id)
    else:
        about = password_context.of_link(request.form.get("link", ""))
    found = passwords.strength(
        request.form.get("password", "")[:LONGEST_READ],
        role=about.role,
        known=(*about.known, request.form.get("username", "")[:64]),
        second_factor=about.second_factor,
    )
    return htmx.render("public/passwords/_strength.html", strength=found)
