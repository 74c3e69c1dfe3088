"""Tell those who left while somebody answered. Verb: `tell_unread`.

Whoever has a conversation open is not mailed what they read there (`domain.records.threads`). When their line dropped
in that moment, nobody told them: a few minutes later they are.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from domain.records.threads import tell_of
from domain.transaction import transaction
from models import Thread, ThreadMessage, ThreadRead, User

WAIT = timedelta(minutes=2)
LONGEST = timedelta(days=1)
CHUNK = 200


def tell_unread(*, now: datetime) -> int:
    """Tell of answers nobody has read that came while the page was open; how many threads. Safe to repeat."""
    read = (
        select(func.max(ThreadRead.message_id))
        .join(User, User.id == ThreadRead.user_id)
        .where(ThreadRead.thread_id == Thread.id, User.person_id == Thread.person_id)
        .correlate(Thread)
        .scalar_subquery()
    )
    unread = select(ThreadMessage.id).where(
        ThreadMessage.thread_id == Thread.id, ThreadMessage.side == "office",
        ThreadMessage.id > func.coalesce(read, 0), Thread.live_until > ThreadMessage.sent_at,
    )  # fmt: skip
    query = (
        select(Thread)
        .where(Thread.last_at.between(now - LONGEST, now - WAIT), Thread.live_until < now)
        .where(Thread.person_id.is_not(None), unread.correlate(Thread).exists())
        .order_by(Thread.id)
        .limit(CHUNK)
    )
    with transaction() as session:
        found = list(session.scalars(query))
        for thread in found:
            tell_of(session, thread, "office", now)
    return len(found)
