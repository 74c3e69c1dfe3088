"""A person's own yes or no to texts, and an address that is tried again. Verbs: `agree`, `refuse`, `try_again`."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records import address_troubles, contacts, text_consents, throttles
from domain.records.words_out import audit
from domain.rules.sign_in_names import folded
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence

MOST, WINDOW = 6, timedelta(hours=24)
"""How often somebody may change their mind in a day: each yes costs a text."""
NO_NUMBER = Sentence(
    N_("We have no number of yours that text messages reach. Add one with its country code first.")
)
WORDS = N_("I agree to text messages about my payments to this number.")
"""The sentence beside the box that is ticked; it is kept with the yes."""


def agree(*, who: Scope, now: datetime) -> str:
    """Texts go to the person's own number from now on; returns it. One text says so. Raises Refused beside "number"."""
    who.require("profile")
    with transaction() as session:
        number, before = _number(session, who)
        if before is not None and before.agreed and before.person_id == who.person_id:
            return number
        limited = throttles.count(session, f"texts-agree:{who.person_id}", now, limit=MOST, window=WINDOW)
        if not limited:
            raise Refused(Sentence(N_("You changed this several times today. Try again tomorrow.")), "number")
        text_consents.add(
            session, number, True, person_id=who.person_id, before=before, source="profile", words=WORDS,
            answer="texts_agreed", language=text_consents.language_of(session, who.person_id), by=who.by, now=now,
        )  # fmt: skip
        return number


def refuse(*, who: Scope, now: datetime) -> None:
    """No more texts to the person's number but the codes they ask for. Said on a page, it needs no text in answer."""
    who.require("profile")
    with transaction() as session:
        number, before = _number(session, who)
        if before is None or before.agreed:
            text_consents.add(
                session, number, False, person_id=who.person_id, before=before, source="profile", answer="",
                language="", by=who.by, now=now,
            )  # fmt: skip


def try_again(channel: str, *, who: Scope, now: datetime) -> None:
    """Take the trouble with the person's own mail address or number as put right, so that it is tried again.

    Raises Refused when that was said three times in a day: what bounces again and again is put right elsewhere.
    """
    who.require("profile")
    with transaction() as session:
        reader = contacts.reader_of(session, who.person_id)
        if reader is None or channel not in ("email", "sms"):
            raise Refused(Sentence(N_("This is not one of the choices.")), "channel")
        if not throttles.count(session, f"try-again:{who.person_id}:{channel}", now, limit=3, window=WINDOW):
            raise Refused(
                Sentence(N_("It was tried again several times today. Change it, or ask us.")), "channel"
            )
        address = folded(reader.email) if channel == "email" else _number(session, who)[0]
        address_troubles.clear(session, channel, address, now)
        audit(
            session, by=who.by, action="texts.number_back" if channel == "sms" else "person.email_back",
            subject="person", subject_id=who.person_id, at=now,
        )  # fmt: skip


def _number(session: Session, who: Scope) -> tuple[str, text_consents.Said | None]:
    reader = contacts.reader_of(session, who.person_id)
    number = contacts.consents_of(session, reader).number if reader else ""
    if not number:
        raise Refused(NO_NUMBER, "number")
    return number, text_consents.newest(session, number)
