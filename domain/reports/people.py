"""The people the business knows: the list of them, and everything about one on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, func, or_, select

from domain.access import Scope
from domain.reports import word_search
from domain.reports.actors import Deed, deeds
from domain.reports.agreement_list import of_person
from domain.reports.finding import Found, Wanted, order, page_of
from domain.reports.links import masked_email
from domain.reports.office_views import Held
from domain.reports.payments import Line, lines, read
from domain.rules.sign_in_names import folded
from models import Agreement, AgreementParty, AuditEvent, Payment, Person, SignIn, Token, User, db

ACCOUNTS = ("claimed", "invited", "none", "unclaimed")
AGAIN_AFTER = timedelta(minutes=2)
"""So soon after a link was mailed, another one is not: it would make the first one worthless on its way."""

SORTS: dict[str, Any] = {
    "name": Person.name,
    "number": Person.number,
    "email": Person.email,
    "since": Person.created_at,
}


def _agreements(scope: Scope) -> ScalarSelect[int]:
    """How many agreements a person is on, of those that the reader may see."""
    query = select(func.count()).select_from(AgreementParty)
    query = query.where(AgreementParty.person_id == Person.id, AgreementParty.until_on.is_(None))
    if not scope.everything:
        query = query.where(AgreementParty.agreement_id.in_(scope.select(Agreement, Agreement.id)))
    return query.correlate(Person).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Known:
    """One line of the list. `account`: claimed, invited (a link is waiting) or none; `role` where they may sign in."""

    ref: str
    number: str
    name: str
    email: str
    phone: str
    agreements: int
    role: str = ""
    account: str = "none"
    disabled: bool = False


def people(scope: Scope, wanted: Wanted, now: datetime) -> Found[Known]:
    """One page of people. Filters: account (claimed, invited, none; unclaimed: either of these two), agreements (with,
    without), role (staff)."""
    count = _agreements(scope)
    columns = (
        Person.ref, Person.number, Person.name, Person.email, Person.phone, count, User.role,
        _waiting(now), User.disabled_at,
    )  # fmt: skip
    query = _filtered(
        scope.select(Person, *columns).outerjoin(User, User.person_id == Person.id), wanted, now, count
    )
    found = page_of(query, wanted, order(wanted, SORTS | {"agreements": count}, "name", Person.id))
    return Found([_known(*row) for row in found.rows], found.total, found.page, found.pages, found.per_page)


def these(scope: Scope, ids: Sequence[int], now: datetime) -> list[Known]:
    """The people of these ids, by name."""
    columns = (
        Person.ref, Person.number, Person.name, Person.email, Person.phone, _agreements(scope), User.role,
        _waiting(now), User.disabled_at,
    )  # fmt: skip
    query = scope.select(Person, *columns).outerjoin(User, User.person_id == Person.id)
    return [
        _known(*row)
        for row in db.session.execute(query.where(Person.id.in_(ids)).order_by(Person.name, Person.id))
    ]


def _known(
    ref: str, number: str, name: str, email: str, phone: str, agreements: int, role: str | None, waiting: bool,
    disabled_at: datetime | None,
) -> Known:  # fmt: skip
    account = "claimed" if role else "invited" if waiting else "none"
    return Known(ref, number, name, email, phone, agreements, role or "", account, disabled_at is not None)


def _waiting(now: datetime) -> ColumnElement[bool]:
    """Whether a link to claim the account is on its way and still good."""
    return exists().where(
        Token.person_id == Person.id, Token.purpose == "claim", Token.used_at.is_(None), Token.voided_at.is_(None),
        Token.expires_at > now, Token.sent_to != "",
    )  # fmt: skip


def _filtered(query: Select[Any], wanted: Wanted, now: datetime, count: ScalarSelect[int]) -> Select[Any]:
    account, held = wanted.filters.get("account", ""), wanted.filters.get("agreements", "")
    if account in ACCOUNTS:
        has = User.id.is_not(None)
        query = query.where(has if account == "claimed" else ~has)
        if account in ("invited", "none"):
            query = query.where(_waiting(now) if account == "invited" else ~_waiting(now))
    if held in ("with", "without"):
        query = query.where(count > 0 if held == "with" else count == 0)
    who = wanted.filters.get("role", "")
    if who == "customers":
        query = query.where(or_(User.role.is_(None), User.role == "customer"))
    elif who == "staff":
        query = query.where(User.role != "customer")
    words = word_search.fits(wanted.q, word_search.people(Person.id))
    return query if words is None else query.where(words)


@dataclass(frozen=True, slots=True)
class Account:
    """A person's way in. `state`: claimed, frozen (its owner said "this was not me"), invited, lapsed (the link ran
    out unused), none, or disabled.

    For an invitation: `sent_to` (masked), `sent_at`, `expires_at`, and `again_at`, before which no other is mailed.
    """

    state: str
    role: str = ""
    username: str = ""
    since: datetime | None = None
    last_sign_in_at: datetime | None = None
    locked_until: datetime | None = None
    sent_to: str = ""
    sent_at: datetime | None = None
    expires_at: datetime | None = None
    again_at: datetime | None = None


def account_of(scope: Scope, person: Person, now: datetime) -> Account:
    """Whether and since when the person can sign in, and the last invitation mailed to them."""
    last = select(func.max(SignIn.created_at)).where(SignIn.user_id == User.id, SignIn.stage == "full")
    columns = (
        User.role,
        User.username,
        User.created_at,
        last.scalar_subquery(),
        User.locked_until,
        User.disabled_at,
        User.frozen_at,
    )
    user = db.session.execute(scope.select(User, *columns).where(User.person_id == person.id)).first()
    if user is not None:
        role, username, since, last_at, locked, disabled, frozen = user
        state = "disabled" if disabled else "frozen" if frozen else "claimed"
        return Account(state, role, username, since, last_at, locked if locked and locked > now else None)
    link = db.session.scalars(
        select(Token)
        .where(Token.person_id == person.id, Token.purpose == "claim", Token.sent_to != "")
        .order_by(Token.id.desc())
        .limit(1)
    ).first()
    if link is None:
        return Account("none")
    again = link.created_at + AGAIN_AFTER
    return Account(
        "invited" if link.voided_at is None and link.expires_at > now else "lapsed",
        sent_to=masked_email(link.sent_to),
        sent_at=link.created_at,
        expires_at=link.expires_at,
        again_at=again if again > now and link.voided_at is None else None,
    )


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything about one person: their way in, what they are on, what they paid, what was done about them."""

    account: Account
    held: Sequence[Held]
    payments: Sequence[Line]
    deeds: Sequence[Deed]


def whole(scope: Scope, person: Person, on: date, now: datetime) -> Whole:
    held = of_person(scope, person.id, on)
    ids = [one.view.agreement.id for one in held]
    paid = lines(scope).where(or_(Payment.person_id == person.id, Payment.agreement_id.in_(ids)))
    user_id = db.session.scalar(scope.select(User, User.id).where(User.person_id == person.id))
    about = (AuditEvent.subject == "person") & (AuditEvent.subject_id == person.id)
    if user_id is not None:
        about = about | ((AuditEvent.subject == "user") & (AuditEvent.subject_id == user_id))
    return Whole(
        account=account_of(scope, person, now),
        held=held,
        payments=read(paid.limit(6)),
        deeds=deeds(scope, about, 20),
    )


def same_address(scope: Scope, email: str) -> Known | None:
    """Somebody we know under this e-mail address already."""
    address = folded(email)
    if not address:
        return None
    columns = (Person.ref, Person.number, Person.name, Person.email, Person.phone, _agreements(scope))
    row = db.session.execute(
        scope.select(Person, *columns).where(Person.email_folded == address).limit(1)
    ).first()
    return Known(*row) if row else None


def exact(scope: Scope, number: str) -> str | None:
    """The ref of the person with exactly this customer number (in any case), if there is one."""
    return db.session.scalar(
        scope.select(Person, Person.ref).where(Person.number.in_({number, number.upper()})).limit(1)
    )
