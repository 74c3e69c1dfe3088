"""What pages with a passkey button need: our site, the page session, the question as JSON, the answer of the form.

The script fetches the question by a POST with the form's token and puts the answer into the form's hidden field, so
that what comes back to the person is always a normal page. A cookie remembers that this browser has used a passkey
here: only then does the sign-in form ask for one by itself. It says nothing about whose.
"""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, abort, current_app, jsonify, request, session
from flask.typing import ResponseReturnValue

from blueprints.shared import frame, visit
from domain import sealing
from domain.actions.passkeys import Visit
from domain.rules.passkeys import LONGEST_ANSWER, Site, site_of

PAGE = "passkey"
YEAR = 365 * 24 * 3600


def site() -> Site | None:
    """Our site as passkeys know it; None at an address where browsers allow none."""
    return site_of(current_app.config["BASE_URL"], (frame.business() or {}).get("name") or "Duebook")


def here() -> Visit:
    """The visitor's page session at our site; 404 where there can be no passkeys."""
    ours = site()
    if ours is None:
        abort(404)
    page = session.setdefault(PAGE, secrets.token_urlsafe(16))
    bound_to = sealing.fingerprint(f"passkey page:{page}")
    return Visit(ours, bound_to, visit.place())


def question(asked: dict[str, Any] | None, *, new: bool = False, say: str = "") -> ResponseReturnValue:
    """The question for the script, or 422 with what to `say` where there is none to ask."""
    if asked is None:
        return jsonify(say=say), 422
    return jsonify({"create" if new else "get": asked})


def answer() -> str:
    """What the script put into the form; longer than any answer, it is cut and proves nothing."""
    return request.form.get("credential", "")[: LONGEST_ANSWER + 1]


def cookie(name: str) -> str:
    return f"__Host-duebook-{name}" if current_app.config["PRODUCTION"] else f"duebook-{name}"


def keep_cookie(response: Response, name: str, value: str) -> Response:
    """Remember something small about this browser for a year; nothing secret, nothing about a person."""
    response.set_cookie(
        cookie(name), value, max_age=YEAR, httponly=True, samesite="Lax", path="/",
        secure=current_app.config["PRODUCTION"],
    )  # fmt: skip
    return response


def used_here(response: Response) -> Response:
    """Remember that this browser has a passkey for our site."""
    return keep_cookie(response, "passkey", "1")


def for_pages() -> dict[str, Any]:
    """What templates with a passkey button may read."""
    ours = site()
    return {
        "passkey_rp": ours.rp_id if ours else "",
        "passkey_known": request.cookies.get(cookie("passkey")) == "1",
    }
