"""The seals over what people did: which events a seal covers and how its hash is made.

Each seal covers the events after the one before it, in the order of their ids, and follows that seal by its hash. Verb:
`add_audit_seal`. `events_hash` and `audit_seal_hash` are also what `flask books verify` computes again.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session, scoped_session

from models import AuditEvent, AuditSeal

SETTLED_AFTER = timedelta(minutes=10)
"""By then no transaction that wrote an event with a lower id is still open: none takes minutes."""
MOST = 5000
"""Events under one seal at most, so that nobody waits for a writer that reads a whole history."""


def _said(event: Any) -> bytes:
    """Everything that stands in one event, in one form on both databases."""
    fields = [
        event.id,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.by,
        event.action,
        event.subject,
        event.subject_id,
        event.detail,
        event.address,
        event.device,
    ]
    return (json.dumps(fields, sort_keys=True, separators=(",", ":")) + "\n").encode()


def events_hash(
    session: Session | scoped_session[Session], after_id: int, through_id: int
) -> tuple[str, int]:
    """(SHA-256 over the events after `after_id` up to and with `through_id`, how many they are)."""
    event = AuditEvent.__table__
    query = (
        select(event)
        .where(event.c.id > after_id, event.c.id <= through_id)
        .order_by(event.c.id)
        .execution_options(yield_per=2000)
    )
    digest, count = hashlib.sha256(), 0
    for row in session.execute(query):
        digest.update(_said(row))
        count += 1
    return digest.hexdigest(), count


def audit_seal_hash(seal: Any, of_events: str) -> str:
    """The hash of one seal: over what it says, the seal before it and its events (`of_events`, by `events_hash`)."""
    said = f"{seal.after_event_id}|{seal.through_event_id}|{seal.events}|{of_events}|{seal.previous_hash}"
    return hashlib.sha256(said.encode()).hexdigest()


def add_audit_seal(session: Session, now: datetime) -> int:
    """Seal the next events that are old enough, `MOST` at most; returns how many, 0 when there is nothing to seal."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT audit_hold_still()"))
    last = session.execute(
        select(AuditSeal.through_event_id, AuditSeal.hash).order_by(AuditSeal.id.desc()).limit(1)
    ).first()
    after, previous = last if last is not None else (0, "")
    ripe = (
        select(AuditEvent.id)
        .where(AuditEvent.id > after, AuditEvent.at <= now - SETTLED_AFTER)
        .order_by(AuditEvent.id)
        .limit(MOST)
        .subquery()
    )
    through = session.scalar(select(func.max(ripe.c.id)))
    if through is None:
        return 0
    of_events, count = events_hash(session, after, through)
    seal = {
        "after_event_id": after,
        "through_event_id": through,
        "events": count,
        "previous_hash": previous,
    }
    sealed = {"hash": audit_seal_hash(AuditSeal(**seal), of_events), "sealed_at": now}
    session.execute(insert(AuditSeal.__table__), seal | sealed)
    return count
