"""Whether this process can serve, for whoever watches or balances: one line for each check, 503 when it cannot."""

from __future__ import annotations

from flask import Response

from blueprints.public import public
from blueprints.shared.clock import now
from blueprints.shared.watching import here, require_watcher
from domain.reports.readiness import checks


@public.get("/readyz")
def readyz() -> Response:
    require_watcher()
    found = checks(here(), now())
    lines = "".join(f"{name}: {answer}\n" for name, answer in found.items())
    return Response(lines, 503 if "failed" in found.values() else 200, mimetype="text/plain")
