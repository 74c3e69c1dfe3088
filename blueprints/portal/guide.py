"""What became of one's own payments, as the answer to "my payment failed" and its like: reason, code, next step."""

from __future__ import annotations

from flask import abort
from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.shared import htmx
from blueprints.shared.clock import today
from blueprints.shared.signed_in import scope
from domain.reports import guided_payments as reports
from domain.reports.payments import state_words
from domain.rules.help_guides import PAYMENTS

OTHERS = ("failed", "pending", "lately")
"""What a payment can be instead, where none is like the question."""


@portal.get("/guide/payments/<which>")
def guided_payments(which: str) -> ResponseReturnValue:
    if which not in PAYMENTS:
        abort(404)
    heading, slug = PAYMENTS[which]
    return htmx.render(
        "portal/guide/payments.html", which=which, heading=heading, slug=slug, state_words=state_words,
        others=[(key, words) for key, (words, _slug) in PAYMENTS.items() if key in OTHERS and key != which],
        answers=reports.answers(scope(), which, today()), days=reports.DAYS,
    )  # fmt: skip
