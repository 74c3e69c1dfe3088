"""Where gateways tell news by themselves: no session, no form token; the signature over the raw body says who it is.

A wrong, old or foreign signature is 400 and nothing else happens. Everything else is 200 at once, also what cannot be
acted on yet: it is kept, and the next reading of events would find it anyway.
"""

from __future__ import annotations

from flask import Response, abort, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from blueprints.public import public
from blueprints.shared.clock import now, today
from domain.actions import notices

MOST_BYTES = 512 * 1024


@public.record
def without_form_token(state: BlueprintSetupState) -> None:
    state.app.extensions["csrf"].exempt(f"{__name__}.webhook")


@public.post("/webhooks/<gateway>")
def webhook(gateway: str) -> ResponseReturnValue:
    # Where the length is not said, the limit of plain forms holds (`app.limit_bodies`).
    if (request.content_length or 0) > MOST_BYTES:
        abort(413)
    try:
        acted = notices.hear_webhook(
            gateway, request.get_data(), dict(request.headers), today=today(), now=now()
        )
    except notices.NoticeRefused:
        return Response("refused\n", 400, mimetype="text/plain")
    except notices.LOST_DATABASE:
        # The gateway sends it again; 503 says so, and nobody needs to be told of a fault.
        return Response("later\n", 503, {"Retry-After": "60"}, mimetype="text/plain")
    if acted is None:
        abort(404)
    return Response("ok\n", mimetype="text/plain")
