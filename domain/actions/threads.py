"""Customers and the business write to each other. Verbs: `open_thread`, `say`, `note`, `assign`, `close`, `reopen`,
`mark_read`, `stay`.

Whoever may see a thread (`domain.access.talk`) may write in it: a customer in their own, staff in all, a landlord in
those of their houses that were written to them. A message is never changed. Files are checked and drawn before the
transaction begins (`domain.actions.uploads`). Other actions write in their own transaction by `domain.records.threads`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.uploads import HandedIn, keep, prepare
from domain.records.names import new_ref
from domain.records.threads import Author, Matter, add_message, add_thread, known_message, locked, mark
from domain.records.words_out import audit
from domain.rules.message_text import check_filled, kept_text
from domain.rules.upload_checks import Upload
from domain.transaction import rows_changed, transaction
from domain.words import N_, Gone, NotAllowed, Refused, Sentence
from models import Agreement, AgreementParty, Person, Thread, ThreadMessage, User

RIGHT = "talk"
TOPICS = (
    "question", "payment", "charge", "agreement", "document", "home", "repair", "sign_in", "other",
)  # fmt: skip
AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """A new matter. Staff say for whom (`person_ref`); a tenant may write to their landlord too (`to_owner`)."""

    subject: str
    text: str
    topic: str = "question"
    agreement_ref: str = ""
    person_ref: str = ""
    to_owner: bool = False
    files: Sequence[HandedIn] = ()


def open_thread(opening: Opening, ref: str, *, who: Scope, now: datetime, uploads: Path) -> str:
    """Begin a thread with its first message; returns its ref, which is the form's. Safe to repeat, also by a customer
    who went back to the form: the same words within the hour lead to the thread that is there.

    Raises NotAllowed, Gone (an agreement or person that the writer does not see), Refused beside "subject", "text",
    "topic", "agreement", "person" or "file", Conflict for a used form.
    """
    who.require(RIGHT)
    if opening.topic not in TOPICS:
        raise Refused(Sentence(N_("Choose what it is about.")), "topic")
    if who.role == "landlord":
        raise NotAllowed(Sentence(N_("Your account may not do this. Ask an administrator of this portal.")))
    files = prepare(opening.files, by=who.by, now=now)
    with transaction() as session:
        matter = _matter(session, opening, who)
        if not files and (known := _said_before(session, ref, matter, opening.text, who, now)):
            return known
        thread, fresh = add_thread(session, ref, matter, by=who.by, now=now)
        if fresh:
            _write(session, thread, author_of(session, who), opening.text, ref, files, uploads, who, now)
            audit(session, by=who.by, action="thread.opened", subject="thread", subject_id=thread.id, at=now,
                  detail={"thread": ref, "topic": opening.topic})  # fmt: skip
    return ref


def say(
    ref: str, text: str, key: str, *, who: Scope, now: datetime, uploads: Path, files: Sequence[HandedIn] = ()
) -> str:
    """Write in a thread; returns the ref of the message. Safe to repeat with `key`. A closed thread is open again.

    Raises NotAllowed, Gone, Refused beside "text" or "file", Conflict for a key used in another thread.
    """
    who.require(RIGHT)
    if who.role != "customer":
        check_filled(text)
    checked = prepare(files, by=who.by, now=now)
    with transaction() as session:
        thread = locked(session, who, ref)
        return _write(session, thread, author_of(session, who), text, key, checked, uploads, who, now)


def note(
    ref: str, text: str, key: str, *, who: Scope, now: datetime, uploads: Path, files: Sequence[HandedIn] = ()
) -> str:
    """Keep a note in a thread that only the office reads; returns its ref. Safe to repeat. Raises as `say`."""
    _require_staff(who)
    checked = prepare(files, by=who.by, now=now)
    with transaction() as session:
        thread = locked(session, who, ref)
        author = Author("note", who.user_id, name_of(session, who))
        return _write(session, thread, author, text, key, checked, uploads, who, now)


def assign(ref: str, user_ref: str, *, who: Scope, now: datetime) -> bool:
    """Give a thread to a colleague ("" for nobody); False where it is theirs already. Raises NotAllowed, Gone."""
    _require_staff(who)
    with transaction() as session:
        thread = locked(session, who, ref)
        wanted = _colleague(session, user_ref) if user_ref else None
        if thread.assigned_to_id == (wanted and wanted.id):
            return False
        thread.assigned_to_id = wanted.id if wanted else None
        audit(session, by=who.by, action="thread.assigned", subject="thread", subject_id=thread.id, at=now,
              detail={"thread": ref, "to": user_ref})  # fmt: skip
    return True


def close(ref: str, *, who: Scope, now: datetime) -> bool:
    """The matter is done: nobody waits any more. False where it was closed. Raises NotAllowed, Gone."""
    return _turn(ref, "closed", who, now)


def reopen(ref: str, *, who: Scope, now: datetime) -> bool:
    """The matter goes on; False where it was open. Raises NotAllowed, Gone."""
    return _turn(ref, "open", who, now)


def mark_read(ref: str, *, who: Scope, now: datetime) -> bool:
    """The reader has seen the thread as far as it goes; False where nothing was new, or somebody looks at another's
    pages. Raises Gone."""
    if who.reading or not who.user_id:
        return False
    with transaction() as session:
        return mark(session, locked(session, who, ref), who.user_id, now)


def stay(ref: str, until: datetime, *, who: Scope) -> bool:
    """The customer's page of this thread is open until then, if nothing else is heard; False where it is not theirs."""
    with transaction() as session:
        mine = Thread.ref == ref, Thread.person_id == who.person_id
        return rows_changed(session, update(Thread).where(*mine).values(live_until=until)) == 1


def author_of(session: Session, who: Scope) -> Author:
    """On which side somebody signed in writes."""
    return Author("customer" if who.role == "customer" else "office", who.user_id, name_of(session, who))


def name_of(session: Session, who: Scope) -> str:
    query = select(Person.name).join(User, User.person_id == Person.id).where(User.id == who.user_id)
    return session.scalar(query) or ""


def _write(
    session: Session,
    thread: Thread,
    author: Author,
    text: str,
    key: str,
    files: Sequence[Upload],
    uploads: Path,
    who: Scope,
    now: datetime,
) -> str:
    """A message with its files; what was sent before under this key keeps no file twice."""
    known = known_message(session, thread, key)
    if known is not None:
        return known.ref
    kept = keep(session, files, uploads, by=who.by, now=now, property_id=thread.property_id)
    message, _fresh = add_message(session, thread, author, text, key=key, now=now, files=kept)
    if author.user_id is not None:
        mark(session, thread, author.user_id, now)
    return message.ref


def _turn(ref: str, state: str, who: Scope, now: datetime) -> bool:
    who.require(RIGHT)
    with transaction() as session:
        thread = locked(session, who, ref)
        if thread.state == state:
            return False
        closed = state == "closed"
        thread.state = state
        thread.closed_at, thread.closed_by = (now, who.by) if closed else (None, "")
        if closed:
            thread.waits_since = None
        words = N_("This was marked as done.") if closed else N_("This goes on.")
        author = Author("system", who.user_id, name_of(session, who))
        add_message(session, thread, author, "", key=new_ref(), now=now, said=Sentence(words))
        if who.user_id:
            mark(session, thread, who.user_id, now)
        audit(session, by=who.by, action="thread.closed" if closed else "thread.reopened", subject="thread",
              subject_id=thread.id, at=now, detail={"thread": ref})  # fmt: skip
    return True


def _matter(session: Session, opening: Opening, who: Scope) -> Matter:
    """Whose thread it is: the customer's own, or of the person whom staff write to."""
    agreement_id = None
    if opening.agreement_ref:
        query = who.select(Agreement, Agreement.id).where(Agreement.ref == opening.agreement_ref)
        agreement_id = session.scalar(query)
        if agreement_id is None:
            raise Gone(Sentence(N_("There is no such agreement.")))
    if who.role == "customer":
        person_id: int | None = who.person_id
    else:
        query = who.select(Person, Person.id).where(Person.ref == opening.person_ref)
        person_id = session.scalar(query)
        if person_id is None:
            raise Gone(Sentence(N_("There is no such person.")))
        _check_on_it(session, agreement_id, person_id)
    language = session.scalar(select(Person.language).where(Person.id == person_id)) or "en"
    return Matter(
        opening.subject, opening.topic, person_id, agreement_id,
        opening.to_owner and who.role == "customer", language,
    )  # fmt: skip


def _said_before(
    session: Session, ref: str, matter: Matter, text: str, who: Scope, now: datetime
) -> str | None:
    """The ref of the thread that the customer opened with these very words under another form, if it is that new."""
    used = session.scalar(select(Thread.id).where(Thread.ref == ref))
    if who.role != "customer" or used is not None:
        return None
    same = select(Thread.ref).join(ThreadMessage, ThreadMessage.thread_id == Thread.id)
    return session.scalar(
        same.where(
            Thread.person_id == who.person_id, Thread.opened_by == who.by, Thread.opened_at > now - AGAIN,
            Thread.subject == " ".join(kept_text(matter.subject).split()),
            Thread.topic == matter.topic, Thread.agreement_id.is_not_distinct_from(matter.agreement_id),
            Thread.to_owner == matter.to_owner, ThreadMessage.key == Thread.ref,
            ThreadMessage.text == kept_text(text),
        ).limit(1)
    )  # fmt: skip


def _check_on_it(session: Session, agreement_id: int | None, person_id: int) -> None:
    on_it = select(AgreementParty.id).where(
        AgreementParty.agreement_id == agreement_id, AgreementParty.person_id == person_id
    )
    if agreement_id is not None and session.execute(on_it).first() is None:
        raise Refused(Sentence(N_("This person is not on this agreement.")), "agreement")


def _colleague(session: Session, user_ref: str) -> User:
    query = select(User).where(
        User.ref == user_ref, User.role.in_(("staff", "admin")), User.disabled_at.is_(None)
    )
    user = session.scalars(query).first()
    if user is None:
        raise Gone(Sentence(N_("There is no such colleague.")))
    return user


def _require_staff(who: Scope) -> None:
    who.require(RIGHT)
    if not who.staff:
        raise NotAllowed(Sentence(N_("Your account may not do this. Ask an administrator of this portal.")))
