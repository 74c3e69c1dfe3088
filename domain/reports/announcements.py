"""What the business tells everybody: what a reader sees now, and the list of the office. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from domain.access import Scope
from domain.rules.announcements import AUDIENCES
from domain.rules.document_places import KIND_WORDS
from domain.words import N_, Sentence
from models import Announcement, AnnouncementSeen, Property, db

MOST_SHOWN, MOST_LISTED = 5, 100
_LOUDEST_FIRST = (
    (Announcement.weight == "urgent").desc(), Announcement.from_at.desc(), Announcement.id.desc(),
)  # fmt: skip
STATES = {"shown": N_("Shown"), "planned": N_("Planned"), "ended": N_("Ended")}


@dataclass(frozen=True, slots=True)
class Notice:
    """One announcement as its readers see it."""

    ref: str
    title: str
    body: str
    urgent: bool
    from_at: datetime
    seen: bool


def current(scope: Scope, now: datetime, *, with_seen: bool = False) -> list[Notice]:
    """What is told to this reader now, urgent ones first, then the newest; those put away only `with_seen`."""
    seen = (
        select(AnnouncementSeen.id)
        .where(AnnouncementSeen.announcement_id == Announcement.id, AnnouncementSeen.user_id == scope.user_id)
        .correlate(Announcement)
        .exists()
    )
    query = scope.select(
        Announcement, Announcement.ref, Announcement.title, Announcement.body, Announcement.weight == "urgent",
        Announcement.from_at, seen,
    ).where(*_shown(now))  # fmt: skip
    if not with_seen:
        query = query.where(~seen)
    rows = db.session.execute(query.order_by(*_LOUDEST_FIRST).limit(MOST_LISTED if with_seen else MOST_SHOWN))
    return [Notice(row[0], row[1], row[2], bool(row[3]), row[4], bool(row[5])) for row in rows]


def told_to_anybody(now: datetime) -> list[Notice]:
    """What is told to whoever comes, signed in or not: a trouble that is known. Looked up through nobody's eyes, since
    it is for all of them.
    """
    query = select(
        Announcement.ref, Announcement.title, Announcement.body, Announcement.weight, Announcement.from_at
    ).where(Announcement.audience == "public", *_shown(now))
    rows = db.session.execute(query.order_by(*_LOUDEST_FIRST).limit(MOST_SHOWN))
    return [Notice(row[0], row[1], row[2], row[3] == "urgent", row[4], False) for row in rows]


def _shown(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Announcement.from_at <= now, Announcement.ended_at.is_(None),
        or_(Announcement.until_at.is_(None), Announcement.until_at > now),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One announcement in the list of the office."""

    ref: str
    title: str
    state: str
    state_words: Sentence
    urgent: bool
    to: Sentence
    place: str
    from_at: datetime
    until_at: datetime | None
    by_mail: bool
    sent_at: datetime | None


def listed(scope: Scope, now: datetime) -> list[Line]:
    """Those the reader may see, the newest first."""
    rows = db.session.execute(
        scope.select(Announcement, Announcement, Property.name)
        .outerjoin(Property, Property.id == Announcement.property_id)
        .order_by(Announcement.from_at.desc(), Announcement.id.desc())
        .limit(MOST_LISTED)
    )
    return [_line(row, place or "", now) for row, place in rows]


def _line(row: Announcement, place: str, now: datetime) -> Line:
    over = row.ended_at is not None or (row.until_at is not None and row.until_at <= now)
    state = "ended" if over else "planned" if row.from_at > now else "shown"
    to = Sentence(KIND_WORDS[row.agreement_kind] if row.audience == "sort" else AUDIENCES[row.audience])
    return Line(
        row.ref, row.title, state, Sentence(STATES[state]), row.weight == "urgent", to, place, row.from_at,
        row.ended_at or row.until_at, row.by_mail, row.sent_at,
    )  # fmt: skip


def places(scope: Scope) -> Sequence[tuple[str, str]]:
    """(ref, name) of the properties whose people this reader may write to."""
    rows = db.session.execute(
        scope.select(Property, Property.ref, Property.name).order_by(Property.name).limit(500)
    )
    return [(ref, name) for ref, name in rows]


def place_of(scope: Scope, row: Announcement) -> str:
    """The ref of the property that an announcement is for, "" for none."""
    query = scope.select(Property, Property.ref).where(Property.id == row.property_id)
    return db.session.scalar(query) or ""
