"""Add a line to a payment's timeline, inside the caller's transaction. Verb: `keep_event`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

from domain.records.ready_made import ReadyMade
from domain.records.writers import Writer
from models import PaymentEvent

_EVENT = ReadyMade(insert(PaymentEvent.__table__))


def keep_event(
    session: Writer,
    payment_id: int,
    name: str,
    before: str,
    target: str,
    gateway: str,
    by: str,
    now: datetime,
    code: str = "",
    source_id: str | None = None,
) -> None:
    """One event: what happened, from which state to which. The gateway's own `source_id` is UNIQUE per gateway."""
    row = {
        "payment_id": payment_id,
        "at": now,
        "event": name,
        "from_state": before,
        "to_state": target,
        "code": code,
        "gateway": gateway,
        "source_id": source_id,
        "by": by,
    }
    _EVENT.change(session, row)
