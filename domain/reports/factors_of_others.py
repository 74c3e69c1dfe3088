"""What second factors somebody else's account has, for the page of the office that can take them off."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Scope
from domain.records.factors import Factors, factors_of
from models import Person, User, db


@dataclass(frozen=True, slots=True)
class Account:
    """An account as that page needs it; `own`: it is that of whoever asks."""

    role: str
    own: bool
    has: Factors


def account_of(scope: Scope, person: Person) -> Account | None:
    """The account of this person; None where there is none, or none that the asker may see."""
    user = db.session.scalars(scope.select(User).where(User.person_id == person.id)).first()
    return Account(user.role, user.id == scope.user_id, factors_of(db.session(), user.id)) if user else None
