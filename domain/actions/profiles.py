"""What people change about themselves that opens nothing: postal address, language, time zone, hours, their phrase.

Verbs: `change_profile`, `change_phrase`. Never here: how they sign in and are reached (`own_credentials`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.actions.people import find
from domain.actions.second_factors import Place
from domain.records.alerts import tell_owner
from domain.records.words_out import audit
from domain.rules import phrases
from domain.rules.contact_times import hours_problem, zone_problem
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence
from models import Person, User

LONGEST_ADDRESS = 500
LONGEST_LANGUAGE = 8


@dataclass(frozen=True, slots=True)
class Profile:
    """`zone`: an IANA name, "" for the business's; the hours by that clock, None for any time."""

    address: str
    language: str
    zone: str
    contact_from_hour: int | None
    contact_until_hour: int | None


def change_profile(person_ref: str, profile: Profile, place: Place, *, by: str, now: datetime) -> None:
    """Keep what is given. Raises Gone, or Refused beside the field's name. A new postal address is told by mail."""
    wanted = asdict(profile) | {"address": _plain(profile.address)}
    _check(profile, wanted["address"])
    with transaction() as session:
        person = find(session, person_ref)
        changed = sorted(name for name, value in wanted.items() if getattr(person, name) != value)
        if not changed:
            return
        session.execute(update(Person).where(Person.id == person.id).values(**wanted))
        audit(
            session, by=by, action="person.contact_changed", subject="person", subject_id=person.id, at=now,
            detail={"changed": changed}, address=place.address, device=place.device,
        )  # fmt: skip
        if "address" in changed:
            _tell(session, person, N_("The postal address of your account was changed."), place, now)


def _check(profile: Profile, address: str) -> None:
    too_long = Sentence(N_("Use at most %(count)s characters."), {"count": LONGEST_ADDRESS})
    if len(address) > LONGEST_ADDRESS:
        raise Refused(too_long, field="address")
    if len(profile.language) > LONGEST_LANGUAGE:
        raise Refused(Sentence(N_("Choose a language from the list.")), field="language")
    if wrong := zone_problem(profile.zone):
        raise Refused(wrong, field="zone")
    if wrong := hours_problem(profile.contact_from_hour, profile.contact_until_hour):
        raise Refused(wrong, field="contact_until_hour")


def change_phrase(user_id: int, phrase: str, place: Place, *, now: datetime) -> None:
    """The words that our mails to this person quote from now on. Raises Refused beside "phrase"."""
    phrase = phrases.tidy(phrase)
    if wrong := phrases.problem(phrase):
        raise Refused(wrong, field="phrase")
    with transaction() as session:
        user = session.get_one(User, user_id)
        if user.phrase == phrase:
            return
        session.execute(update(User).where(User.id == user_id).values(phrase=phrase))
        audit(
            session, by=f"user:{user_id}", action="user.phrase_changed", subject="user", subject_id=user_id, at=now,
            address=place.address, device=place.device,
        )  # fmt: skip
        person = session.get_one(Person, user.person_id)
        _tell(session, person, N_("The phrase by which you know our mail was changed."), place, now)


def _tell(session: Session, person: Person, msgid: str, place: Place, now: datetime) -> None:
    user = session.scalar(select(User).where(User.person_id == person.id))
    if user is not None:
        tell_owner(
            session, user, Sentence(msgid), now=now, base_url=place.base_url, address=place.address,
            device=place.device,
        )  # fmt: skip


def _plain(text: str) -> str:
    """The text without control characters; an address keeps its lines."""
    return "".join(c for c in text.replace("\r\n", "\n") if c == "\n" or c.isprintable()).strip()
