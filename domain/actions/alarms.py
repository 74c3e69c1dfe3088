"""An owner says "this was not me": the account is frozen at once. Verbs: `raise_alarm`, `raise_by_link`.

Every sign-in ends, no browser is known or trusted any more, no mailed link opens anything, the business is told. Money
on its way is not touched. The way back is a new password by mailed link (`recovery`); where the mail address itself was
changed lately, nobody can tell whose it is, so it is taken off the account and only staff let the owner back in.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.actions import sign_ins
from domain.actions.people import put_email
from domain.actions.second_factors import Place
from domain.records.devices import NOT_THEIRS, revoke_all
from domain.records.links import LIFE, use_up, void_links
from domain.records.words_out import audit, enqueue_mail
from domain.transaction import rows_changed, transaction
from models import Business, Person, Token, User

DOUBTED: timedelta = LIFE["alarm"]
"""How long a new mail address is in doubt: as long as the alarm that was mailed about it works."""


def raise_alarm(user_id: int, *, by: str, place: Place, now: datetime) -> None:
    """Freeze the account of somebody who is signed in and saw what they never did."""
    with transaction() as session:
        user = session.get_one(User, user_id)
        _freeze(session, user, by, "", place, now)


def raise_by_link(secret: str, place: Place, *, now: datetime) -> bool:
    """Freeze the account that the mail with this link was about. False: the link does not work (any more)."""
    with transaction() as session:
        link = session.scalar(
            select(Token).where(Token.secret_hash == sealing.fingerprint(secret), Token.purpose == "alarm")
        )
        user = session.scalar(select(User).where(User.person_id == link.person_id)) if link else None
        if link is None or user is None or not use_up(session, link, now):
            return False
        _freeze(session, user, f"user:{user.id}", link.sent_to, place, now)
        return True


def _freeze(session: Session, user: User, by: str, sent_to: str, place: Place, now: datetime) -> None:
    """Twice changes nothing. `sent_to`: the address that the alarm came from, "" for a signed-in browser."""
    frozen = update(User).where(User.id == user.id, User.frozen_at.is_(None)).values(frozen_at=now)
    if not rows_changed(session, frozen.execution_options(synchronize_session=False)):
        return
    sign_ins.end_others(session, user.id, why=NOT_THEIRS, now=now, except_id=None)
    revoke_all(session, user.id, now)
    person = session.get_one(Person, user.person_id)
    told = [person.email, sent_to]
    doubted = bool(person.email) and _in_doubt(session, person, sent_to, now)
    void_links(session, person.id, now)
    void_links(session, person.id, now, "alarm")
    audit(
        session, by=by, action="user.frozen", subject="user", subject_id=user.id, at=now,
        detail={"mail_taken_off": doubted}, address=place.address, device=place.device,
    )  # fmt: skip
    if doubted:
        put_email(session, person, "", now)
        audit(
            session, by=by, action="person.email_changed", subject="person", subject_id=person.id, at=now,
            address=place.address, device=place.device,
        )  # fmt: skip
    _tell(session, user, person, told, doubted, place.base_url, now)


def _in_doubt(session: Session, person: Person, sent_to: str, now: datetime) -> bool:
    """Whether the address on file may be somebody else's: it was changed lately, or after the alarm was mailed."""
    if sent_to and sent_to != person.email:
        return True
    changed = select(Token.id).where(
        Token.person_id == person.id, Token.purpose == "email", Token.used_at > now - DOUBTED
    )
    return session.scalar(changed.limit(1)) is not None


def _tell(
    session: Session, user: User, person: Person, told: list[str], doubted: bool, base_url: str, now: datetime
) -> None:
    key = f"{user.id}-{now:%Y%m%d%H%M%S%f}"
    for to in dict.fromkeys(filter(None, told)):
        enqueue_mail(
            session, to=to, template="account_frozen", language=person.language, now=now,
            dedupe_key=f"frozen-{key}-{sealing.fingerprint(to)[:16]}",
            data={
                "name": person.name, "at": now.isoformat(), "by_mail": not doubted, "link": f"{base_url}/alarm",
            },
        )  # fmt: skip
    business = session.scalars(select(Business)).first()
    enqueue_mail(
        session, to=business.email if business else "", template="alarm_raised", now=now,
        language=business.language if business else "en", dedupe_key=f"alarm-raised-{key}",
        data={
            "who": person.name, "number": person.number, "at": now.isoformat(), "by_mail": not doubted,
            "link": f"{base_url}/office/people/{person.ref}",
        },
    )  # fmt: skip
