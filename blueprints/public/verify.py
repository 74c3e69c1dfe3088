"""Check a receipt: whether it is ours, and what became of the payment since. It names nobody."""

from __future__ import annotations

from flask import abort
from flask.typing import ResponseReturnValue

from blueprints.public import public
from blueprints.shared import htmx
from blueprints.shared.clock import today
from blueprints.shared.throttle import PAPERS, limit_reads
from domain.reports import verification


@public.get("/verify/<token>")
@limit_reads(PAPERS)
def verify(token: str) -> ResponseReturnValue:
    found = verification.look(token, today())
    if found is None:
        abort(404)
    return htmx.render("public/verify/verify.html", receipt=found)
