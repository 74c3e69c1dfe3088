"""Prove the sealed audit trail: each seal follows the one before it, and its events are those it was made over."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from domain.records.audit_seals import audit_seal_hash, events_hash
from models import AuditSeal


def audit_differences(session: Session | scoped_session[Session]) -> Iterator[str]:
    """What is wrong with the seals or the events under them, one sentence each, in their order."""
    before, through = "", 0
    for seal in session.scalars(select(AuditSeal).order_by(AuditSeal.id)).all():
        first, last = seal.after_event_id + 1, seal.through_event_id
        if seal.previous_hash != before or seal.after_event_id != through:
            yield f"seal of audit events {first} to {last}: it does not follow the seal before it"
        of_events, count = events_hash(session, seal.after_event_id, seal.through_event_id)
        if count != seal.events:
            yield f"audit events {first} to {last}: {seal.events} were sealed, {count} are there"
        elif audit_seal_hash(seal, of_events) != seal.hash:
            yield f"audit events {first} to {last}: they are not what was sealed, or their seal was changed"
        before, through = seal.hash, seal.through_event_id
