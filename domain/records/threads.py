"""Write threads and messages inside the caller's transaction. Verbs: `add_thread`, `add_message`, `mark`, `tell_of`.

What is sent twice (a line that dropped, a second click) is found by its `ref` or `key` and not stored again. A message
of the customers' side lets the thread wait for an answer and opens a closed one; an answer ends the waiting and tells
whoever it is for, once until they have read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records.guest_mail import mail_answer
from domain.records.names import new_ref
from domain.records.notices import tell
from domain.rules.message_text import MOST_SUBJECT, MOST_TEXT, kept_text
from domain.rules.search_texts import searched
from domain.words import N_, Conflict, Gone, Refused, Sentence, sentence_json
from models import (
    Agreement,
    KeptFile,
    SearchText,
    Thread,
    ThreadFile,
    ThreadMessage,
    ThreadRead,
    Unit,
    User,
    UserLimit,
)

_INSERT = {
    name: dialect.insert(Thread.__table__)
    .on_conflict_do_nothing(index_elements=["ref"])
    .returning(Thread.__table__.c.id)
    for name, dialect in {"sqlite": sqlite, "postgresql": postgresql}.items()
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What a thread is about and whose it is. Without `person_id` it is of somebody not signed in, who typed `contact`.

    `contact`: name, mail address and telephone, none of them proved; `secret_hash` is of the key in their browser.
    """

    subject: str
    topic: str = "question"
    person_id: int | None = None
    agreement_id: int | None = None
    to_owner: bool = False
    language: str = "en"
    contact: tuple[str, str, str] = ("", "", "")
    secret_hash: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """Who says something. `side` "customer", "office", "note" (for the business only) or "system"."""

    side: str
    user_id: int | None = None
    name: str = ""


def add_thread(session: Session, ref: str, matter: Matter, *, by: str, now: datetime) -> tuple[Thread, bool]:
    """The thread of this ref, locked, and whether it is new. Raises Refused beside "subject" or "agreement", and
    Conflict for a used ref.

    Its property is that of the agreement's unit: without one, nobody is the landlord to whom it could go too.
    """
    subject = " ".join(kept_text(matter.subject).split())
    if not subject:
        raise Refused(Sentence(N_("Say in a few words what it is about.")), "subject")
    check_length(subject, MOST_SUBJECT, "subject")
    name, email, phone = matter.contact
    property_id = _property_of(session, matter.agreement_id)
    if matter.to_owner and property_id is None:
        raise Refused(
            Sentence(N_("Choose the agreement of the home whose landlord should read it.")), "agreement"
        )
    made = session.scalar(
        _INSERT[session.get_bind().dialect.name].values(
            ref=ref, subject=subject, topic=matter.topic, state="open", person_id=matter.person_id,
            agreement_id=matter.agreement_id, property_id=property_id,
            to_owner=matter.to_owner, contact_name=name, contact_email=email,
            contact_phone=phone, secret_hash=matter.secret_hash, language=matter.language, opened_at=now, opened_by=by,
            last_at=now, closed_by="",
        )
    )  # fmt: skip
    thread = session.scalars(select(Thread).where(Thread.ref == ref).with_for_update()).one()
    fresh = made is not None
    if not fresh and (thread.person_id, thread.opened_by, thread.secret_hash) != (
        matter.person_id, by, matter.secret_hash,
    ):  # fmt: skip
        raise Conflict(Sentence(N_("This form was already used for something else. Open it again.")))
    return thread, fresh


def locked(session: Session, who: Scope, ref: str) -> Thread:
    """The thread of this ref, if `who` sees it, locked until the commit. Raises Gone."""
    query = who.select(Thread).where(Thread.ref == ref).with_for_update(of=Thread)
    thread = session.scalars(query).first()
    if thread is None:
        raise Gone(Sentence(N_("There is no such conversation.")))
    return thread


def add_message(
    session: Session,
    thread: Thread,
    author: Author,
    text: str,
    *,
    key: str,
    now: datetime,
    said: Sentence | None = None,
    files: Sequence[tuple[KeptFile, KeptFile | None]] = (),
) -> tuple[ThreadMessage, bool]:
    """One message in a locked thread, and whether it is new. Safe to repeat with its `key`.

    Raises Refused beside "text" for none or too much, Conflict for a key used for another message. `said` is what a
    "system" message says, in the reader's language.
    """
    known = known_message(session, thread, key)
    if known is not None:
        return known, False
    text = kept_text(text)
    if not text and not files and said is None:
        raise Refused(Sentence(N_("Write something.")), "text")
    check_length(text, MOST_TEXT, "text")
    message = ThreadMessage(
        ref=new_ref(), thread_id=thread.id, key=key, side=author.side, author_id=author.user_id,
        author_name=author.name[:120], text=text, said=sentence_json(said) if said else None, sent_at=now,
    )  # fmt: skip
    session.add(message)
    session.flush()
    session.add_all([
        ThreadFile(ref=new_ref(), message_id=message.id, file_id=file.id, preview_id=picture.id if picture else None)
        for file, picture in files
    ])  # fmt: skip
    # The first message is found by the subject too.
    title = searched(thread.subject) if message.key == thread.ref else ""
    if text or title:
        session.add(SearchText(
            subject="message", subject_key=message.ref, language=thread.language, title=title,
            body=searched(" ".join([text, *(file.name for file, _picture in files)])),
        ))  # fmt: skip
    _moved(thread, author.side, now)
    session.flush()
    if author.side in ("customer", "office"):
        tell_of(session, thread, author.side, now)
    return message, True


def known_message(session: Session, thread: Thread, key: str) -> ThreadMessage | None:
    """The message that was already sent under this key. Raises Conflict where that was in another thread."""
    known = session.scalars(select(ThreadMessage).where(ThreadMessage.key == key)).first()
    if known is not None and known.thread_id != thread.id:
        raise Conflict(Sentence(N_("This form was already used for something else. Open it again.")))
    return known


def mark(session: Session, thread: Thread, user_id: int, now: datetime) -> bool:
    """This user has read the thread as far as it goes; whether that is news."""
    last = session.scalar(select(func.max(ThreadMessage.id)).where(ThreadMessage.thread_id == thread.id))
    if last is None:
        return False
    read = session.scalars(
        select(ThreadRead).where(ThreadRead.thread_id == thread.id, ThreadRead.user_id == user_id)
    ).first()
    if read is None:
        session.add(ThreadRead(thread_id=thread.id, user_id=user_id, message_id=last, read_at=now))
    elif read.message_id >= last:
        return False
    else:
        read.message_id, read.read_at = last, now
    session.flush()
    return True


def check_length(text: str, most: int, field: str) -> None:
    if len(text) > most:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": most}), field)


def _moved(thread: Thread, side: str, now: datetime) -> None:
    """What a message does to its thread: who waits, and that a closed one goes on."""
    if side == "note":
        return
    thread.last_at = now
    if side == "customer":
        thread.waits_since = thread.waits_since or now
    elif side == "office":
        thread.waits_since = None
    if side in ("customer", "office") and thread.state == "closed":
        thread.state, thread.closed_at, thread.closed_by = "open", None, ""


def tell_of(session: Session, thread: Thread, side: str, now: datetime) -> None:
    """Tell who a message of this side is for, once until they have read the thread; its words stay on the page."""
    readers: Sequence[int | None]
    if side == "office" and thread.person_id is None:
        mail_answer(session, thread, now)
        return
    if side == "office":
        # Whoever has the page open reads it there; the bell keeps the line should they leave that moment.
        live = thread.live_until is not None and thread.live_until > now
        readers, path = [thread.person_id], f"/messages/{thread.ref}"
    else:
        live, readers, path = False, _landlords(session, thread), f"/office/messages/{thread.ref}"
    for person_id in readers:
        if person_id is None:
            continue
        read = session.scalar(
            select(ThreadRead.message_id)
            .join(User, User.id == ThreadRead.user_id)
            .where(ThreadRead.thread_id == thread.id, User.person_id == person_id)
        )
        tell(
            session, "message_received", person_id, agreement_id=thread.agreement_id, data=data_of(thread),
            dedupe_key=f"message:{thread.ref}:{read or 0}", path=path, now=now,
            without=("email", "sms", "push") if live else (),
        )  # fmt: skip


def data_of(thread: Thread) -> dict[str, Any]:
    """What a notice about the thread knows."""
    return {"thread_ref": thread.ref}


def _landlords(session: Session, thread: Thread) -> list[int]:
    """The ids of the people whose house it is, where the thread was written to them."""
    if not thread.to_owner or thread.property_id is None:
        return []
    owners = (
        select(User.person_id)
        .join(UserLimit, UserLimit.user_id == User.id)
        .where(
            UserLimit.property_id == thread.property_id, User.role == "landlord", User.disabled_at.is_(None)
        )
    )
    return list(session.scalars(owners.distinct()))


def _property_of(session: Session, agreement_id: int | None) -> int | None:
    if agreement_id is None:
        return None
    house = select(Unit.property_id).join(Agreement, Agreement.unit_id == Unit.id)
    return session.scalar(house.where(Agreement.id == agreement_id))
