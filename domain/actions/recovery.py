"""Ways back in by mail. Verbs: `ask` (a link for a new password), `ask_username`, `recover` (set the new password).

Whatever was typed, the answer is the same; mail goes to the address on file only. A new password ends every sign-in,
signs nobody in, and skips no second factor (safety A8, A10, A12).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.actions import claims, hashing
from domain.actions.credentials import check_password, user_named
from domain.records import devices
from domain.records.alerts import tell_owner
from domain.records.links import mail_link, may_ask, use_up, void_links
from domain.records.tries import forget_tries
from domain.records.words_out import audit, enqueue_mail
from domain.rules.sign_in_names import folded
from domain.transaction import transaction
from domain.words import N_, Sentence
from models import Person, SignIn, Token, User


def ask(name: str, *, base_url: str, now: datetime) -> None:
    """Mail a link for a new password to whom this name belongs; somebody with no account yet is invited again."""
    with transaction() as session:
        user = user_named(session, name)
        audit(
            session,
            by="anonymous",
            action="recover.asked",
            subject="user",
            subject_id=user.id if user else None,
            at=now,
        )
        if user is None:
            claims.remind(session, claims.waiting(session, name), base_url, now)
        elif user.disabled_at is None:
            person = session.get_one(Person, user.person_id)
            if person.email and may_ask(session, person.id, "recover", now):
                mail_link(session, person, "recover", template="recover_password", base_url=base_url, now=now)


def ask_username(email: str, *, base_url: str, now: datetime) -> None:
    """Mail the usernames that belong to this address to it."""
    with transaction() as session:
        address = folded(email)
        audit(session, by="anonymous", action="username.asked", subject="user", subject_id=None, at=now)
        found = session.execute(
            select(User.id, User.username, Person.name, Person.email, Person.language)
            .join(Person, Person.id == User.person_id)
            .where(
                or_(User.email_folded == address, Person.email_folded == address), User.disabled_at.is_(None)
            )
            .order_by(User.id)
            .limit(5)
        ).all()
        for user_id, username, name, to, language in found if address else ():
            enqueue_mail(
                session, to=to, template="username_reminder", language=language, now=now,
                # One such mail an hour is enough for anybody.
                dedupe_key=f"username-{user_id}-{now:%Y%m%d%H}",
                data={"name": name, "username": username, "link": f"{base_url}/sign-in"},
            )  # fmt: skip


def recover(secret: str, password: str, *, address: str, device: str, base_url: str, now: datetime) -> bool:
    """Set a new password by a mailed link. False: the link does not work (any more). Raises Refused on the password."""
    stored = hashing.make(password)
    with transaction() as session:
        link = session.scalar(
            select(Token).where(Token.secret_hash == sealing.fingerprint(secret), Token.purpose == "recover")
        )
        user = session.scalar(select(User).where(User.person_id == link.person_id)) if link else None
        if link is None or user is None or user.disabled_at is not None or not use_up(session, link, now):
            return False
        person = session.get_one(Person, user.person_id)
        check_password(session, person, user.role, user.username, password)
        _change_password(session, user, stored, now)
        said = Sentence(N_("A new password was set by a mailed link. You were signed out everywhere."))
        tell_owner(session, user, said, now=now, base_url=base_url, address=address, device=device)
        return True


def _change_password(session: Session, user: User, stored: str, now: datetime) -> None:
    by = f"user:{user.id}"
    forget_tries(session, user.id)
    session.execute(
        update(User)
        .where(User.id == user.id)
        .values(password_hash=stored, password_changed_at=now, frozen_at=None)
    )
    session.execute(
        update(SignIn)
        .where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
        .values(ended_at=now, ended_why="password changed")
    )
    void_links(session, user.person_id, now)
    devices.revoke_all(session, user.id, now)
    audit(session, by=by, action="user.password_changed", subject="user", subject_id=user.id, at=now)
