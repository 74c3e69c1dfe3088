"""The cookie by which we know which of the pushed-to devices this browser is, so that it ends when its owner leaves.

It holds the ref of a `PushDevice`, which opens nothing. The browser forgets its own side by `Clear-Site-Data`.
"""

from __future__ import annotations

import re

from flask import Response, current_app, request

from blueprints.shared.clock import now
from domain.actions import push_devices

YEAR = 365 * 24 * 3600
_REF = re.compile(r"[A-Za-z0-9_-]{8,32}\Z")


def cookie_name() -> str:
    return "__Host-duebook-push" if current_app.config["PRODUCTION"] else "duebook-push"


def here() -> str:
    """The ref of this browser's device; empty when it was never allowed to be notified."""
    ref = request.cookies.get(cookie_name(), "")
    return ref if _REF.match(ref) else ""


def give(response: Response, ref: str) -> Response:
    """Remember that this browser is that device."""
    response.set_cookie(
        cookie_name(), ref, httponly=True, samesite="Lax", secure=current_app.config["PRODUCTION"], path="/",
        max_age=YEAR,
    )  # fmt: skip
    return response


def clear(response: Response) -> Response:
    """Push to this browser no more, and tell it to forget what it keeps of us: files, balances, its subscription."""
    if ref := here():
        push_devices.leave(ref, now())
        _take(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def make_way(response: Response, secret: str) -> Response:
    """The sign-in of `secret` begins here: what is somebody else's is not shown in this browser any more."""
    if (ref := here()) and push_devices.make_way(ref, secret, now()):
        _take(response)
    return response


def _take(response: Response) -> None:
    response.delete_cookie(
        cookie_name(), path="/", secure=current_app.config["PRODUCTION"], httponly=True, samesite="Lax"
    )
