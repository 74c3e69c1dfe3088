"""Who may sign in to the office: the list of users, one user's post, and the invitations that wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from domain.access import Scope
from domain.access.parts import own_branches
from domain.records.posts import Post, from_detail, post_of
from domain.reports.finding import Found, Wanted, every_word, order, page_of
from domain.reports.links import masked_email
from domain.rules.duties import DUTIES, EVERY_DUTY_OF_STAFF
from domain.words import N_, Refused, Sentence
from models import Agreement, Passkey, Person, Property, SignIn, Token, User, UserLimit, db

ROLE_WORDS: Mapping[str, str] = {
    "admin": N_("Administrator"),
    "staff": N_("Staff"),
    "landlord": N_("Landlord"),
    "customer": N_("Customer"),
}
_LAST = (
    select(func.max(SignIn.created_at))
    .where(SignIn.user_id == User.id, SignIn.stage == "full")
    .correlate(User)
    .scalar_subquery()
)
_SECOND: ColumnElement[bool] = or_(
    User.totp_sealed.is_not(None),
    User.sms_number != "",
    select(Passkey.id)
    .where(Passkey.user_id == User.id, Passkey.removed_at.is_(None))
    .correlate(User)
    .exists(),
)
SORTS: dict[str, Any] = {
    "name": Person.name,
    "role": User.role,
    "last": func.coalesce(_LAST, User.created_at),
}


@dataclass(frozen=True, slots=True)
class UserLine:
    """One user. `duties` in words' keys, None where the role needs none; `limits`: names of properties and branches.

    `state`: active, locked (until a moment), frozen (the owner said "this was not me") or disabled.
    """

    ref: str
    person_ref: str
    name: str
    username: str
    email: str
    role: str
    duties: Sequence[str] | None
    limits: Sequence[str]
    second_factor: bool
    last_sign_in_at: datetime | None
    state: str
    me: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody who was invited to the office and has not come yet."""

    person_ref: str
    name: str
    sent_to: str
    role: str
    expires_at: datetime
    lapsed: bool


def users(scope: Scope, wanted: Wanted, now: datetime) -> Found[UserLine]:
    """One page of users. Filter role: staff, admin, landlord, customer; "" for all but customers."""
    scope.require("users")
    query = scope.select(User, User, Person, _SECOND, _LAST).join(Person, Person.id == User.person_id)
    role = wanted.filters.get("role", "")
    query = query.where(User.role == role if role in ROLE_WORDS else User.role != "customer")
    words = every_word(wanted.q, (Person.name, User.username, Person.email))
    query = query if words is None else query.where(words)
    found = page_of(query, wanted, order(wanted, SORTS, "name", User.id))
    limits = _limits([row[0].id for row in found.rows])
    rows = [_line(scope, row, limits, now) for row in found.rows]
    return Found(rows, found.total, found.page, found.pages, found.per_page)


def _line(scope: Scope, row: Any, limits: Mapping[int, Sequence[str]], now: datetime) -> UserLine:
    user, person, second, last = row
    return UserLine(
        user.ref, person.ref, person.name, user.username, person.email, user.role, duties_of(user),
        limits.get(user.id, ()), bool(second), last, _state(user, now), user.id == scope.user_id,
    )  # fmt: skip


def _state(user: User, now: datetime) -> str:
    if user.disabled_at is not None:
        return "disabled"
    if user.frozen_at is not None:
        return "frozen"
    return "locked" if user.locked_until is not None and user.locked_until > now else "active"


def duties_of(user: User) -> Sequence[str] | None:
    """What a user of the staff does, in the order of `DUTIES`; None for other roles."""
    if user.role != "staff":
        return None
    wanted = EVERY_DUTY_OF_STAFF if user.duties is None else user.duties
    return [duty for duty in DUTIES if duty in wanted]


def _limits(ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    rows = db.session.execute(
        select(UserLimit.user_id, Property.name, UserLimit.branch)
        .outerjoin(Property, Property.id == UserLimit.property_id)
        .where(UserLimit.user_id.in_(ids))
        .order_by(UserLimit.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for user_id, house, branch in rows:
        found[user_id].append(house or branch)
    return found


def post(scope: Scope, user: User) -> Post:
    """The post of a user as the form shows it: duties named even where nobody narrowed them."""
    scope.require("users")
    stands = post_of(db.session(), user)
    return Post(stands.role, duties_of(user), stands.properties, stands.branches)


def line(scope: Scope, user: User, now: datetime) -> UserLine:
    """One user as the list shows them."""
    scope.require("users")
    row = db.session.execute(
        scope.select(User, User, Person, _SECOND, _LAST)
        .join(Person, Person.id == User.person_id)
        .where(User.id == user.id)
    ).one()
    return _line(scope, row, _limits([user.id]), now)


def invitations(scope: Scope, now: datetime) -> list[Invitation]:
    """The last invitation of everybody who was asked to the office and has no user yet, newest first."""
    scope.require("users")
    newest = select(func.max(Token.id)).where(Token.purpose == "claim").group_by(Token.person_id)
    rows = db.session.execute(
        scope.select(Person, Person, Token)
        .join(Token, Token.person_id == Person.id)
        .outerjoin(User, User.person_id == Person.id)
        .where(Token.id.in_(newest), User.id.is_(None), Token.voided_at.is_(None))
        .order_by(Token.id.desc())
        .limit(200)
    )
    found = []
    for person, token in rows:
        asked = from_detail(token.detail)
        if asked is not None:
            found.append(
                Invitation(
                    person.ref, person.name, masked_email(token.sent_to), asked.role, token.expires_at,
                    token.expires_at <= now,
                )
            )  # fmt: skip
    return found


def check_within(scope: Scope, *, branch: str, unit: bool) -> None:
    """Refuse a new agreement outside the part of the business that the reader works on.

    Beside "branch": they could not see it once it was made. `unit`: it is of a unit that was chosen among theirs.
    """
    if scope.everything or unit:
        return
    mine = sorted(db.session.scalars(own_branches(scope)))
    if branch not in mine:
        words = N_("You work on a part of the business. Name your branch: %(names)s.")
        if not mine:
            words = N_("You work on some properties only: open rentals of their units.")
        raise Refused(Sentence(words, {"names": ", ".join(mine)}), "branch")


def property_choices(scope: Scope) -> list[tuple[str, str]]:
    """(ref, name) of every property, for a form to choose from."""
    return [
        (ref, name)
        for ref, name in db.session.execute(
            scope.select(Property, Property.ref, Property.name).order_by(Property.name)
        )
    ]


def branches(scope: Scope) -> list[str]:
    """The branches that properties and agreements name, and those somebody is limited to."""
    named = [
        scope.select(Property, Property.branch).where(Property.branch != "").distinct(),
        scope.select(Agreement, Agreement.branch).where(Agreement.branch != "").distinct(),
    ]
    if scope.may("users"):
        named.append(select(UserLimit.branch).where(UserLimit.branch != "").distinct())
    return sorted({branch for query in named for branch in db.session.scalars(query)})
