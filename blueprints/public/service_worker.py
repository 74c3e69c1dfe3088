"""The script that a browser runs for us in the background: it stands at the root, so that it serves all pages."""

from __future__ import annotations

from flask import Response, current_app
from flask.typing import ResponseReturnValue

from blueprints.public import public


@public.get("/service-worker.js")
def service_worker() -> ResponseReturnValue:
    answer: Response = current_app.send_static_file("service-worker.js")
    answer.headers["Content-Type"] = "text/javascript; charset=utf-8"
    answer.headers["Service-Worker-Allowed"] = "/"
    # Browsers look for a newer one at every visit; the usual rule for pages holds here too.
    answer.headers.pop("Cache-Control", None)
    return answer
