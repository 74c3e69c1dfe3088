"""The headers of every response, errors included (safety W3, W7, W8).

The policy names no inline script or style and no other origin: htmx needs neither. Pages of a signed-in person are
never stored by a browser or proxy; files under /static carry their content's hash in the address and live for ever.
Each answer also carries the name of its request, which stands in the log and on error pages: `X-Request-Id`.
"""

from __future__ import annotations

import re
import secrets

import structlog
from flask import Flask, Response, g, request
from flask_login import current_user

log = structlog.get_logger()

SECRET_PATHS = (
    "/claim/",
    "/recover/",
    "/alarm/",
    "/account/email/",
    "/pay-link/",
    "/webhooks/texts/",
    "/calendar/",
)
"""Addresses that carry a secret: no page may tell the next one where it came from, no log may hold them."""
UNSTORED = (*SECRET_PATHS, "/mailbox", "/second-factor")
"""Pages before sign-in that show what is nobody else's: no browser keeps them either."""


def policy(form_targets: str = "") -> str:
    """The Content-Security-Policy. `form_targets`: further origins a form may lead to (a gateway's hosted page)."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; "
        f"frame-ancestors 'none'; frame-src 'none'; form-action 'self'{' ' + form_targets if form_targets else ''}"
    )


def init_app(app: Flask) -> None:
    csp = policy(app.config["FORM_TARGETS"])

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", csp)
        response.headers["X-Request-Id"] = request_id()
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = (
            "no-referrer" if request.path.startswith(SECRET_PATHS) else "same-origin"
        )
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
        if app.config["PRODUCTION"]:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint == "static":
            response.headers["Cache-Control"] = (
                "public, max-age=31536000, immutable" if request.args.get("v") else "no-cache"
            )
        elif "Cache-Control" not in response.headers:
            private = current_user.is_authenticated or request.path.startswith(UNSTORED)
            response.headers["Cache-Control"] = "no-store" if private else "no-cache, private"
        return response


def shown_path(path: str) -> str:
    """The path as a log may hold it: without the secret of a mailed link."""
    secret = next((start for start in SECRET_PATHS if path.startswith(start)), None)
    return f"{secret}..." if secret else path


def request_id() -> str:
    """The name of this request, made when it is first asked for, so that it exists however early something fails."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(6)
    return str(g.request_id)


def reported() -> str:
    """The name of a request that an error page leads on to report (`?reference=`); "" for none."""
    given = request.args.get("reference", "")
    return given if re.fullmatch("[0-9a-f]{12}", given) else ""


def note_refusal(status: int) -> None:
    """Write down that this request was refused, so that who reports its name can be helped."""
    log.info("refused", request_id=request_id(), status=status, path=shown_path(request.path))
