"""A person gets their account by a link mailed to the address on file.

Verbs: `invite`, `invite_all`, `link_for`, `ask_again`, `claim`. Opening the link changes nothing; claiming uses it
up. Nothing that others may know of a person (a number, a birth date) claims an account (safety A5, A14), and a second
claim changes nothing and tells the owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain import sealing
from domain.actions import hashing
from domain.actions.credentials import NAME_TAKEN, add_user, check_choice, user_named
from domain.actions.people import find
from domain.records.links import mail_link, make_link, may_ask, sent_lately, use_up, void_links
from domain.records.posts import from_detail, keep
from domain.records.words_out import audit, enqueue_mail
from domain.rules.sign_in_names import customer_number, folded
from domain.transaction import transaction
from domain.words import N_, Gone, Refused, Sentence
from models import Agreement, AgreementParty, Person, Token, User

SAME_CLICK = timedelta(minutes=2)
"""A link posted again so soon is a second click, not a second person: the owner is not alarmed."""


def invite(person_ref: str, agreement_ref: str | None, *, by: str, now: datetime, base_url: str) -> None:
    """Mail the person a link to their account; earlier links stop working. Raises Gone, Refused beside "email"."""
    with transaction() as session:
        person, agreement_id = _to_invite(session, person_ref, agreement_ref)
        if not person.email:
            raise Refused(
                Sentence(N_("There is no mail address on file to send the link to.")), field="email"
            )
        mail_invitation(session, person, agreement_id, base_url, now)
        audit(session, by=by, action="claim.invited", subject="person", subject_id=person.id, at=now)


def invite_all(person_refs: Sequence[str], *, by: str, now: datetime, base_url: str) -> int:
    """The same for several; how many were mailed. Who cannot be, or was a moment ago, is left out."""
    mailed = 0
    for ref in dict.fromkeys(person_refs):
        with transaction() as session:
            person = session.scalar(select(Person).where(Person.ref == ref))
            if person is None or sent_lately(session, person.id, "claim", now):
                continue
        try:
            invite(ref, None, by=by, now=now, base_url=base_url)
        except Refused:
            continue
        mailed += 1
    return mailed


def link_for(person_ref: str, *, by: str, now: datetime, base_url: str) -> str:
    """A claim link to hand over in person, mailed to nobody. Raises Gone, Refused."""
    with transaction() as session:
        person, agreement_id = _to_invite(session, person_ref, None)
        audit(session, by=by, action="claim.link_shown", subject="person", subject_id=person.id, at=now)
        return make_link(session, person, "claim", base_url, now, agreement_id)


def _to_invite(session: Session, person_ref: str, agreement_ref: str | None) -> tuple[Person, int | None]:
    person = find(session, person_ref)
    if session.scalar(select(User.id).where(User.person_id == person.id)) is not None:
        raise Refused(Sentence(N_("This person has an account already.")), field="email")
    if agreement_ref is None:
        return person, None
    agreement_id = session.scalar(select(Agreement.id).where(Agreement.ref == agreement_ref))
    if agreement_id is None:
        raise Gone(Sentence(N_("This agreement is not here any more.")))
    return person, agreement_id


def ask_again(*, base_url: str, now: datetime, name: str = "", secret: str = "") -> None:
    """Somebody wants a claim link (again): by e-mail or customer number, or by an old link. The answer is always the
    same; mail goes to the address on file of a person who was invited before, or tells the owner of an account."""
    with transaction() as session:
        audit(session, by="anonymous", action="claim.asked", subject="person", subject_id=None, at=now)
        if secret:
            link = _link(session, secret)
            person = session.get_one(Person, link.person_id) if link else None
            owner = link and session.scalar(select(User).where(User.person_id == link.person_id))
        else:
            person, owner = waiting(session, name), user_named(session, name)
        if owner:
            tell_owner_of_claim(session, owner, None, base_url, now)
        else:
            remind(session, person, base_url, now)


def waiting(session: Session, name: str) -> Person | None:
    """The one person with this e-mail or customer number who was invited and has no account yet, else None."""
    invited = select(Token.person_id).where(Token.purpose == "claim")
    found = session.scalars(
        select(Person)
        .outerjoin(User, User.person_id == Person.id)
        .where(
            or_(Person.email_folded == folded(name), Person.number == customer_number(name)),
            User.id.is_(None), Person.email != "", Person.id.in_(invited),
        )
        .limit(2)
    ).all()  # fmt: skip
    return found[0] if len(found) == 1 and name.strip() else None


def remind(session: Session, person: Person | None, base_url: str, now: datetime) -> None:
    """Send an invitation again, inside the caller's transaction, unless one went out a moment ago or many did."""
    if person is None or not person.email or not may_ask(session, person.id, "claim", now):
        return
    last = (
        select(Token.agreement_id)
        .where(Token.person_id == person.id, Token.purpose == "claim")
        .order_by(Token.id.desc())
    )
    mail_invitation(session, person, session.scalar(last.limit(1)), base_url, now)


def claim(secret: str, username: str, password: str, *, base_url: str, now: datetime) -> int | None:
    """Use a claim link: the person gets a user with this name and password; returns its id (for `sign_ins.begin`).

    None: the link does not work (any more). Raises Refused beside "username" or "password"; the link is then unused.
    """
    stored = hashing.make(password)
    try:
        with transaction() as session:
            link = _link(session, secret)
            if link is None:
                return None
            owner = session.scalar(select(User).where(User.person_id == link.person_id))
            if owner is not None:
                if link.used_at is None or now - link.used_at > SAME_CLICK:
                    tell_owner_of_claim(session, owner, link.agreement_id, base_url, now)
                return None
            if not use_up(session, link, now):
                return None
            person = session.get_one(Person, link.person_id)
            post = from_detail(link.detail)
            role = post.role if post else "customer"
            check_choice(session, person, role, username, password)
            user = add_user(session, person, role, username, stored, now)
            if post:
                keep(session, user, post, by=f"user:{user.id}", now=now)
            void_links(session, person.id, now)
            audit(
                session,
                by=f"user:{user.id}",
                action="user.claimed",
                subject="user",
                subject_id=user.id,
                at=now,
            )
            _tell_claimed(session, person, user, link, base_url, now)
            return user.id
    except IntegrityError:
        # Two at once: either the name went to somebody else, or this person's account was just made.
        raise Refused(NAME_TAKEN, field="username") from None


def _link(session: Session, secret: str) -> Token | None:
    return session.scalar(
        select(Token).where(Token.secret_hash == sealing.fingerprint(secret), Token.purpose == "claim")
    )


def mail_invitation(
    session: Session, person: Person, agreement_id: int | None, base_url: str, now: datetime
) -> None:
    """A link to claim the account, to the address on file, inside the caller's transaction.

    Somebody who was invited to the office is invited to it again, unless their address was changed meanwhile: what
    voided the link voided what it brought.
    """
    last = (
        select(Token.detail)
        .where(
            Token.person_id == person.id,
            Token.purpose == "claim",
            Token.voided_at.is_(None),
            Token.sent_to != "",
        )
        .order_by(Token.id.desc())
    )
    if detail := session.scalar(last.limit(1)):
        mail_link(
            session, person, "claim", template="invitation", base_url=base_url, now=now, detail=detail,
            data={"role": detail["role"]},
        )  # fmt: skip
        return
    mail_link(
        session, person, "claim", template="claim", base_url=base_url, now=now, agreement_id=agreement_id,
        data={"agreement_number": agreement_number(session, person, agreement_id)},
    )  # fmt: skip


def agreement_number(session: Session, person: Person, agreement_id: int | None) -> str:
    """The number by which this person knows their agreement; "" while they have none, as colleagues have none."""
    if agreement_id is None:
        agreement_id = session.scalar(
            select(AgreementParty.agreement_id)
            .where(AgreementParty.person_id == person.id, AgreementParty.until_on.is_(None))
            .order_by(AgreementParty.id.desc())
            .limit(1)
        )
    return session.get_one(Agreement, agreement_id).number if agreement_id else ""


def _tell_claimed(
    session: Session, person: Person, user: User, link: Token, base_url: str, now: datetime
) -> None:
    enqueue_mail(
        session, to=person.email, template="account_claimed", language=person.language, now=now,
        dedupe_key=f"claimed-{user.id}",
        data={
            "name": person.name, "username": user.username, "at": now.isoformat(), "link": f"{base_url}/sign-in",
            "agreement_number": agreement_number(session, person, link.agreement_id),
        },
    )  # fmt: skip


def tell_owner_of_claim(
    session: Session, owner: User, agreement_id: int | None, base_url: str, now: datetime
) -> None:
    """Somebody asks to claim an account that there is: say so to its owner, once a day at most."""
    person = session.get_one(Person, owner.person_id)
    enqueue_mail(
        session, to=person.email, template="second_claim", language=person.language, now=now,
        dedupe_key=f"second-claim-{owner.id}-{now:%Y%m%d}",
        data={
            "name": person.name, "at": now.isoformat(), "link": f"{base_url}/sign-in",
            "agreement_number": agreement_number(session, person, agreement_id),
        },
    )  # fmt: skip
    audit(session, by="anonymous", action="claim.second", subject="user", subject_id=owner.id, at=now)
