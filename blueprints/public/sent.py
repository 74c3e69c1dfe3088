"""The page after every form that mails something: the same for whatever was typed.

It says who the mail is from, where else to look, when it can be sent again and what else works. It never names an
address: only somebody who gave their password may see even a masked one (safety A6).
"""

from __future__ import annotations

from datetime import datetime

from flask import Response, current_app

from blueprints.shared import htmx
from blueprints.shared.clock import now
from domain.reports.people import AGAIN_AFTER


def sent(what: str, how_long: str, *, again: str, again_at: datetime | None = None, **typed: str) -> Response:
    """`what` is on its way, if anything is, and `how_long` it works; `again` is the address of the form that sends it,
    `typed` what was written there, `again_at` when a further one goes out (AGAIN_AFTER from now where it says nothing).
    """
    return htmx.render(
        "public/sent/sent.html",
        what=what,
        how_long=how_long,
        again=again,
        typed=typed,
        sender=current_app.config["SETTINGS"].mail_from,
        again_at=again_at or now() + AGAIN_AFTER,
    )
