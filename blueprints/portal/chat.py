"""Whether somebody answers now: the part of a customer's pages that keeps itself fresh."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.shared import chat
from blueprints.shared.throttle import SEARCHES, limit_reads


@portal.app_context_processor
def words() -> dict[str, Any]:
    """Any page may say who answers now, by including `shared/_answering.html`; it costs nothing where none does."""
    return {"answering_now": chat.answering}


@portal.get("/messages/widgets/answering")
@limit_reads(SEARCHES)
def answering() -> ResponseReturnValue:
    return chat.renewed()
