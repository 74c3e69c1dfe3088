"""What people change about their own way in. Verbs: `change_password`, `change_username`, `ask_email`, `confirm_email`,
`change_phone`.

The page asked for a step-up before. Each change is written down with where it came from and told to the owner, at the
old address and the new one (safety A24). Never here: second factors, and what staff change about others (`people`).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain import sealing
from domain.actions import hashing, sign_ins
from domain.actions.credentials import check_password
from domain.actions.people import check_email, put_email
from domain.actions.second_factors import Place
from domain.records import search_words, throttles
from domain.records.alerts import tell_owner
from domain.records.devices import revoke_all
from domain.records.links import mail_link, use_up, void_links
from domain.records.words_out import audit
from domain.rules.sign_in_names import folded, username_problem
from domain.transaction import rows_changed, transaction
from domain.words import N_, Conflict, Refused, Sentence
from models import Person, Token, User

# Who may look for the names of others by trying them learns nothing more than from one sentence.
NOT_FREE = Sentence(N_("This username cannot be used. Choose another one."))
TOO_OFTEN = Sentence(N_("You tried this too often. Try again in an hour."))
ENDED = Sentence(N_("Your sign-in has ended. Sign in and try again; nothing was changed."))
HOUR = timedelta(hours=1)
_PHONE = re.compile(r"\+?[0-9 ()./-]{5,30}\Z")


def change_password(user_id: int, sign_in_id: int, password: str, place: Place, *, now: datetime) -> str:
    """Set a new password: every other sign-in ends, no browser is known any more, mailed links stop working. Returns
    the new secret of this sign-in, which goes on. Raises Refused beside "password", Conflict."""
    stored = hashing.make(password)
    with transaction() as session:
        user = _own(session, user_id)
        person = session.get_one(Person, user.person_id)
        check_password(session, person, user.role, user.username, password)
        session.execute(
            update(User)
            .where(User.id == user.id)
            .values(password_hash=stored, password_changed_at=now, failed_count=0, locked_until=None)
            .execution_options(synchronize_session=False)
        )
        sign_ins.end_others(session, user.id, why="password changed", now=now, except_id=sign_in_id)
        secret = sign_ins.renew(session, sign_in_id, why="password changed", now=now)
        if secret is None:
            raise Conflict(ENDED)
        revoke_all(session, user.id, now)
        void_links(session, person.id, now)
        said = Sentence(N_("Your password was changed. You were signed out everywhere else."))
        _note(session, user, "user.password_changed", said, place, now)
        return secret


def change_username(user_id: int, username: str, place: Place, *, now: datetime) -> None:
    """Take another username; the old one is free for others at once. Raises Refused beside "username"."""
    username = username.strip()
    if wrong := username_problem(username):
        raise Refused(wrong, field="username")
    _count(f"username:{user_id}", now)
    try:
        with transaction() as session:
            user = _own(session, user_id)
            if user.username == username:
                return
            if _is_somebodys(session, user, username):
                raise Refused(NOT_FREE, field="username")
            session.execute(
                update(User)
                .where(User.id == user.id)
                .values(username=username, username_folded=folded(username))
                .execution_options(synchronize_session=False)
            )
            said = Sentence(
                N_("Your username was changed. You now sign in as %(username)s."), {"username": username}
            )
            _note(session, user, "user.username_changed", said, place, now)
    except IntegrityError:
        raise Refused(NOT_FREE, field="username") from None


def _is_somebodys(session: Session, user: User, username: str) -> bool:
    """Whether another user signs in by this name, or another person has it for a customer number."""
    name = select(User.id).where(User.username_folded == folded(username), User.id != user.id)
    number = select(Person.id).where(
        Person.number.in_([username, username.upper()]), Person.id != user.person_id
    )
    return session.scalar(name.limit(1)) is not None or session.scalar(number.limit(1)) is not None


def ask_email(user_id: int, email: str, place: Place, *, now: datetime) -> None:
    """Mail a link to a new address; it counts only once that was opened by its owner, signed in. The address on file
    is told. Raises Refused beside "email"."""
    email = email.strip()
    check_email(email)
    if not email:
        raise Refused(Sentence(N_("Write your e-mail address.")), field="email")
    _count(f"email:{user_id}", now, limit=6)
    with transaction() as session:
        user = _own(session, user_id)
        person = session.get_one(Person, user.person_id)
        if person.email == email:
            raise Refused(Sentence(N_("This is the address we have already.")), field="email")
        mail_link(
            session,
            person,
            "email",
            template="confirm_email",
            base_url=place.base_url,
            now=now,
            sent_to=email,
        )
        said = Sentence(
            N_(
                "A new e-mail address was asked for. It counts once somebody confirms it from there, signed in as you."
            )
        )
        _note(session, user, "user.email_asked", said, place, now)


def confirm_email(user_id: int, secret: str, place: Place, *, now: datetime) -> bool:
    """Let the new address count. False: the link is not this user's, or does not work (any more)."""
    with transaction() as session:
        user = _own(session, user_id)
        link = session.scalar(
            select(Token).where(
                Token.secret_hash == sealing.fingerprint(secret), Token.purpose == "email",
                Token.person_id == user.person_id,
            )
        )  # fmt: skip
        if link is None or not use_up(session, link, now):
            return False
        person = session.get_one(Person, user.person_id)
        was = person.email
        put_email(session, person, link.sent_to, now)
        session.refresh(person)
        said = Sentence(N_("Your e-mail address was changed. Our mails go to the new one from now on."))
        _note(session, user, "person.email_changed", said, place, now, also_to=was)
        return True


def change_phone(user_id: int, phone: str, place: Place, *, now: datetime) -> None:
    """Change the telephone number we call; "" for none. Raises Refused beside "phone"."""
    phone = " ".join(phone.split())
    if phone and (not _PHONE.match(phone) or sum(c.isdigit() for c in phone) < 5):
        raise Refused(
            Sentence(N_("This is not a whole telephone number, for example +1 207 555 0142.")), field="phone"
        )
    with transaction() as session:
        user = _own(session, user_id)
        changed = update(Person).where(Person.id == user.person_id, Person.phone != phone)
        if rows_changed(session, changed.values(phone=phone)):
            search_words.keep(session, "person", [user.person_id])
            said = Sentence(N_("The telephone number of your account was changed."))
            _note(session, user, "person.phone_changed", said, place, now)


def _own(session: Session, user_id: int) -> User:
    """The user, locked until the transaction ends. Raises Conflict when the account was closed or frozen meanwhile."""
    user = session.scalar(select(User).where(User.id == user_id).with_for_update())
    if user is None or user.disabled_at is not None or user.frozen_at is not None:
        raise Conflict(ENDED)
    return user


def _note(
    session: Session,
    user: User,
    action: str,
    said: Sentence,
    place: Place,
    now: datetime,
    *,
    also_to: str = "",
) -> None:
    """Write the change down and tell the owner of it, in the transaction that made it."""
    of_person = action.startswith("person.")
    audit(
        session, by=f"user:{user.id}", action=action, subject="person" if of_person else "user",
        subject_id=user.person_id if of_person else user.id, at=now, address=place.address, device=place.device,
    )  # fmt: skip
    tell_owner(
        session,
        user,
        said,
        now=now,
        base_url=place.base_url,
        address=place.address,
        device=place.device,
        also_to=also_to,
    )


def _count(bucket: str, now: datetime, *, limit: int = 20) -> None:
    with transaction() as session:
        free = throttles.count(session, bucket, now, limit=limit, window=HOUR)
    if not free:
        raise Refused(TOO_OFTEN, field=bucket.partition(":")[0])
