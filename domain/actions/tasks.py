"""A person opens a task by hand, or says that one is done. Verbs: `write`, `done`.

Opening and closing by themselves stands in `domain.records.tasks`.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from domain.access import Scope
from domain.records.tasks import MOST_NOTE, close_task, open_task
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Gone, Refused, Sentence
from models import Person, Task

RIGHT = "people"


def write(
    person_ref: str, text: str, due_on: date | None, ref: str, *, who: Scope, today: date, now: datetime
) -> None:
    """Open a task about a person, to be done by a day or whenever. Safe to repeat with the form's `ref`.

    Raises NotAllowed, Gone where the reader sees no such person, Refused beside "text" or "due_on".
    """
    who.require(RIGHT)
    text = " ".join(text.split())
    if not text:
        raise Refused(Sentence(N_("Write what is to be done.")), "text")
    if len(text) > MOST_NOTE:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_NOTE}), "text")
    if due_on is not None and due_on < today:
        raise Refused(Sentence(N_("This day is over. Choose today or a later one.")), "due_on")
    key = f"hand:{ref}"
    with transaction() as session:
        person_id = session.scalar(who.select(Person, Person.id).where(Person.ref == person_ref))
        if person_id is None:
            raise Gone(Sentence(N_("This is not there any more.")))
        if session.scalar(select(Task.id).where(Task.dedupe_key == key)) is not None:
            return
        open_task(
            session, "by_hand", key, Sentence(N_("%(text)s"), {"text": text}), now=now, subject="person",
            subject_id=person_id, due_on=due_on,
        )  # fmt: skip
        audit(session, by=who.by, action="task.written", subject="person", subject_id=person_id, at=now,
              detail={"text": text})  # fmt: skip


def done(ref: str, note: str, *, who: Scope, now: datetime) -> bool:
    """Close the task with a note of what was done; False where it was closed already. Raises Gone, Refused.

    A task whose cause stands is opened again by the duty that finds it.
    """
    who.require(RIGHT)
    if len(note) > MOST_NOTE:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_NOTE}), "note")
    with transaction() as session:
        task = session.scalars(who.select(Task).where(Task.ref == ref).with_for_update()).first()
        if task is None:
            raise Gone(Sentence(N_("There is no such task.")))
        closed = task.closed_at is None and close_task(
            session, task.dedupe_key, now=now, by=who.by, note=note.strip()
        )
        if closed:
            audit(session, by=who.by, action="task.done", subject="task", subject_id=task.id, at=now,
                  detail={"kind": task.kind, "note": note.strip()})  # fmt: skip
    return closed
