"""The cookie by which a browser is known again: a random secret for each user who signed in from it in full.

Not a sign-in: with it alone nobody gets in. What it saves is the mailed code and, where a customer asked for it, the
second factor (`domain.records.devices`). It outlives a sign-out.
"""

from __future__ import annotations

import re

from flask import Response, current_app, request

YEAR = 365 * 24 * 3600
MOST = 5
"""How many users of one browser are remembered; whoever has not signed in for longest is forgotten first."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{20,64}\Z")


def cookie_name() -> str:
    return "__Host-duebook-device" if current_app.config["PRODUCTION"] else "duebook-device"


def known() -> tuple[str, ...]:
    """The secrets that this browser holds, the newest first."""
    held = request.cookies.get(cookie_name(), "")
    return tuple(secret for secret in held[:500].split(".") if _SECRET.match(secret))[:MOST]


def give(response: Response, fresh: str) -> Response:
    """Add a secret to the cookie, or only make it last for another year."""
    held = (fresh, *known()) if fresh else known()
    if held:
        response.set_cookie(
            cookie_name(), ".".join(held[:MOST]), httponly=True, samesite="Lax",
            secure=current_app.config["PRODUCTION"], path="/", max_age=YEAR,
        )  # fmt: skip
    return response
