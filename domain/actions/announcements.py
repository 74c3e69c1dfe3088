"""The business tells something to all its customers, the people of a house, or those with one sort of agreement.

Verbs: `keep`, `end`, `put_away`, `mail_due`. It is shown from a moment until another and mailed once, if asked for. Who
sees it is decided by `domain.access`; whoever works on a part of the business writes to the people of its houses only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records.notices import tell
from domain.records.words_out import audit
from domain.rules.announcements import AUDIENCES, WEIGHTS
from domain.rules.document_places import KIND_WORDS
from domain.rules.markdown_text import text_of
from domain.rules.message_text import kept_text
from domain.transaction import transaction
from domain.words import N_, Gone, NotAllowed, Refused, Sentence
from models import Agreement, AgreementParty, Announcement, AnnouncementSeen, Person, Property, Unit, User

RIGHT = "talk"
MOST_TITLE, MOST_BODY, MOST_MAILED = 160, 5_000, 1_000
CHUNK = 200
JOB = "job:mail_announcements"
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Draft:
    """What is told, to whom and when. `body` is Markdown; `until_at` None: until somebody ends it."""

    title: str
    body: str
    from_at: datetime
    until_at: datetime | None = None
    weight: str = "plain"
    audience: str = "all"
    property_ref: str = ""
    sort: str = ""
    by_mail: bool = False


def keep(ref: str, draft: Draft, *, who: Scope, now: datetime) -> str:
    """Write an announcement, or another text of the one with this ref; returns the ref. Safe to repeat.

    What was mailed is not mailed again. Raises NotAllowed, Gone for one that was ended, Refused beside its field.
    """
    _require_staff(who)
    title, body = " ".join(kept_text(draft.title).split()), kept_text(draft.body)
    _check(draft, title, body, now)
    with transaction() as session:
        house = _house(session, draft, who)
        row = session.scalars(
            select(Announcement).where(Announcement.ref == ref).with_for_update(of=Announcement)
        ).first()
        if row is not None:
            row = standing(session, who, ref)
        else:
            row = Announcement(ref=ref)
            session.add(row)
        row.title, row.body, row.weight, row.audience = title, body, draft.weight, draft.audience
        row.property_id, row.agreement_kind = house, draft.sort if draft.audience == "sort" else ""
        row.from_at, row.until_at, row.by_mail = draft.from_at, draft.until_at, draft.by_mail
        row.written_at, row.written_by = now, who.by
        session.flush()
        audit(session, by=who.by, action="announcement.kept", subject="announcement", subject_id=row.id, at=now,
              detail={"title": title, "audience": draft.audience})  # fmt: skip
    return ref


def end(ref: str, *, who: Scope, now: datetime) -> bool:
    """Show it no more, and mail it to nobody who has not had it. Raises NotAllowed, Gone."""
    _require_staff(who)
    with transaction() as session:
        row = standing(session, who, ref)
        row.ended_at = now
        audit(session, by=who.by, action="announcement.ended", subject="announcement", subject_id=row.id, at=now,
              detail={"title": row.title})  # fmt: skip
    return True


def put_away(ref: str, *, who: Scope, now: datetime) -> None:
    """This reader has seen it and wants it gone from their first page. Safe to repeat. Raises Gone, NotAllowed."""
    if who.reading or not who.user_id:
        raise NotAllowed(Sentence(N_("Your account may not do this. Ask an administrator of this portal.")))
    with transaction() as session:
        row = standing(session, who, ref)
        insert = _INSERTS[session.get_bind().dialect.name](AnnouncementSeen.__table__)
        values = insert.values(announcement_id=row.id, user_id=who.user_id, seen_at=now)
        session.execute(values.on_conflict_do_nothing(index_elements=["announcement_id", "user_id"]))


def standing(session: Session, who: Scope, ref: str) -> Announcement:
    """The announcement of this ref that `who` sees and nobody ended, locked. Raises Gone."""
    query = who.select(Announcement).where(Announcement.ref == ref, Announcement.ended_at.is_(None))
    row = session.scalars(query.with_for_update(of=Announcement)).first()
    if row is None:
        raise Gone(Sentence(N_("There is no such announcement.")))
    return row


def mail_due(*, now: datetime) -> int:
    """Tell everybody whom an announcement is for, whose time has come; how many were told. Safe to repeat.

    Each person is told once, whoever runs and however often; a run that was ended goes on with the rest.
    """
    told = 0
    for announcement_id in _due(now):
        after = 0
        while True:
            with transaction() as session:
                row = session.get_one(Announcement, announcement_id, with_for_update=True)
                if row.sent_at is not None or row.ended_at is not None:
                    break
                people: list[int] = list(session.scalars(_readers(row, after)))
                told += sum(_tell(session, row, person, now) for person in people)
                if len(people) < CHUNK:
                    row.sent_at = now
                    break
            after = people[-1]
    return told


def _due(now: datetime) -> Sequence[int]:
    with transaction() as session:
        return session.scalars(
            select(Announcement.id).where(
                Announcement.by_mail, Announcement.sent_at.is_(None), Announcement.ended_at.is_(None),
                Announcement.from_at <= now, or_(Announcement.until_at.is_(None), Announcement.until_at > now),
            )
        ).all()  # fmt: skip


def _readers(row: Announcement, after: int) -> Select[int]:
    """The ids of the next people whom it is for: those on an agreement that goes on."""
    on = (
        select(AgreementParty.person_id)
        .join(Agreement, Agreement.id == AgreementParty.agreement_id)
        .where(AgreementParty.until_on.is_(None), Agreement.status == "active")
    )
    if row.audience == "property":
        on = on.join(Unit, Unit.id == Agreement.unit_id).where(Unit.property_id == row.property_id)
    elif row.audience == "sort":
        on = on.where(Agreement.kind == row.agreement_kind)
    claimed = select(User.person_id).where(User.role == "customer", User.disabled_at.is_(None))
    who = (
        Person.id.in_(on)
        if row.audience not in ("all", "public")
        else or_(Person.id.in_(on), Person.id.in_(claimed))
    )
    return select(Person.id).where(who, Person.id > after).order_by(Person.id).limit(CHUNK)


def _tell(session: Session, row: Announcement, person_id: int, now: datetime) -> bool:
    text = " ".join(text_of(row.body).split())
    data = {"headline": row.title, "what": text if len(text) <= MOST_MAILED else f"{text[:MOST_MAILED]}…"}
    ways = tell(
        session, "announcement", person_id, data=data, dedupe_key=f"announcement:{row.ref}", path="/announcements",
        now=now,
    )  # fmt: skip
    return bool(ways)


def _check(draft: Draft, title: str, body: str, now: datetime) -> None:
    for field, text, most in (("title", title, MOST_TITLE), ("body", body, MOST_BODY)):
        if not text:
            raise Refused(Sentence(N_("Write something.")), field)
        if len(text) > most:
            raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": most}), field)
    for field, value, choices in (("weight", draft.weight, WEIGHTS), ("audience", draft.audience, AUDIENCES)):
        if value not in choices:
            raise Refused(Sentence(N_("This is not one of the choices.")), field)
    if draft.audience == "sort" and draft.sort not in KIND_WORDS:
        raise Refused(Sentence(N_("Choose a sort of agreement.")), "sort")
    if draft.until_at is not None and draft.until_at <= max(draft.from_at, now):
        raise Refused(Sentence(N_("It ends after it begins, and after now.")), "until_at")


def _house(session: Session, draft: Draft, who: Scope) -> int | None:
    if draft.audience != "property":
        if not who.everything:
            words = N_("You look after a part of the business: choose one of its properties.")
            raise Refused(Sentence(words), "audience")
        return None
    query = who.select(Property, Property.id).where(Property.ref == draft.property_ref)
    house = session.scalar(query)
    if house is None:
        raise Refused(Sentence(N_("Choose a property.")), "property")
    return house


def _require_staff(who: Scope) -> None:
    who.require(RIGHT)
    if not who.staff:
        raise NotAllowed(Sentence(N_("Your account may not do this. Ask an administrator of this portal.")))
