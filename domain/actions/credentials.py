"""Usernames and passwords. Verbs: `create_user`, `sign_in`, `unlock`, `generated_password`.

A sign-in answers the same, and does the same work, whether a name is unknown, known, locked or not claimed yet: one
transaction that counts the try, one password hash (safety A6). Never here: the second step (`second_factors`), links by
mail (`claims`, `recovery`).
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain import sealing
from domain.actions import hashing, new_devices, sign_ins
from domain.actions.people import add_person, find, free_email
from domain.actions.second_factors import Place
from domain.records.alerts import tell_owner
from domain.records.factors import factors_of
from domain.records.names import new_ref
from domain.records.ready_made import ReadyMade
from domain.records.tries import HARD_STOP, count_name, count_try, forget_names, forget_tries
from domain.records.words_out import audit, enqueue_mail
from domain.rules import passwords
from domain.rules.sign_in_names import customer_number, folded, username_problem
from domain.transaction import transaction
from domain.words import N_, Gone, Refused, Sentence
from models import Business, Person, SignIn, User

ROLES = ("customer", "staff", "admin", "landlord")
NAME_TAKEN = Sentence(N_("This username is taken. Choose another one."))

_USER: Any = User.__table__
# Every sign-in runs these, so they are made once.
_OPEN = ReadyMade(
    update(_USER)
    .where(
        _USER.c.id == bindparam("of"), _USER.c.password_hash == bindparam("was"), _USER.c.disabled_at.is_(None),
        _USER.c.frozen_at.is_(None),
    )
    .values(
        password_hash=bindparam("renewed"), locked_until=None,
        failed_count=(_USER.c.failed_count - 1) * bindparam("kept"),
    )
)  # fmt: skip
_SEEN = select(SignIn.device).where(SignIn.user_id == bindparam("of")).distinct()
_NAMED = (
    select(User)
    .join(Person, Person.id == User.person_id)
    .where(
        or_(
            User.username_folded == bindparam("folded"), User.email_folded == bindparam("folded"),
            Person.number == bindparam("number"),
        )
    )
    .limit(2)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that has begun: `secret` goes into the cookie and is kept nowhere else.

    `short`: the password stands alone and is shorter than one that does should be. It was chosen beside a second
    factor that is gone since.
    """

    secret: str
    stage: str
    role: str
    short: bool = False


def create_user(
    person_ref: str, role: str, username: str, password: str, *, by: str, now: datetime, totp_seed: str = ""
) -> str:
    """Give a person a way in; returns the user's ref. `totp_seed` (base32) is for set-up by the operator.

    Raises Gone, or Refused beside "role", "username" or "password".
    """
    stored = hashing.make(password)
    try:
        with transaction() as session:
            person = find(session, person_ref)
            user = _checked_user(session, person, role, username, password, stored, by, now)
            if totp_seed:
                user.totp_sealed = sealing.seal(totp_seed, f"user_account.totp:{user.ref}")
                session.flush()
            return user.ref
    except IntegrityError:
        raise Refused(NAME_TAKEN, field="username") from None


def create_person_with_user(
    name: str, email: str, role: str, username: str, password: str, *, by: str, now: datetime
) -> str:
    """A person and their way in, both or neither; returns the user's ref. Raises Refused."""
    stored = hashing.make(password)
    try:
        with transaction() as session:
            person = add_person(session, name, email, "", "", by=by, now=now)
            return _checked_user(session, person, role, username, password, stored, by, now).ref
    except IntegrityError:
        raise Refused(NAME_TAKEN, field="username") from None


def _checked_user(
    session: Session,
    person: Person,
    role: str,
    username: str,
    password: str,
    stored: str,
    by: str,
    now: datetime,
) -> User:
    if role not in ROLES:
        raise Refused(Sentence(N_("There is no such role.")), field="role")
    check_choice(session, person, role, username, password)
    user = add_user(session, person, role, username, stored, now)
    audit(
        session, by=by, action="user.created", subject="user", subject_id=user.id, at=now, detail={"role": role}
    )  # fmt: skip
    return user


def add_user(session: Session, person: Person, role: str, username: str, stored: str, now: datetime) -> User:
    """The user's row, inside the caller's transaction; `stored` is the password's hash."""
    user = User(
        ref=new_ref(),
        person_id=person.id,
        role=role,
        username=username.strip(),
        username_folded=folded(username),
        email_folded=free_email(session, person.email, besides_person=person.id),
        password_hash=stored,
        password_changed_at=now,
        created_at=now,
    )
    session.add(user)
    session.flush()
    return user


def check_choice(session: Session, person: Person, role: str, username: str, password: str) -> None:
    """Raise Refused when this person may not have this username or this password."""
    if wrong := username_problem(username):
        raise Refused(wrong, field="username")
    taken = session.scalar(select(User.id).where(User.username_folded == folded(username)))
    number = session.scalar(
        select(Person.id).where(Person.number.in_([username.strip(), username.strip().upper()]))
    )
    if taken is not None or number not in (None, person.id):
        raise Refused(NAME_TAKEN, field="username")
    if session.scalar(select(User.id).where(User.person_id == person.id)) is not None:
        raise Refused(Sentence(N_("This person has an account already.")), field="username")
    check_password(session, person, role, username, password)


def check_password(session: Session, person: Person, role: str, username: str, password: str) -> None:
    """Raise Refused with the reason when the password is too short or too easy for this person."""
    business = session.scalar(select(Business.name)) or ""
    known = (person.name, person.email, person.number, username, business)
    user_id = session.scalar(select(User.id).where(User.person_id == person.id))
    second_factor = user_id is not None and factors_of(session, user_id).any
    if wrong := passwords.problem(password, role=role, known=known, second_factor=second_factor):
        raise Refused(wrong, field="password")


def sign_in(
    name: str,
    password: str,
    *,
    address: str,
    device: str,
    base_url: str,
    now: datetime,
    known: Sequence[str] = (),
) -> SignedIn | None:
    """Begin a sign-in by username, e-mail or customer number. None: not like this, and nobody learns why.

    What comes next is said by `stage` (`new_devices.first_stage`); `known` is what the cookie of the browser holds.
    """
    with transaction() as session:
        user = user_named(session, name)
        free = count_name(session, name, now)
        free = count_try(session, user.id if user and free else 0, now)
        audit(
            session, by="anonymous", action="sign_in.tried", subject="user", subject_id=user.id if user else None,
            at=now, address=address, device=device,
        )  # fmt: skip
    if user is None or not free:
        hashing.spend(password)
        return None
    if not hashing.matches(user.password_hash, password):
        if user.failed_count + 1 == HARD_STOP:
            _tell_of_lock(user, address, device, base_url, now)
        return None
    renewed = hashing.make(password) if hashing.is_stale(user.password_hash) else user.password_hash
    short = passwords.is_short_alone(password)
    return _let_in(user, renewed, known, Place(address, device, base_url), now, short)


def _let_in(
    user: User, renewed: str, known: Sequence[str], place: Place, now: datetime, short: bool
) -> SignedIn | None:
    """The password was right: give the try back and begin the sign-in, unless password or user changed meanwhile.

    In one transaction: a new password set at this very instant stops this sign-in or ends it with the others.
    """
    with transaction() as session:
        forget_names(session, user.id)
        stage, strength = new_devices.first_stage(session, user, known, place, now)
        # Before a further code only this try is forgiven: knowing the password must not free tries at the code.
        kept = 0 if stage == "full" else 1
        values = {"of": user.id, "was": user.password_hash, "renewed": renewed, "kept": kept}
        if _OPEN.change(session.connection(), values) != 1:
            return None
        tell_of_new_device(session, user, place.address, place.device, place.base_url, now)
        secret = sign_ins.add(
            session,
            user.id,
            stage=stage,
            strength=strength,
            address=place.address,
            device=place.device,
            now=now,
        )
        if stage == "device":
            new_devices.mail_code(session, user, secret, place, now)
        alone = stage == "full" and strength == "password"
        return SignedIn(secret, stage, user.role, alone and short)


def _tell_of_lock(user: User, address: str, device: str, base_url: str, now: datetime) -> None:
    what = Sentence(
        N_(
            "Somebody typed a wrong password for your account ten times in a row, so signing in with the password is "
            "closed for a while. Nobody got in. A new password by mail opens it at once."
        )
    )
    with transaction() as session:
        tell_owner(session, user, what, now=now, base_url=base_url, address=address, device=device)


def tell_of_new_device(
    session: Session, user: User, address: str, device: str, base_url: str, now: datetime
) -> None:
    """Mail the owner about a sign-in that begins on a kind of browser seen never before, unless it is the first."""
    before = session.scalars(_SEEN, {"of": user.id}).all()
    if not before or device[:200] in before:
        return
    person = session.get_one(Person, user.person_id)
    enqueue_mail(
        session, to=person.email, template="new_sign_in", language=person.language, now=now,
        dedupe_key=f"new-sign-in-{user.id}-{sealing.fingerprint(device + now.isoformat())[:24]}",
        data={
            "name": person.name, "at": now.isoformat(), "device": device, "place": address,
            "link": f"{base_url}/account/sign-ins",
        },
    )  # fmt: skip


def user_named(session: Session, name: str) -> User | None:
    """The one user whom this username, e-mail address or customer number leads to; None when none or several."""
    found = session.scalars(_NAMED, {"folded": folded(name), "number": customer_number(name)}).all()
    return found[0] if len(found) == 1 and name.strip() else None


def unlock(name: str, *, by: str, now: datetime) -> None:
    """Forget the failed tries of the user with this name. Raises Gone."""
    with transaction() as session:
        user = user_named(session, name)
        if user is None:
            raise Gone(Sentence(N_("No user is called %(name)s."), {"name": name}))
        forget_tries(session, user.id)
        audit(session, by=by, action="user.unlocked", subject="user", subject_id=user.id, at=now)


def generated_password() -> str:
    """A password of 100 random bits in four groups, easy to copy by hand."""
    text = base64.b32encode(secrets.token_bytes(13)).decode().rstrip("=").lower()[:20]
    return "-".join(text[start : start + 5] for start in range(0, 20, 5))
