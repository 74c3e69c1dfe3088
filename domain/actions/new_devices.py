"""The guard of a sign-in from a browser that we do not know: six digits mailed to the address on file.

Verbs: `first_stage`, `mail_code` (inside the transaction of the sign-in), `send_again`, `confirm`. Only for customers
who have no second factor; a mailed code is none and is never called one (safety A15).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain import sealing
from domain.actions.second_factors import Place, finish, waiting_user
from domain.records import codes, devices, throttles
from domain.records.factors import factors_of
from domain.records.tries import count_try
from domain.records.words_out import audit, enqueue_mail
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence
from models import Person, SignIn, User

MOST_MAILS = 6
"""How many codes one user may be mailed within an hour."""
WAIT = Sentence(N_("A code was sent a moment ago. Wait a minute before you ask for another one."))
TOO_MANY = Sentence(N_("We sent you several codes already. Try again in an hour, or call us."))


def first_stage(
    session: Session, user: User, known: Sequence[str], place: Place, now: datetime
) -> tuple[str, str]:
    """(stage, strength) of a sign-in whose password was right; `known`: what the browser's cookie holds.

    "password": a second factor comes next; "device": the mailed code; "full": nothing more.
    """
    browser = devices.recognise(session, user.id, known)
    if user.role != "customer" or factors_of(session, user.id).any:
        trusted = browser is not None and browser.trusted_until is not None and browser.trusted_until > now
        return ("full", "trusted") if trusted and user.role == "customer" else ("password", "password")
    if browser is not None or devices.is_familiar(session, user.id, place.address, now):
        return "full", "password"
    if not _address_of(session, user):
        audit(
            session, by=f"user:{user.id}", action="sign_in.not_guarded", subject="user", subject_id=user.id, at=now,
            address=place.address, device=place.device,
        )  # fmt: skip
        return "full", "password"
    return "device", "password"


def mail_code(session: Session, user: User, secret: str, place: Place, now: datetime) -> None:
    """Mail the code of a sign-in that has just begun in stage "device"; `secret` is the one of its cookie."""
    sign_in_id = session.scalar(select(SignIn.id).where(SignIn.id_hash == sealing.fingerprint(secret)))
    if sign_in_id is not None and _may_mail(session, user.id, now):
        _mail(session, user, sign_in_id, place, now)


def send_again(sign_in_id: int, *, place: Place, now: datetime) -> None:
    """Mail another code, which replaces the one before. Raises Refused while it is too early."""
    with transaction() as session:
        user_id = waiting_user(session, sign_in_id, "device")
        if user_id is None:
            return
        if codes.may_send_again(session, sign_in_id, "device", now):
            raise Refused(WAIT, field="code")
        if not _may_mail(session, user_id, now):
            raise Refused(TOO_MANY, field="code")
        _mail(session, session.get_one(User, user_id), sign_in_id, place, now)


def confirm(sign_in_id: int, typed: str, *, place: Place, now: datetime) -> str | None:
    """Finish a sign-in that waits for its mailed code: the secret of the new, full one, or None."""
    with transaction() as session:
        user_id = waiting_user(session, sign_in_id, "device")
        if user_id is None or not count_try(session, user_id, now):
            return None
        if codes.use(session, sign_in_id, "device", typed, now) is None:
            return None
        return finish(session, sign_in_id, user_id, strength="device", place=place, now=now)


def _may_mail(session: Session, user_id: int, now: datetime) -> bool:
    hour = timedelta(hours=1)
    return throttles.count(session, f"device-code:{user_id}", now, limit=MOST_MAILS, window=hour)


def _mail(session: Session, user: User, sign_in_id: int, place: Place, now: datetime) -> None:
    person = session.get_one(Person, user.person_id)
    code = codes.make(session, user.id, sign_in_id, "device", person.email, now)
    made = codes.waiting(session, sign_in_id, "device", now)
    enqueue_mail(
        session, to=person.email, template="device_code", language=person.language, now=now,
        dedupe_key=f"code-{made.id if made else sign_in_id}",
        data={
            "name": person.name, "at": now.isoformat(), "device": place.device, "place": place.address,
            "link": f"{place.base_url}/recover", "useless_after": (now + codes.LIFE).isoformat(),
        },
        secret={"code": code},
    )  # fmt: skip


def _address_of(session: Session, user: User) -> str:
    return session.scalar(select(Person.email).where(Person.id == user.person_id)) or ""
