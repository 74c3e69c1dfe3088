"""Answers that the office writes once and uses often. Verbs: `keep`, `remove`.

One is changed by keeping it under its ref anew; a removed one keeps its row.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from domain.access import Scope
from domain.records.words_out import audit
from domain.rules.message_text import check_places, kept_text
from domain.transaction import transaction
from domain.words import N_, Gone, Refused, Sentence
from models import CannedAnswer

RIGHT = "people"
MOST_TITLE, MOST_BODY = 120, 4_000
LANGUAGES = ("en", "es")


def keep(ref: str, title: str, body: str, language: str, *, who: Scope, now: datetime) -> str:
    """Write an answer, or another text of the one with this ref; returns the ref. Safe to repeat.

    Raises NotAllowed, Gone for a removed one, Refused beside "title" (also one that is there), "body" (also a place
    that nothing fills) or "language".
    """
    who.require(RIGHT)
    title, body = " ".join(kept_text(title).split()), kept_text(body)
    for field, text, most in (("title", title, MOST_TITLE), ("body", body, MOST_BODY)):
        if not text:
            raise Refused(Sentence(N_("Write something.")), field)
        if len(text) > most:
            raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": most}), field)
    check_places(body)
    if language not in LANGUAGES:
        raise Refused(Sentence(N_("This is not one of the choices.")), "language")
    with transaction() as session:
        same = select(CannedAnswer.id).where(
            CannedAnswer.title == title, CannedAnswer.language == language, CannedAnswer.removed_at.is_(None),
            CannedAnswer.ref != ref,
        )  # fmt: skip
        if session.execute(same).first() is not None:
            raise Refused(Sentence(N_("There is an answer of this name.")), "title")
        row = session.scalars(select(CannedAnswer).where(CannedAnswer.ref == ref).with_for_update()).first()
        if row is not None and row.removed_at is not None:
            raise Gone(Sentence(N_("This answer was removed.")))
        if row is None:
            row = CannedAnswer(ref=ref)
            session.add(row)
        elif (row.title, row.body, row.language) == (title, body, language):
            return ref
        row.title, row.body, row.language, row.written_at, row.written_by = (
            title, body, language, now, who.by,
        )  # fmt: skip
        session.flush()
        audit(session, by=who.by, action="canned_answer.kept", subject="canned_answer", subject_id=row.id, at=now,
              detail={"title": title})  # fmt: skip
    return ref


def remove(ref: str, *, who: Scope, now: datetime) -> bool:
    """Take an answer away; False where it was gone. Raises NotAllowed."""
    who.require(RIGHT)
    with transaction() as session:
        query = who.select(CannedAnswer).where(CannedAnswer.ref == ref, CannedAnswer.removed_at.is_(None))
        row = session.scalars(query.with_for_update()).first()
        if row is None:
            return False
        row.removed_at = now
        audit(session, by=who.by, action="canned_answer.removed", subject="canned_answer", subject_id=row.id, at=now,
              detail={"title": row.title})  # fmt: skip
    return True
