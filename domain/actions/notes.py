"""What staff write down about a person or an agreement. Verbs: `write`, `pin`, `remove`.

A note is never changed: who wrote something wrong removes it and writes it anew. A removed one keeps its row.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Refused, Sentence
from models import Agreement, Note, Person

RIGHT = "people"
MOST_TEXT = 2_000
_ABOUT: dict[str, tuple[type[Any], str]] = {
    "agreement": (Agreement, "agreement_id"),
    "person": (Person, "person_id"),
}
"""What a note may be about -> its model and the note's column."""


def write(
    about: str, about_ref: str, text: str, ref: str, *, who: Scope, now: datetime, pinned: bool = False
) -> str:
    """Keep a note about an "agreement" or a "person"; returns its ref, which is that of the form. Safe to repeat.

    Raises NotAllowed, Gone where the writer sees no such row, Refused beside "text", or Conflict when `ref` was used
    for another note.
    """
    who.require(RIGHT)
    model, column = _ABOUT[about]
    text = text.strip()
    if not text:
        raise Refused(Sentence(N_("Write something down.")), "text")
    if len(text) > MOST_TEXT:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_TEXT}), "text")
    with transaction() as session:
        subject_id = session.scalar(who.select(model, model.id).where(model.ref == about_ref))
        if subject_id is None:
            raise Gone(Sentence(N_("There is no such page to keep a note on.")))
        known = session.scalars(select(Note).where(Note.ref == ref)).first()
        if known is not None:
            if (getattr(known, column), known.text) != (subject_id, text):
                raise Conflict(Sentence(N_("This form was already used for something else. Open it again.")))
            return known.ref
        note = Note(ref=ref, text=text, pinned=pinned, written_at=now, written_by=who.by)
        setattr(note, column, subject_id)
        session.add(note)
        session.flush()
        _audit(session, note, "note.written", who, now)
    return ref


def pin(ref: str, pinned: bool, *, who: Scope, now: datetime) -> bool:
    """Let a note stand above the others, or no longer; False where it did already. Raises NotAllowed, Gone."""
    who.require(RIGHT)
    with transaction() as session:
        note = _standing(session, ref, who)
        if note.pinned == pinned:
            return False
        note.pinned = pinned
        _audit(session, note, "note.pinned" if pinned else "note.unpinned", who, now)
    return True


def remove(ref: str, *, who: Scope, now: datetime) -> None:
    """Take a note off its page; who wrote it and who removed it stays known. Raises NotAllowed, Gone."""
    who.require(RIGHT)
    with transaction() as session:
        note = _standing(session, ref, who)
        note.removed_at, note.removed_by = now, who.by
        _audit(session, note, "note.removed", who, now)


def _standing(session: Session, ref: str, who: Scope) -> Note:
    query = who.select(Note).where(Note.ref == ref, Note.removed_at.is_(None)).with_for_update()
    note = session.scalars(query).first()
    if note is None:
        raise Gone(Sentence(N_("There is no such note.")))
    return note


def _audit(session: Session, note: Note, action: str, who: Scope, now: datetime) -> None:
    """Say that it was done, without the words: those stand in the note."""
    about = "agreement" if note.agreement_id else "person"
    audit(
        session, by=who.by, action=action, subject=about, subject_id=note.agreement_id or note.person_id,
        at=now, detail={"note": note.ref},
    )  # fmt: skip
