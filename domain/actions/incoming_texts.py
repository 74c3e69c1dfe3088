"""What the gateway for text messages tells by itself: texts that people send us, and what became of ours.

Verbs: `hear_text`, `hear_report`. STOP in any reasonable wording counts at once and is answered by one text; the same
news told twice changes nothing more. Nothing else of a text is kept but the words that ended or began a consent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain import sealing
from domain.records import address_troubles, text_consents, throttles
from domain.records.words_out import enqueue_mail
from domain.rules.text_replies import HELP, OTHER, START, STOP, Meaning, meaning_of
from domain.transaction import transaction
from models import Outbox, User

BY = "sms gateway"
DAY = timedelta(days=1)
MOST_ANSWERS: Mapping[str, int] = {"texts_help": 3, "texts_unread": 1}
"""How many answers of a kind one number gets in a day: two machines must not talk for ever."""
REFUSED = frozenset(
    {"rejected", "refused", "invalid", "blocked", "undeliverable", "not_mobile", "unknown_number"}
)
"""What a gateway says of a number that takes no texts at all, whatever they say."""
STOPPED = frozenset({"stopped", "opted_out", "unsubscribed"})
"""The network itself holds texts back because somebody said stop to it."""
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}\Z")
_OURS = re.compile(r"duebook-([1-9][0-9]{0,17})-[0-9]{14}\Z")


def hear_text(number: str, text: str, *, now: datetime) -> str:
    """Do what a text asks for; returns what it was taken for ("stop", "start", "help" or "")."""
    if not _NUMBER.match(number):
        return OTHER
    meaning = meaning_of(text)
    with transaction() as session:
        if meaning.said == STOP:
            _stop(session, number, text, meaning, now)
        elif meaning.said == START:
            _start(session, number, text, meaning, now)
        elif meaning.said == HELP:
            _answer(session, number, "texts_help", meaning.language, now)
        elif (before := text_consents.newest(session, number)) is not None and before.agreed:
            _answer(session, number, "texts_unread", "", now)
    return meaning.said


def _stop(session: Session, number: str, text: str, meaning: Meaning, now: datetime) -> None:
    before = text_consents.newest(session, number)
    if before is not None and not before.agreed:
        return
    _keep(session, number, False, text, "texts_stopped", meaning, before, now)


def _start(session: Session, number: str, text: str, meaning: Meaning, now: datetime) -> None:
    """Only who said yes before comes back by a text; anybody else agrees on their page."""
    before = text_consents.newest(session, number)
    if before is None or before.agreed:
        return
    address_troubles.clear(session, "sms", number, now)
    _keep(session, number, True, text, "texts_started", meaning, before, now)


def _keep(
    session: Session, number: str, agreed: bool, text: str, answer: str, meaning: Meaning,
    before: text_consents.Said | None, now: datetime,
) -> None:  # fmt: skip
    person_id = _whose(session, number, before)
    language = meaning.language or text_consents.language_of(session, person_id)
    text_consents.add(
        session, number, agreed, person_id=person_id, before=before, source=f"text:{meaning.said.upper()}",
        words=_plain(text), answer=answer, language=language, by=BY, now=now,
    )  # fmt: skip


def _whose(session: Session, number: str, before: text_consents.Said | None) -> int | None:
    if before is not None and before.person_id is not None:
        return before.person_id
    return session.scalar(select(User.person_id).where(User.sms_number == number).limit(1))


def _answer(session: Session, number: str, template: str, language: str, now: datetime) -> None:
    name = sealing.fingerprint(number)[:32]
    if not throttles.count(session, f"{template}:{name}", now, limit=MOST_ANSWERS[template], window=DAY):
        return
    before = text_consents.newest(session, number)
    language = language or text_consents.language_of(session, _whose(session, number, before))
    enqueue_mail(
        session, to=number, channel="sms", template=template, language=language, now=now,
        dedupe_key=f"{template}:{name}:{now:%Y%m%d%H%M%S%f}",
    )  # fmt: skip


def hear_report(message_id: str, status: str, reason: str, *, now: datetime) -> bool:
    """What became of a text of ours, by the id it was sent with. False: no text of that id was ever sent.

    One that did not arrive says nothing yet of the number; one that was refused says that it takes none.
    """
    found = _OURS.match(message_id)
    status = status.strip().casefold().replace(" ", "_")
    if found is None:
        return False
    with transaction() as session:
        row = session.execute(
            select(Outbox.to_address, Outbox.created_at).where(
                Outbox.id == int(found.group(1)), Outbox.channel == "sms"
            )
        ).first()
        if row is None or not message_id.endswith(f"{row.created_at:%Y%m%d%H%M%S}"):
            return False
        if status in REFUSED:
            address_troubles.note(session, "sms", row.to_address, _plain(reason) or status, now)
        elif status in STOPPED:
            _stopped_outside(session, row.to_address, status, now)
        elif status == "delivered":
            address_troubles.clear(session, "sms", row.to_address, now)
    return True


def _stopped_outside(session: Session, number: str, status: str, now: datetime) -> None:
    """Without an answer: the network would hold it back as well."""
    before = text_consents.newest(session, number)
    if before is not None and not before.agreed:
        return
    text_consents.add(
        session, number, False, person_id=_whose(session, number, before), before=before, source="text:STOP",
        words=status, answer="", language="", by=BY, now=now,
    )  # fmt: skip


def _plain(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:300]
