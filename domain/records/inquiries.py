"""What became of an inquiry, written inside the caller's transaction: verb `end`; `locked` looks one up. Never commits.

The customer is told once, reads it in the conversation, and the office's task is closed with it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records.names import new_ref
from domain.records.notices import tell
from domain.records.tasks import close_task
from domain.records.threads import Author, add_message
from domain.records.words_out import audit
from domain.rules.inquiries import outcome
from domain.words import N_, Gone, Sentence
from models import Agreement, Inquiry, Person, Thread, User


def locked(session: Session, ref: str, who: Scope) -> Inquiry:
    """The inquiry of this ref, if `who` sees it, locked until the commit. Raises Gone."""
    query = who.select(Inquiry).where(Inquiry.ref == ref).with_for_update(of=Inquiry)
    row = session.scalars(query).first()
    if row is None:
        raise Gone(Sentence(N_("There is no such question.")))
    return row


def task_key(row: Inquiry) -> str:
    return f"inquiry:{row.ref}"


def end(
    session: Session, row: Inquiry, state: str, answer: str, *, who: Scope, now: datetime, **facts: Any
) -> None:
    """Decide a locked inquiry: `facts` are further columns of it. Who asked is told, unless they took it back."""
    row.state, row.answer, row.decided_at, row.decided_by = state, answer.strip(), now, who.by
    for name, value in facts.items():
        setattr(row, name, value)
    said = outcome(state, row.outcome_minor, row.currency)
    thread = session.scalars(select(Thread).where(Thread.id == row.thread_id).with_for_update()).one()
    whole = Sentence(N_("%(said)s %(answer)s"), {"said": said, "answer": row.answer}) if row.answer else said
    add_message(session, thread, _author(session, who), "", key=new_ref(), now=now, said=whole)
    thread.state, thread.waits_since, thread.closed_at, thread.closed_by = "closed", None, now, who.by
    session.flush()
    close_task(session, task_key(row), now=now, by=who.by, note=row.answer)
    agreement = session.execute(
        select(Agreement.ref, Agreement.number).where(Agreement.id == row.agreement_id)
    ).one()
    detail = {
        "inquiry": row.ref,
        "about": row.about,
        "outcome_minor": row.outcome_minor,
        "answer": row.answer,
    }
    audit(session, by=who.by, action=f"inquiry.{state}", subject="agreement", subject_id=row.agreement_id, at=now,
          detail={"number": agreement.number, **detail})  # fmt: skip
    if state != "withdrawn":
        data = {"agreement_ref": agreement.ref, "agreement_number": agreement.number, "what": said}
        tell(session, "question_decided", row.person_id, agreement_id=row.agreement_id, data=data,
             dedupe_key=f"inquiry:{row.ref}:{state}", path=f"/questions/{row.ref}", now=now)  # fmt: skip


def _author(session: Session, who: Scope) -> Author:
    name = session.scalar(
        select(Person.name).join(User, User.person_id == Person.id).where(User.id == who.user_id)
    )
    return Author("system", who.user_id, name or "")
