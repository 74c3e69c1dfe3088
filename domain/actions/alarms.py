"""An owner says "this was not me": the account is frozen at once. Verbs: `raise_alarm`, `raise_by_link`.

Every sign-in ends, no browser or network is known or trusted any more, no mailed link opens anything, the business is
told. Second factors that came in the last days are taken off: whoever got in may have left a passkey behind, and that
opens the account by itself. Money on its way is not touched.

The way back is a new password by mailed link (`recovery`). Where the mail address was changed lately, or no second
factor from before is left of those there were, nobody can tell who would open that link: then the address is taken off
the account, and only staff let the owner back in.
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
from domain.records.factors import factors_of, void_recovery_codes
from domain.records.links import LIFE, use_up, void_links
from domain.records.words_out import audit, enqueue_mail
from domain.transaction import rows_changed, transaction
from models import AuditEvent, Business, Passkey, Person, RecoveryCode, SignIn, Token, User

DOUBTED: timedelta = LIFE["alarm"]
"""How long a new mail address or second factor is in doubt: as long as the alarm that was mailed about it works."""
NEW_APP = ("user.second_factor_added", "user.second_factor_replaced")
NEW_ADDRESS = ("person.email_changed",)


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
    _know_no_network(session, user)
    revoke_all(session, user.id, now)
    person = session.get_one(Person, user.person_id)
    told = [person.email, sent_to]
    factors_gone = _take_late_factors_off(session, user, now)
    doubted = bool(person.email) and (factors_gone or _in_doubt(session, user, person, sent_to, now))
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


def _know_no_network(session: Session, user: User) -> None:
    """Also of sign-ins that had ended: a step-up or a sign-out ends one, whoever it was of."""
    ended = update(SignIn).where(SignIn.user_id == user.id).values(ended_why=NOT_THEIRS)
    session.execute(ended.execution_options(synchronize_session=False))


def _take_late_factors_off(session: Session, user: User, now: datetime) -> bool:
    """Take off what was added or replaced in the time of doubt. True when the user had factors and none is left."""
    had, since = factors_of(session, user.id).any, now - DOUBTED
    late_key = update(Passkey).where(
        Passkey.user_id == user.id, Passkey.created_at > since, Passkey.removed_at.is_(None)
    )
    session.execute(late_key.values(removed_at=now).execution_options(synchronize_session=False))
    of_user = update(User).where(User.id == user.id).execution_options(synchronize_session=False)
    session.execute(of_user.where(User.sms_verified_at > since).values(sms_number="", sms_verified_at=None))
    if _done_since(session, "user", user.id, NEW_APP, since):
        session.execute(of_user.values(totp_sealed=None))
    late_code = update(RecoveryCode).where(
        RecoveryCode.user_id == user.id, RecoveryCode.made_at > since, RecoveryCode.voided_at.is_(None)
    )
    session.execute(late_code.values(voided_at=now).execution_options(synchronize_session=False))
    if factors_of(session, user.id).any:
        return False
    void_recovery_codes(session, user.id, now)
    return had


def _in_doubt(session: Session, user: User, person: Person, sent_to: str, now: datetime) -> bool:
    """Whether the address on file may be somebody else's: it was changed lately, by the owner or by staff who were
    asked in their name, or after the alarm was mailed."""
    if sent_to and sent_to != person.email:
        return True
    since = max(now - DOUBTED, user.created_at)
    return _done_since(session, "person", person.id, NEW_ADDRESS, since)


def _done_since(
    session: Session, subject: str, subject_id: int, actions: tuple[str, ...], since: datetime
) -> bool:
    done = select(AuditEvent.id).where(
        AuditEvent.subject == subject, AuditEvent.subject_id == subject_id, AuditEvent.action.in_(actions),
        AuditEvent.at > since,
    )  # fmt: skip
    return session.scalar(done.limit(1)) is not None


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
