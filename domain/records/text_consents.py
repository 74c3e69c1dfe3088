"""The log of who agreed to text messages, and of who took it back. Verbs: `newest`, `add`; rows are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.records.contacts import NOT_WANTED
from domain.records.words_out import audit, enqueue_mail
from models import ContactConsent, Outbox, Person

CODES = ("sms_code", "number_code")
"""Texts that their reader has just asked for on a page: they are no notices, and are sent whoever said stop."""
ANSWERS = ("texts_stopped", "texts_started", "texts_agreed", "texts_help", "texts_unread")


@dataclass(frozen=True, slots=True)
class Said:
    """The last word about a number: whose it was, and whether it was yes."""

    id: int
    person_id: int | None
    agreed: bool


def newest(session: Session, number: str) -> Said | None:
    """The last word about the number (E.164), or None when nobody ever said any."""
    row = session.execute(
        select(ContactConsent.id, ContactConsent.person_id, ContactConsent.agreed)
        .where(ContactConsent.channel == "sms", ContactConsent.address == number)
        .order_by(ContactConsent.id.desc())
        .limit(1)
    ).first()
    return Said(row.id, row.person_id, row.agreed) if row else None


def add(
    session: Session, number: str, agreed: bool, *, person_id: int | None, before: Said | None, source: str,
    words: str = "", answer: str, language: str, by: str, now: datetime,
) -> None:  # fmt: skip
    """Keep a yes or no and answer it by one text. A no takes back what waits for the number.

    `before` is what counted until now: the same word after the same word is answered once, however often it arrives.
    """
    session.add(
        ContactConsent(
            person_id=person_id, channel="sms", address=number, agreed=agreed, source=source, words=words[:300], at=now,
            by=by,
        )
    )  # fmt: skip
    if not agreed:
        waiting = update(Outbox).where(
            Outbox.channel == "sms", Outbox.to_address == number, Outbox.state == "due",
            Outbox.template.not_in((*CODES, *ANSWERS)),
        )  # fmt: skip
        session.execute(
            waiting.values(state="dead", sealed=None, last_error=NOT_WANTED).execution_options(
                synchronize_session=False
            )
        )
    if answer:
        key = f"{answer}:{sealing.fingerprint(number)[:32]}:{before.id if before else 0}"
        enqueue_mail(
            session, to=number, channel="sms", template=answer, dedupe_key=key, now=now, language=language
        )
    audit(
        session, by=by, action="texts.agreed" if agreed else "texts.refused", subject="person", subject_id=person_id,
        at=now, detail={"number": number[-2:], "source": source},
    )  # fmt: skip


def language_of(session: Session, person_id: int | None) -> str:
    """The language a person is written to in, "" where none is known."""
    return session.scalar(select(Person.language).where(Person.id == person_id)) or "" if person_id else ""
