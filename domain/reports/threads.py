"""Threads as people read them: the list, and how many are unread or wait. Read-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from domain.access import Scope
from domain.reports.finding import Found, Wanted, page_of
from domain.reports.text_search import hits
from domain.words import N_, Sentence
from models import Agreement, Person, SearchText, Thread, ThreadMessage, ThreadRead, User, db

TOPICS: Mapping[str, str] = {
    "question": N_("A question"),
    "payment": N_("A payment"),
    "charge": N_("A fee or charge"),
    "agreement": N_("My agreement"),
    "document": N_("A document"),
    "home": N_("Where I live"),
    "repair": N_("A repair"),
    "sign_in": N_("Access"),
    "other": N_("Something else"),
}
OFFERED = ("question", "payment", "charge", "agreement", "document", "home", "other")
"""What somebody may choose who begins a thread; the others begin elsewhere."""
EXCERPT = 140
_LAST, _WORDS = aliased(ThreadMessage), aliased(ThreadMessage)


@dataclass(frozen=True, slots=True)
class Line:
    """One thread in a list. `excerpt` is of what was said last (`side` by whom), `unread` whether something is news."""

    ref: str
    subject: str
    topic: Sentence
    state: str
    at: datetime
    waits_since: datetime | None
    person: str
    person_ref: str
    agreement: str
    assigned: str
    excerpt: str
    side: str
    unread: bool


def read_by(scope: Scope) -> Any:
    """Up to which message the reader has read a thread."""
    return (
        select(ThreadRead.message_id)
        .where(ThreadRead.thread_id == Thread.id, ThreadRead.user_id == scope.user_id)
        .correlate(Thread)
        .scalar_subquery()
    )


def others(scope: Scope) -> Sequence[str]:
    """The sides whose messages are news to the reader."""
    return ("office", "system") if scope.role == "customer" else ("customer", "note")


def newest(scope: Scope, without: Sequence[str] = ()) -> Any:
    """The id of the last message of a thread that the reader sees; of another side than those `without`."""
    sides = [*without, *(() if scope.staff else ("note",))]
    return (
        select(func.max(ThreadMessage.id))
        .where(ThreadMessage.thread_id == Thread.id, ThreadMessage.side.not_in(sides))
        .correlate(Thread)
        .scalar_subquery()
    )


def _list(scope: Scope) -> Select[Any]:
    colleague, name = aliased(User), aliased(Person)
    read = read_by(scope)
    return (
        scope.select(
            Thread, Thread.ref, Thread.subject, Thread.topic, Thread.state, Thread.last_at, Thread.waits_since,
            func.coalesce(Person.name, Thread.contact_name), func.coalesce(Person.ref, ""),
            func.coalesce(Agreement.number, ""), func.coalesce(name.name, ""), _WORDS.text, _WORDS.side,
            and_(_LAST.side.in_(others(scope)), _LAST.id > func.coalesce(read, 0)),
        )
        .outerjoin(Person, Person.id == Thread.person_id)
        .outerjoin(Agreement, Agreement.id == Thread.agreement_id)
        .outerjoin(colleague, colleague.id == Thread.assigned_to_id)
        .outerjoin(name, name.id == colleague.person_id)
        .outerjoin(_LAST, _LAST.id == newest(scope))
        .outerjoin(_WORDS, _WORDS.id == newest(scope, ("system",)))
    )  # fmt: skip


def threads(scope: Scope, wanted: Wanted) -> Found[Line]:
    """One page of threads. Filters: "state" ("open", "closed", "waiting"), "whose" ("mine", "nobody"), "topic", and
    "person" (a ref). Words are looked for in what was said and in subjects. Who waits longest stands first in
    "waiting", else the newest.
    """
    query = _list(scope)
    for name, value in wanted.filters.items():
        if value and (where := _filter(scope, name, value)) is not None:
            query = query.where(where)
    if wanted.q:
        query = query.where(_says(scope, wanted.q))
    order: list[Any] = [Thread.last_at.desc(), Thread.id.desc()]
    if wanted.filters.get("state") == "waiting":
        order = [Thread.waits_since, Thread.id]
    found = page_of(query, wanted, order)
    return Found([_line(row) for row in found.rows], found.total, found.page, found.pages, found.per_page)


def _line(row: Any) -> Line:
    values = list(row)
    values[2] = Sentence(TOPICS.get(values[2], values[2]))
    values[10] = " ".join((values[10] or "").split())[:EXCERPT]
    values[11] = values[11] or ""
    values[12] = bool(values[12])
    return Line(*values)


def _filter(scope: Scope, name: str, value: str) -> ColumnElement[bool] | None:
    known: dict[tuple[str, str], ColumnElement[bool]] = {
        ("state", "open"): Thread.state == "open",
        ("state", "closed"): Thread.state == "closed",
        ("state", "waiting"): and_(Thread.state == "open", Thread.waits_since.is_not(None)),
        ("whose", "mine"): Thread.assigned_to_id == scope.user_id,
        ("whose", "nobody"): Thread.assigned_to_id.is_(None),
    }
    if name == "topic":
        return Thread.topic == value
    if name == "person":
        return Person.ref == value
    return known.get((name, value))


def _says(scope: Scope, q: str) -> ColumnElement[bool]:
    """Threads of which a message that the reader sees, the subject or the person says it."""
    seen = scope.select(ThreadMessage, ThreadMessage.ref)
    keys = [hit.key for hit in hits("message", q, only=SearchText.subject_key.in_(seen), most=200)]
    said = select(ThreadMessage.thread_id).where(ThreadMessage.ref.in_(keys))
    return or_(
        Thread.id.in_(said),
        Thread.subject.icontains(q, autoescape=True),
        Person.name.icontains(q, autoescape=True),
    )


def unread(scope: Scope) -> int:
    """How many threads have something that the reader has not read."""
    return int(
        db.session.scalar(
            scope.select(Thread, func.count(Thread.id)).where(
                select(ThreadMessage.id)
                .where(
                    ThreadMessage.thread_id == Thread.id, ThreadMessage.side.in_(others(scope)),
                    ThreadMessage.id > func.coalesce(read_by(scope), 0),
                )
                .correlate(Thread)
                .exists()
            )
        )
        or 0
    )  # fmt: skip


def waiting(scope: Scope) -> int:
    """How many open threads wait for an answer of the business."""
    query = scope.select(Thread, func.count(Thread.id))
    return int(db.session.scalar(query.where(Thread.state == "open", Thread.waits_since.is_not(None))) or 0)
