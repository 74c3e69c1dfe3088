"""What a password is judged by while somebody types it: their role, their second factor, the words others know of them.

The same as the form's own check (`domain.actions.credentials.check_password`) goes by, for a meter that keeps nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from domain import sealing
from domain.records.factors import factors_of
from models import Business, Person, Token, User, db


@dataclass(frozen=True, slots=True)
class PasswordContext:
    role: str = "customer"
    second_factor: bool = False
    known: tuple[str, ...] = ()


def of_user(user_id: int) -> PasswordContext:
    """Of a user who is signed in."""
    return _of(db.session.scalar(select(User.person_id).where(User.id == user_id)))


def of_link(secret: str) -> PasswordContext:
    """Of whoever holds a mailed link; of nobody when it is none of ours."""
    found = select(Token.person_id).where(
        Token.secret_hash == sealing.fingerprint(secret[:200]), Token.purpose.in_(["claim", "recover"])
    )
    return _of(db.session.scalar(found))


def _of(person_id: int | None) -> PasswordContext:
    business = db.session.scalar(select(Business.name)) or ""
    row = db.session.execute(
        select(Person.name, Person.email, Person.number, User.id, User.role, User.username)
        .outerjoin(User, User.person_id == Person.id)
        .where(Person.id == person_id)
    ).first()
    if row is None:
        return PasswordContext(known=(business,))
    name, email, number, user_id, role, username = row
    return PasswordContext(
        role or "customer",
        user_id is not None and factors_of(db.session(), user_id).any,
        tuple(filter(None, (name, email, number, username, business))),
    )
