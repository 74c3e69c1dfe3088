"""Who of the office is there to talk just now. Verb: `somebody_there`.

Anybody may know that somebody is there; who it is stands on no page of a customer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Scope
from models import Person, Presence, User, UserLimit

FRESH = timedelta(minutes=2)
"""How long somebody counts as there after their page was last heard of: browsers wake hidden pages once a minute."""


def somebody_there(session: Session, who: Scope, now: datetime) -> bool:
    """Whether somebody takes chats now who may read what `who` writes.

    Whoever is limited to a part of the business answers the people of that part, and nobody who did not sign in.
    """
    limited = select(UserLimit.id).where(UserLimit.user_id == User.id).exists()
    there = session.execute(
        select(User.id, User.role, limited)
        .join(Presence, Presence.user_id == User.id)
        .where(
            Presence.takes_chats, Presence.seen_at > now - FRESH, User.role.in_(("staff", "admin")),
            User.disabled_at.is_(None),
        )
    ).all()  # fmt: skip
    scopes = [Scope(role, user_id, limited=is_limited) for user_id, role, is_limited in there]
    if any(scope.everything for scope in scopes):
        return True
    return any(
        session.scalar(scope.select(Person, Person.id).where(Person.id == who.person_id)) is not None
        for scope in scopes
    )
