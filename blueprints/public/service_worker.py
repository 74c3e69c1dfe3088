"""The script that a browser runs for us in the background: it stands at the root, so that it serves all pages.

Before the script stands the list of what it keeps: static files and the offline pages, nothing else.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Response, current_app, url_for
from flask.typing import ResponseReturnValue

from blueprints.public import public
from blueprints.shared import frame, kept

FILES = ("vendor/oat-0.6.1.min.css", "app.css", "app.js", "offline.js", "icons.svg", "favicon.svg")
"""The static files that the offline page is made of, which are those of most other pages."""


@public.get("/service-worker.js")
def service_worker() -> ResponseReturnValue:
    script = current_app.open_resource("static/service-worker.js", "rt", "utf-8").read()
    told = json.dumps(shell()).replace("<", "\\u003c")
    answer = Response(f"const SHELL = {told};\n{script}", content_type="text/javascript; charset=utf-8")
    answer.headers["Service-Worker-Allowed"] = "/"
    return answer


def shell() -> dict[str, Any]:
    """What the worker is told. Any change of it, also of the name, makes browsers fetch the offline pages anew."""
    asset = current_app.jinja_env.globals["asset"]
    business = frame.business() or {}
    return {
        "version": kept.build(),
        "name": business.get("name", ""),
        "reached": [str(business.get(part) or "") for part in ("phone", "email", "hours")],
        "files": [asset(name) for name in FILES],
        "offline": {language: url_for("public.offline", language=language) for language in frame.LANGUAGES},
        "icon": asset("icons/icon-192.png"),
        "badge": asset("icons/badge-96.png"),
    }
