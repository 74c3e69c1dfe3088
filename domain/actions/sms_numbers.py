"""Codes by text message, to a telephone number that was proved by one. Verbs: `ask`, `prove`, `remove`, `send_code`.

A text message is the weakest second factor: a number can be carried off to another phone. So only customers may use it,
only for a number they proved, after a step-up (by the pages), and the pages offer app and passkey beside (safety A16).
How many messages go out is limited per number, per user and for all, since each one costs money.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.actions.second_factors import NOT_RIGHT, Place, changed, keep_proved
from domain.records import codes, throttles
from domain.records.tries import count_try
from domain.records.words_out import enqueue_mail
from domain.rules.telephone import mobile_number
from domain.transaction import rows_changed, transaction
from domain.words import N_, NotAllowed, Refused, Sentence
from models import Business, Person, SignIn, User

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMITS = (("number", 5, HOUR), ("number", 12, DAY), ("user", 8, HOUR), ("all", 300, HOUR))
"""(who is counted, how many messages, within what)."""
WAIT = Sentence(N_("A code was sent a moment ago. Wait a minute before you ask for another one."))
TOO_MANY = Sentence(N_("Too many text messages were sent. Try again later, or use another way."))
NO_WAY = Sentence(N_("Text messages cannot be sent just now. Use another way."))
CUSTOMERS_ONLY = Sentence(
    N_("Codes by text message are not strong enough for the office. Use an app or a passkey.")
)


def ask(user_id: int, sign_in_id: int, typed: str, *, place: Place, now: datetime) -> str:
    """Send a code to the number that somebody wants to use; returns it as E.164. Raises Refused beside "number"."""
    with transaction() as session:
        user = _customer(session, user_id)
        beside = session.scalar(select(Business.phone)) or ""
        number = mobile_number(typed, beside)
        _send(session, user, sign_in_id, "number", number, place, now)
        return number


def prove(user_id: int, sign_in_id: int, typed: str, *, place: Place, now: datetime) -> None:
    """Take the number that a code was sent to as the user's, by that code. Raises Refused beside "code"."""
    with transaction() as session:
        user = _customer(session, user_id)
        used = None
        if count_try(session, user_id, now):
            used = codes.use(session, sign_in_id, "number", typed, now)
        if used is not None:
            before = user.sms_number
            session.execute(
                update(User)
                .where(User.id == user_id)
                .values(sms_number=used.sent_to, sms_verified_at=now, failed_count=0, locked_until=None)
                .execution_options(synchronize_session=False)
            )
            said = (
                N_("The telephone number that sign-in codes are sent to was changed.")
                if before
                else N_("Sign-in codes by text message were added to your account.")
            )
            changed(
                session, user, Sentence(said), action="user.number_proved", keep=sign_in_id, place=place, now=now
            )  # fmt: skip
            keep_proved(session, sign_in_id, now)
    if used is None:
        raise Refused(NOT_RIGHT, field="code")


def remove(user_id: int, sign_in_id: int, *, place: Place, now: datetime) -> None:
    """Send no more codes by text message to this user."""
    with transaction() as session:
        user = session.get_one(User, user_id)
        gone = update(User).where(User.id == user_id, User.sms_number != "")
        values = gone.values(sms_number="", sms_verified_at=None).execution_options(synchronize_session=False)
        if rows_changed(session, values):
            said = Sentence(N_("Sign-in codes by text message were removed from your account."))
            changed(session, user, said, action="user.number_removed", keep=sign_in_id, place=place, now=now)


def send_code(sign_in_id: int, *, place: Place, now: datetime) -> None:
    """Send the code for the second step of a sign-in, or for a step-up, to the user's proved number; it replaces an
    earlier one. Raises Refused beside "code" while it is too early, or where there is no number."""
    with transaction() as session:
        user = session.scalar(
            select(User)
            .join(SignIn, SignIn.user_id == User.id)
            .where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None), SignIn.stage.in_(("password", "full")))
        )
        if user is None or not user.sms_number:
            raise Refused(Sentence(N_("No telephone number is set for codes by text message.")), field="code")
        try:
            _send(session, user, sign_in_id, "sms", user.sms_number, place, now)
        except Refused as refused:
            raise Refused(refused.sentence, field="code") from None


def _customer(session: Session, user_id: int) -> User:
    user = session.get_one(User, user_id)
    if user.role != "customer":
        raise NotAllowed(CUSTOMERS_ONLY)
    return user


def _send(
    session: Session, user: User, sign_in_id: int, purpose: str, number: str, place: Place, now: datetime
) -> None:
    if codes.may_send_again(session, sign_in_id, purpose, now):
        raise Refused(WAIT, field="number")
    names = {"number": sealing.fingerprint(number)[:32], "user": str(user.id), "all": ""}
    for who, limit, window in LIMITS:
        if not throttles.count(session, f"sms-{who}:{names[who]}", now, limit=limit, window=window):
            raise Refused(TOO_MANY, field="number")
    code = codes.make(session, user.id, sign_in_id, purpose, number, now)
    made = codes.waiting(session, sign_in_id, purpose, now)
    language = session.scalar(select(Person.language).where(Person.id == user.person_id)) or ""
    enqueue_mail(
        session, to=number, channel="sms", template=f"{purpose}_code", language=language, now=now,
        dedupe_key=f"code-{made.id if made else sign_in_id}",
        data={
            "host": urlsplit(place.base_url).hostname or "",
            "useless_after": (now + codes.LIFE).isoformat(),
        },
        secret={"code": code},
    )  # fmt: skip
