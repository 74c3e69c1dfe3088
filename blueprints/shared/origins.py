"""A form that a page of another site sends is refused, before its token is looked at (safety W1).

Browsers say where a form comes from. "null" tells nothing (they say so for pages that keep their address to themselves,
as ours with a mailed link do), and neither does silence: then the token alone decides. Our own pages send forms only:
JSON would bring values that are no text past everything that reads a form (safety W22). What gateways tell is JSON, and
is read from its signed bytes alone.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request
from flask_wtf.csrf import CSRFError

SIGNED = "/webhooks/"
READING = {"GET", "HEAD", "OPTIONS", "TRACE"}


def init_app(app: Flask) -> None:
    @app.before_request
    def come_from_here() -> None:
        if request.method not in READING and (
            request.headers.get("Sec-Fetch-Site") == "cross-site"
            or _foreign(request.headers.get("Origin", ""))
        ):
            raise CSRFError("the form was sent by a page of another site")
        if request.is_json and not request.path.startswith(SIGNED):
            abort(400)


def _foreign(origin: str) -> bool:
    """Whether this names a site that is neither the one asked nor the one that our links lead to."""
    if origin in ("", "null"):
        return False
    try:
        sender = urlsplit(origin).netloc.lower()
    except ValueError:
        return True
    return sender not in (request.host.lower(), urlsplit(current_app.config["BASE_URL"]).netloc.lower())
