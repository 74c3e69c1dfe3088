"""The cookie by which a browser opens what was written from it without signing in: a random secret per conversation.

Not a sign-in: it opens nothing of any account. A secret is random (128 bits) and only its hash is stored.
"""

from __future__ import annotations

import re

from flask import Response, current_app, request

KEPT = 30 * 24 * 3600
MOST = 5
"""How many conversations of one browser are remembered; the oldest is forgotten first."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{20,64}\Z")


def cookie_name() -> str:
    return "__Host-duebook-talk" if current_app.config["PRODUCTION"] else "duebook-talk"


def held() -> tuple[str, ...]:
    """The secrets that this browser holds, the newest first."""
    given = request.cookies.get(cookie_name(), "")
    return tuple(secret for secret in given[:500].split(".") if _SECRET.match(secret))[:MOST]


def give(response: Response, fresh: str) -> Response:
    """Let the browser hold one more secret."""
    secrets = [fresh, *(secret for secret in held() if secret != fresh)][:MOST]
    response.set_cookie(
        cookie_name(), ".".join(secrets), httponly=True, samesite="Lax", secure=current_app.config["PRODUCTION"],
        path="/", max_age=KEPT,
    )  # fmt: skip
    return response
