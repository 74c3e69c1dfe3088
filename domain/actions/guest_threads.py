"""Somebody who is not signed in writes to the business. Verbs: `open_thread`, `say`, `stay`.

Such a thread is "not identified": what they typed of themselves is never proved, and nothing of any account is looked
up or said. Whoever holds the secret (a cookie of their browser) reads and goes on; nobody else on their side can.
No files: what comes from nobody is not kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.actions.threads import TOPICS
from domain.records.threads import Author, Matter, add_message, add_thread
from domain.records.words_out import audit
from domain.rules.message_text import kept_text
from domain.rules.sign_in_names import is_email
from domain.transaction import rows_changed, transaction
from domain.words import N_, Gone, Refused, Sentence
from models import Thread

BY = "anonymous"
MOST_NAME, MOST_EMAIL, MOST_PHONE = 120, 254, 40
MOST_UNANSWERED = 20
"""How many messages somebody unknown may leave in a thread before anybody has answered."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody unknown asks, and how they say they can be reached."""

    name: str
    email: str
    phone: str
    subject: str
    text: str
    topic: str = "question"
    language: str = "en"


def open_thread(asked: Question, ref: str, secret: str, *, now: datetime) -> str:
    """Begin a thread for whoever holds `secret`; returns its ref, which is the form's. Safe to repeat.

    Raises Refused beside "name", "email", "phone", "subject", "text" or "topic", Conflict for a used form.
    """
    contact = _contact(asked)
    if asked.topic not in TOPICS:
        raise Refused(Sentence(N_("Choose what it is about.")), "topic")
    matter = Matter(
        asked.subject, asked.topic, language=asked.language, contact=contact,
        secret_hash=sealing.fingerprint(secret),
    )  # fmt: skip
    with transaction() as session:
        thread, fresh = add_thread(session, ref, matter, by=BY, now=now)
        if fresh:
            add_message(session, thread, Author("customer", None, contact[0]), asked.text, key=ref, now=now)
            audit(session, by=BY, action="thread.opened", subject="thread", subject_id=thread.id, at=now,
                  detail={"thread": ref, "topic": asked.topic})  # fmt: skip
    return ref


def say(ref: str, secret: str, text: str, key: str, *, now: datetime) -> str:
    """Go on in a thread; returns the ref of the message. Safe to repeat with `key`.

    Raises Gone where the secret opens no such thread, Refused beside "text", Conflict for a key used elsewhere.
    """
    with transaction() as session:
        thread = _locked(session, ref, secret)
        _check_patience(thread)
        author = Author("customer", None, thread.contact_name)
        message, _fresh = add_message(session, thread, author, text, key=key, now=now)
        return message.ref


def stay(ref: str, secret: str, until: datetime) -> bool:
    """The page of this thread is open until then, if nothing else is heard; False where the secret opens it not."""
    with transaction() as session:
        mine = _mine(ref, secret)
        return rows_changed(session, update(Thread).where(*mine).values(live_until=until)) == 1


def _mine(ref: str, secret: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Thread.ref == ref, Thread.person_id.is_(None), Thread.secret_hash == sealing.fingerprint(secret),
    )  # fmt: skip


def _locked(session: Session, ref: str, secret: str) -> Thread:
    query = select(Thread).where(*_mine(ref, secret)).with_for_update(of=Thread)
    thread = session.scalars(query).first()
    if thread is None:
        raise Gone(Sentence(N_("There is no such conversation.")))
    return thread


def _check_patience(thread: Thread) -> None:
    said = 0
    for message in reversed(thread.messages):
        if message.side == "office":
            break
        said += message.side == "customer"
    if said >= MOST_UNANSWERED:
        raise Refused(Sentence(N_("Wait for an answer before you write more.")), "text")


def _contact(asked: Question) -> tuple[str, str, str]:
    name, email, phone = (
        " ".join(kept_text(text).split()) for text in (asked.name, asked.email, asked.phone)
    )
    if not name:
        raise Refused(Sentence(N_("Write your name.")), "name")
    if not email and not phone:
        raise Refused(Sentence(N_("Write an e-mail address or a telephone number.")), "email")
    if email and not is_email(email):
        words = N_("This is not a whole mail address, for example bo@example.org.")
        raise Refused(Sentence(words), "email")
    for field, text, most in (
        ("name", name, MOST_NAME),
        ("email", email, MOST_EMAIL),
        ("phone", phone, MOST_PHONE),
    ):
        if len(text) > most:
            raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": most}), field)
    return name, email, phone
