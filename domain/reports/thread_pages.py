"""One thread as people read it: its messages with files, what is new in it, a file of it. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, selectinload

from domain.access import Scope
from domain.reports.threads import TOPICS, newest
from domain.rules.message_text import Piece, pieces
from domain.words import Sentence, sentence_from
from models import (
    Agreement,
    KeptFile,
    Person,
    Property,
    Thread,
    ThreadFile,
    ThreadMessage,
    ThreadRead,
    User,
    db,
)

MOST_MESSAGES = 500


@dataclass(frozen=True, slots=True)
class File:
    """A file of a message; `picture` where there is one drawn anew to look at."""

    ref: str
    name: str
    size: int
    picture: bool


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `mine` by whoever reads, on the reader's side or the other one."""

    ref: str
    side: str
    mine: bool
    author: str
    at: datetime
    pieces: Sequence[Piece]
    said: Sentence | None
    files: Sequence[File]


@dataclass(frozen=True, slots=True)
class Shown:
    """A thread on its page. `read_up_to`: the ref of the reader's last message that the other side has seen."""

    ref: str
    subject: str
    topic: Sentence
    state: str
    waits_since: datetime | None
    live_until: datetime | None
    person: str
    person_ref: str
    contact: Sequence[str]
    agreement: str
    agreement_ref: str
    place: str
    to_owner: bool
    assigned_ref: str
    assigned: str
    language: str
    messages: Sequence[Message]
    read_up_to: str

    @property
    def last(self) -> str:
        """The ref of the last message."""
        return self.messages[-1].ref if self.messages else ""


def thread(scope: Scope, row: Thread) -> Shown:
    """A thread that the reader sees, with its last messages, the oldest first."""
    about = db.session.execute(
        select(Person.name, Person.ref, Agreement.number, Agreement.ref, Property.name)
        .select_from(Thread)
        .outerjoin(Person, Person.id == Thread.person_id)
        .outerjoin(Agreement, Agreement.id == Thread.agreement_id)
        .outerjoin(Property, Property.id == Thread.property_id)
        .where(Thread.id == row.id)
    ).one()
    assigned = db.session.execute(
        select(User.ref, Person.name)
        .join(Person, Person.id == User.person_id)
        .where(User.id == row.assigned_to_id)
    ).first()
    contact = [one for one in (row.contact_email, row.contact_phone) if one]
    return Shown(
        row.ref, row.subject, Sentence(TOPICS.get(row.topic, row.topic)), row.state, row.waits_since,
        row.live_until, about[0] or row.contact_name, about[1] or "", contact, about[2] or "", about[3] or "",
        about[4] or "", row.to_owner, assigned[0] if assigned else "", assigned[1] if assigned else "",
        row.language, messages(scope, row.id), _seen_up_to(scope, row.id),
    )  # fmt: skip


def messages(scope: Scope, thread_id: int, after: str = "") -> list[Message]:
    """The last messages of a thread that the reader sees, the oldest first; only those `after` this one."""
    query = (
        scope.select(ThreadMessage)
        .where(ThreadMessage.thread_id == thread_id)
        .options(
            selectinload(ThreadMessage.files).joinedload(ThreadFile.file),
            selectinload(ThreadMessage.files).joinedload(ThreadFile.preview),
        )
        .order_by(ThreadMessage.id.desc())
        .limit(MOST_MESSAGES)
    )
    if after:
        known = select(ThreadMessage.id).where(
            ThreadMessage.ref == after, ThreadMessage.thread_id == thread_id
        )
        query = query.where(ThreadMessage.id > func.coalesce(known.scalar_subquery(), 0))
    return [_message(scope, row) for row in reversed(db.session.scalars(query).all())]


def _message(scope: Scope, row: ThreadMessage) -> Message:
    ours = ("customer",) if scope.role == "customer" else ("office", "note")
    return Message(
        row.ref, row.side, row.side in ours, row.author_name, row.sent_at, pieces(row.text),
        sentence_from(row.said) if row.said else None,
        [File(one.ref, one.file.name, one.file.size, one.preview_id is not None) for one in row.files],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class News:
    """What a poll reads: the thread's id, the ref of the last message the reader sees, and until when the customer's
    page counts as open."""

    thread_id: int
    last: str
    live_until: datetime | None


def news(scope: Scope, ref: str) -> News | None:
    """One indexed statement; None for a thread that the reader does not see."""
    last = aliased(ThreadMessage)
    row = db.session.execute(
        scope.select(Thread, Thread.id, func.coalesce(last.ref, ""), Thread.live_until)
        .outerjoin(last, last.id == newest(scope))
        .where(Thread.ref == ref)
    ).first()
    return News(*row) if row else None


def _seen_up_to(scope: Scope, thread_id: int) -> str:
    """The reader's side's last message that somebody of the other side has read."""
    office = User.role != "customer"
    mine = "customer" if scope.role == "customer" else "office"
    seen = (
        select(func.max(ThreadRead.message_id))
        .join(User, User.id == ThreadRead.user_id)
        .where(ThreadRead.thread_id == thread_id, office if mine == "customer" else ~office)
        .scalar_subquery()
    )
    query = select(ThreadMessage.ref).where(
        ThreadMessage.thread_id == thread_id, ThreadMessage.side == mine, ThreadMessage.id <= seen
    )
    return db.session.scalar(query.order_by(ThreadMessage.id.desc()).limit(1)) or ""


def file_of(scope: Scope, row: Thread, file_ref: str) -> tuple[KeptFile, KeptFile | None] | None:
    """A file of this thread that the reader sees, and its picture."""
    query = scope.select(ThreadFile).where(
        ThreadFile.ref == file_ref,
        ThreadFile.message_id.in_(select(ThreadMessage.id).where(ThreadMessage.thread_id == row.id)),
    )
    found = db.session.scalars(query).first()
    return (found.file, found.preview) if found else None


def agreements(scope: Scope) -> list[tuple[str, str, bool]]:
    """(ref, name, whether a landlord may read along) of the agreements that a customer may write about."""
    rows = db.session.execute(
        scope.select(Agreement, Agreement.ref, Agreement.title, Agreement.number, Agreement.unit_id)
        .where(Agreement.status.in_(("active", "charged_off", "closed")))
        .order_by(Agreement.id)
        .limit(50)
    )
    return [
        (ref, f"{title} · {number}" if title else number, unit is not None)
        for ref, title, number, unit in rows
    ]
