"""What an owner who signs in as a landlord may see, kept in step with what they own. Verbs: `let_see`, `owned_by`,
`owner_of`, `end_views`. Inside the caller's transaction; nothing here commits.

`UserLimit` stays the one list that decides what a landlord sees: rows of it come from here and from the users page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.orm import Session

from domain.rules.sign_in_names import folded
from models import Person, PropertyOwner, User, UserLimit


def let_see(session: Session, property_id: int, people: Sequence[int], *, by: str, now: datetime) -> None:
    """Let these owners' landlord accounts see the property, if they have one and do not see it yet."""
    seen = exists().where(UserLimit.user_id == User.id, UserLimit.property_id == property_id)
    users = session.scalars(
        select(User.id).where(User.role == "landlord", User.person_id.in_(people), ~seen).order_by(User.id)
    )
    session.add_all(
        UserLimit(user_id=user_id, property_id=property_id, branch="", added_at=now, added_by=by)
        for user_id in users.all()
    )
    session.flush()


def owned_by(session: Session, person_id: int) -> list[int]:
    """The ids of the properties that somebody owns a share of and has not given up."""
    return list(
        session.scalars(
            select(PropertyOwner.property_id)
            .where(PropertyOwner.person_id == person_id, PropertyOwner.until_on.is_(None))
            .distinct()
            .order_by(PropertyOwner.property_id)
        )
    )


def owner_of(session: Session, email: str) -> Person | None:
    """The one person with this address who owns a house and has no way to sign in yet."""
    found = session.scalars(
        select(Person)
        .where(Person.email_folded == folded(email), Person.id.in_(select(PropertyOwner.person_id)))
        .where(Person.id.not_in(select(User.person_id)))
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def end_views(session: Session, today: date) -> int:
    """Take the properties from landlords that they have sold: none of their shares reaches today. Returns how many.

    A landlord who never stood among the owners (a small landlord's own houses) keeps what the users page gave them.
    """
    mine = and_(
        PropertyOwner.property_id == UserLimit.property_id,
        PropertyOwner.person_id
        == select(User.person_id).where(User.id == UserLimit.user_id).scalar_subquery(),
    )
    still = or_(PropertyOwner.until_on.is_(None), PropertyOwner.until_on >= today)
    landlords = select(User.id).where(User.role == "landlord")
    gone = select(UserLimit.id).where(
        UserLimit.user_id.in_(landlords),
        exists().where(mine),
        ~exists().where(mine, still),
    )
    ids = session.scalars(gone).all()
    if ids:
        session.execute(delete(UserLimit).where(UserLimit.id.in_(ids)))
    return len(ids)
