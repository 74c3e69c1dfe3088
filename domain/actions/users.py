"""Who may sign in to the office, what they may do there, and until when.

Verbs: `invite`, `withdraw`, `change`, `deactivate`, `reactivate`, `unlock`. Only an administrator; never about oneself,
so that somebody who runs the place is always left. What is changed counts with the user's next request.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.people import add_person, find
from domain.actions.sign_ins import end_others
from domain.records.links import mail_link, void_links
from domain.records.owners_view import owner_of
from domain.records.posts import Post, checked, keep, post_of, to_detail
from domain.records.tries import forget_tries
from domain.records.words_out import audit
from domain.rules.sign_in_names import folded
from domain.transaction import transaction
from domain.words import N_, Gone, NotAllowed, Refused, Sentence
from models import Person, Property, User

RIGHT = "users"
TEMPLATE = "invitation"


def invite(name: str, email: str, post: Post, *, who: Scope, now: datetime, base_url: str) -> str:
    """Mail somebody the link by which they get a user with this post; returns the ref of the person.

    They choose their password and set up a second factor themselves. Who owns a house stays the same person, and
    sees it from their first sign-in (`records.owners_view`). Raises NotAllowed, Refused beside its field.
    """
    who.require(RIGHT)
    wanted = checked(post)
    if not email.strip():
        raise Refused(Sentence(N_("Write the address that the invitation goes to.")), "email")
    with transaction() as session:
        if session.scalar(select(User.id).where(User.email_folded == folded(email))) is not None:
            raise Refused(Sentence(N_("Somebody signs in by this address already.")), "email")
        _must_be_there(session, wanted)
        owner = owner_of(session, email) if wanted.role == "landlord" else None
        person = owner or add_person(session, name, email, "", "", by=who.by, now=now)
        detail = to_detail(wanted)
        mail_link(
            session, person, "claim", template=TEMPLATE, base_url=base_url, now=now, detail=detail,
            data={"role": wanted.role},
        )  # fmt: skip
        audit(
            session, by=who.by, action="user.invited", subject="person", subject_id=person.id, at=now, detail=detail
        )  # fmt: skip
        return person.ref


def withdraw(person_ref: str, *, who: Scope, now: datetime) -> None:
    """Take an invitation back: its link stops working. Raises NotAllowed, Gone."""
    who.require(RIGHT)
    with transaction() as session:
        person = find(session, person_ref)
        void_links(session, person.id, now, "claim")
        audit(
            session, by=who.by, action="user.invitation_withdrawn", subject="person", subject_id=person.id, at=now
        )  # fmt: skip


def _must_be_there(session: Session, post: Post) -> None:
    known = session.scalars(select(Property.ref).where(Property.ref.in_(post.properties))).all()
    if len(known) != len(post.properties):
        raise Refused(Sentence(N_("One of these properties is not here any more.")), "properties")


def change(user_ref: str, post: Post, *, who: Scope, now: datetime) -> None:
    """Give a user of the office another post. Another role ends their sign-ins (safety S2). Raises NotAllowed, Gone,
    Refused.
    """
    wanted = checked(post)
    with _other(user_ref, who) as (session, user):
        if user.role == "customer":
            raise Refused(
                Sentence(N_("This is a customer. Invite them to the office by another address.")), "role"
            )
        before = post_of(session, user)
        if before == wanted:
            return
        keep(session, user, wanted, by=who.by, now=now)
        ended = 0
        if before.role != wanted.role:
            ended = end_others(session, user.id, why="role changed", now=now, except_id=None)
        _note(
            session,
            "user.post_changed",
            user,
            who,
            now,
            before=to_detail(before),
            after=to_detail(wanted),
            ended=ended,
        )


def deactivate(user_ref: str, *, who: Scope, now: datetime) -> None:
    """Let the user in no more: their sign-ins end at once, and links mailed to them stop working (safety S5)."""
    with _other(user_ref, who) as (session, user):
        if user.disabled_at is not None:
            return
        user.disabled_at = now
        session.flush()
        ended = end_others(session, user.id, why="user deactivated", now=now, except_id=None)
        void_links(session, user.person_id, now)
        _note(session, "user.deactivated", user, who, now, ended=ended)


def reactivate(user_ref: str, *, who: Scope, now: datetime) -> None:
    """Let a deactivated user sign in again, with the password and second factor they had."""
    with _other(user_ref, who) as (session, user):
        if user.disabled_at is None:
            return
        user.disabled_at = None
        session.flush()
        _note(session, "user.reactivated", user, who, now)


def unlock(user_ref: str, *, who: Scope, now: datetime) -> None:
    """Forget the failed tries of a user, so that they may try again now."""
    with _other(user_ref, who) as (session, user):
        forget_tries(session, user.id)
        _note(session, "user.unlocked", user, who, now)


@contextmanager
def _other(user_ref: str, who: Scope) -> Iterator[tuple[Session, User]]:
    """The user this is about, in one transaction. Raises NotAllowed without the right, Gone, Refused for oneself.

    The administrators are locked first: of two who put each other out at once, the second is none any more.
    """
    who.require(RIGHT)
    with transaction() as session:
        admins = session.scalars(
            select(User.id)
            .where(User.role == "admin", User.disabled_at.is_(None))
            .order_by(User.id)
            .with_for_update()
        ).all()
        if who.user_id not in admins:
            raise NotAllowed(Sentence(N_("Your account may not do this any more.")))
        user = session.scalars(select(User).where(User.ref == user_ref).with_for_update()).first()
        if user is None:
            raise Gone(Sentence(N_("There is no such user.")))
        if user.id == who.user_id:
            raise Refused(Sentence(N_("Somebody else has to do this: nobody changes their own rights.")))
        yield session, user


def _note(session: Session, action: str, user: User, who: Scope, now: datetime, **detail: object) -> None:
    name = session.scalar(select(Person.name).where(Person.id == user.person_id))
    audit(
        session, by=who.by, action=action, subject="user", subject_id=user.id, at=now,
        detail={"name": name, **detail},
    )  # fmt: skip
