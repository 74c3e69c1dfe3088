"""Write what must be said and what was done, in the transaction of its cause. Verbs: `enqueue_mail`, `audit`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

from domain import sealing
from domain.records.ready_made import ReadyMade
from domain.records.writers import Writer, dialect_of
from models import AuditEvent, Outbox

_OUTBOX = {
    name: ReadyMade(
        dialect.insert(Outbox.__table__)
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(Outbox.__table__.c.id)
    )
    for name, dialect in {"sqlite": sqlite, "postgresql": postgresql}.items()
}
_AUDIT = ReadyMade(insert(AuditEvent.__table__))


def enqueue_mail(
    session: Writer,
    *,
    to: str,
    template: str,
    dedupe_key: str,
    now: datetime,
    language: str = "en",
    data: Mapping[str, Any] | None = None,
    secret: Mapping[str, str] | None = None,
    channel: str = "email",
    event: str = "",
    person_id: int | None = None,
    not_before: datetime | None = None,
) -> bool:
    """Put one mail into the outbox; whether it was. A second one with the same `dedupe_key` is not added. No address,
    no mail.

    `data` is plain JSON for the template. `secret` (a link that opens an account) is sealed, so that a copy of the
    database claims nothing; it is erased once the mail was sent. `event` and `person_id` name what it tells of and who
    reads it, where the reader can choose; `not_before` is when it may go out (quiet hours).
    """
    if not to:
        return False
    sealed = sealing.seal(json.dumps(dict(secret)), f"outbox.sealed:{dedupe_key}") if secret else None
    added = _OUTBOX[dialect_of(session)].first(
        session,
        {
            "dedupe_key": dedupe_key,
            "channel": channel,
            "to_address": to,
            "event": event,
            "person_id": person_id,
            "template": template,
            "language": language or "en",
            "data": dict(data or {}),
            "sealed": sealed,
            "state": "due",
            "tries": 0,
            "not_before": not_before or now,
            "created_at": now,
            "last_error": "",
        },
    )
    return added is not None


def audit(
    session: Writer,
    *,
    by: str,
    action: str,
    subject: str,
    subject_id: int | None,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
    address: str = "",
    device: str = "",
) -> None:
    """Write down who did what to which row. `detail` holds no secret and no account number.

    `address` and `device`: from where, when a browser did it and its owner should be able to see from which.
    """
    _AUDIT.change(
        session,
        {
            "at": at,
            "by": by,
            "action": action,
            "subject": subject,
            "subject_id": subject_id,
            "detail": dict(detail or {}),
            "address": address[:64],
            "device": device[:200],
        },
    )
