"""What a phone may keep of the portal, and of whom (safety W8).

The worker keeps files that everybody may read, and one record: the balances that one customer last saw, with their
time. Every page says in a header whose it is, by a code that tells nothing; the worker drops a record of anybody else.
"""

from __future__ import annotations

import hashlib
from functools import cache

from flask import Flask, Response, request
from flask_login import current_user

from blueprints.shared.clock import now
from blueprints.shared.signed_in import viewed
from config import ROOT
from domain import sealing

HEADER = "Duebook-Visitor"
NOBODY = "none"
PROGRAM = ("blueprints", "domain", "static", "templates", "translations")
"""The folders that pages are made from."""


@cache
def build() -> str:
    """The version of this program: the same twelve letters wherever the same pages are served."""
    whole = hashlib.sha256()
    for folder in PROGRAM:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix not in (".pyc", ".mo"):
                whole.update(path.read_bytes())
    return whole.hexdigest()[:12]


def whose() -> str:
    """The code of whoever is signed in, NOBODY for a stranger and for somebody half-way in."""
    if not current_user.is_authenticated or current_user.stage != "full":
        return NOBODY
    return sealing.keyed_hash(current_user.user_ref, "kept.whose")[:24]


def may_keep() -> bool:
    """Whether the balances on this page are the visitor's own, to be kept on their phone."""
    return whose() != NOBODY and current_user.role == "customer" and viewed() is None


def init_app(app: Flask) -> None:
    app.jinja_env.globals["phone_kept"] = {"build": build, "whose": whose, "may": may_keep, "now": now}

    @app.after_request
    def say_whose(response: Response) -> Response:
        # After a fault nobody knows: the phone keeps what it has.
        if response.mimetype == "text/html" and response.status_code < 500 and request.endpoint != "static":
            response.headers[HEADER] = whose()
        return response
