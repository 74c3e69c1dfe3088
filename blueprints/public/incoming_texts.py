"""Where the gateway for text messages tells what people texted us, and what became of our texts.

It shows the secret of the settings in one of four ways, as gateways can: as a Bearer, as the password of basic sign-in,
at the end of the address, or as the key of an HMAC-SHA-256 over the raw body. Without a secret there is no such page.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import structlog
from flask import Response, abort, current_app, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from blueprints.public import public
from blueprints.shared.clock import now
from domain import sealing
from domain.actions import incoming_texts
from domain.actions.notices import LOST_DATABASE

MOST_BYTES = 64 * 1024
SIGNATURE = "X-Signature-256"
log = structlog.get_logger()


@public.record
def without_form_token(state: BlueprintSetupState) -> None:
    state.app.extensions["csrf"].exempt(f"{__name__}.incoming_text")


@public.post("/webhooks/texts")
@public.post("/webhooks/texts/<secret>")
def incoming_text(secret: str = "") -> ResponseReturnValue:
    ours = current_app.config["SMS_HOOK_SECRET"]
    if not ours:
        abort(404)
    if (request.content_length or 0) > MOST_BYTES:
        abort(413)
    body = request.get_data()
    if not _known(ours, secret, body):
        return Response("refused\n", 400, mimetype="text/plain")
    given = _given(body)
    try:
        if given.get("status"):
            incoming_texts.hear_report(
                _text(given, "id"), _text(given, "status"), _text(given, "error"), now=now()
            )
        elif given.get("from"):
            said = incoming_texts.hear_text(_text(given, "from"), _text(given, "text"), now=now())
            log.info("text_heard", meant=said or "other")
    except LOST_DATABASE:
        return Response("later\n", 503, {"Retry-After": "60"}, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")


def _known(ours: str, in_address: str, body: bytes) -> bool:
    """Whether the secret is shown in any of the four ways; each is compared in constant time."""
    scheme, _space, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        shown = _password(shown)
    signed = request.headers.get(SIGNATURE, "").removeprefix("sha256=").lower()
    expected = hmac.new(ours.encode(), body, hashlib.sha256).hexdigest()
    return any([sealing.same(shown, ours), sealing.same(in_address, ours), sealing.same(signed, expected)])


def _password(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def _given(body: bytes) -> Mapping[str, Any]:
    """The fields: a JSON object, or a form with the same names."""
    if request.is_json:
        try:
            content = json.loads(body)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            abort(400)
        return content
    return request.form


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name, "")
    return value.strip() if isinstance(value, str) else ""
