"""A thread of somebody who is not signed in, as its page shows it. The secret in their browser is the right to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from domain import sealing
from domain.reports.thread_pages import Message
from domain.rules.message_text import pieces
from domain.words import sentence_from
from models import Thread, ThreadMessage, db

MOST_MESSAGES = 200


@dataclass(frozen=True, slots=True)
class Talk:
    """The thread with its messages but the notes of the business, the oldest first; no file, no name of any account."""

    ref: str
    subject: str
    state: str
    secret: str
    live_until: datetime | None
    messages: Sequence[Message]

    @property
    def last(self) -> str:
        return self.messages[-1].ref if self.messages else ""


def find(ref: str, secrets: Sequence[str]) -> Talk | None:
    """The thread of this ref that one of the secrets opens, or None."""
    known = {sealing.fingerprint(secret): secret for secret in secrets}
    query = select(Thread).where(
        Thread.ref == ref, Thread.person_id.is_(None), Thread.secret_hash.in_(list(known))
    )
    row = db.session.scalars(query).first() if known else None
    if row is None:
        return None
    said = (
        select(ThreadMessage)
        .where(ThreadMessage.thread_id == row.id, ThreadMessage.side != "note")
        .order_by(ThreadMessage.id.desc())
        .limit(MOST_MESSAGES)
    )
    messages = [_message(one) for one in reversed(db.session.scalars(said).all())]
    return Talk(row.ref, row.subject, row.state, known[row.secret_hash], row.live_until, messages)


@dataclass(frozen=True, slots=True)
class News:
    """What a poll reads: the ref of the last message, and until when the page counts as open."""

    secret: str
    last: str
    live_until: datetime | None


def news(ref: str, secrets: Sequence[str]) -> News | None:
    """One indexed statement; None where no secret opens such a thread."""
    known = {sealing.fingerprint(secret): secret for secret in secrets}
    last = (
        select(ThreadMessage.ref)
        .where(ThreadMessage.thread_id == Thread.id, ThreadMessage.side != "note")
        .order_by(ThreadMessage.id.desc())
        .limit(1)
        .correlate(Thread)
        .scalar_subquery()
    )
    query = select(Thread.secret_hash, last, Thread.live_until).where(
        Thread.ref == ref, Thread.person_id.is_(None), Thread.secret_hash.in_(list(known))
    )
    row = db.session.execute(query).first() if known else None
    return News(known[row[0]], row[1] or "", row[2]) if row else None


def _message(row: ThreadMessage) -> Message:
    said = sentence_from(row.said) if row.said else None
    return Message(
        row.ref, row.side, row.side == "customer", row.author_name, row.sent_at, pieces(row.text), said, ()
    )


def standing(secrets: Sequence[str]) -> list[tuple[str, str]]:
    """(ref, subject) of the threads that these secrets open, the newest first."""
    hashes = [sealing.fingerprint(secret) for secret in secrets]
    if not hashes:
        return []
    query = (
        select(Thread.ref, Thread.subject)
        .where(Thread.person_id.is_(None), Thread.secret_hash.in_(hashes))
        .order_by(Thread.last_at.desc())
        .limit(5)
    )
    return [(ref, subject) for ref, subject in db.session.execute(query)]
