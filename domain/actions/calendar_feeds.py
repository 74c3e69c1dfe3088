"""A secret address at which a calendar program reads due dates. Verbs: `make`, `revoke`, `open_feed`.

One address works at a time. Only its hash is kept, so it is shown once; whoever has it reads the calendar and can do
nothing else. It stops when it is revoked, when another is made, and while its owner may not sign in.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.access import Scope
from domain.records.names import new_ref
from domain.records.words_out import audit
from domain.transaction import rows_changed, transaction
from models import CalendarFeed, User

RIGHT = "profile"


@dataclass(frozen=True, slots=True)
class Opened:
    """Whose calendar an address is: a scope that only reads, the language, and whether amounts stand in it."""

    scope: Scope
    language: str
    amounts: bool


def make(amounts: bool, language: str, *, who: Scope, now: datetime) -> str:
    """A new address's secret (256 bits); the one before stops working. Raises NotAllowed."""
    who.require(RIGHT)
    secret = secrets.token_urlsafe(32)
    with transaction() as session:
        session.execute(select(User.id).where(User.id == who.user_id).with_for_update())
        _end(session, who.person_id, now)
        row = CalendarFeed(
            ref=new_ref(), person_id=who.person_id, token_hash=sealing.fingerprint(secret), language=language,
            amounts=amounts, made_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        audit(
            session, by=who.by, action="calendar_feed.made", subject="person", subject_id=who.person_id, at=now,
            detail={"amounts": amounts},
        )  # fmt: skip
    return secret


def revoke(*, who: Scope, now: datetime) -> bool:
    """Switch the address off; False where none works."""
    who.require(RIGHT)
    with transaction() as session:
        ended = _end(session, who.person_id, now)
        if ended:
            audit(
                session, by=who.by, action="calendar_feed.revoked", subject="person", subject_id=who.person_id,
                at=now,
            )  # fmt: skip
    return ended


def _end(session: Session, person_id: int, now: datetime) -> bool:
    live = update(CalendarFeed).where(CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None))
    return rows_changed(session, live.values(revoked_at=now)) > 0


def open_feed(secret: str, *, today: date) -> Opened | None:
    """Whose calendar it is, noting once a day that it was read; None for an address that does not work (any more)."""
    if not secret or len(secret) > 80:
        return None
    with transaction() as session:
        row = session.execute(
            select(CalendarFeed, User.id)
            .join(User, User.person_id == CalendarFeed.person_id)
            .where(
                CalendarFeed.token_hash == sealing.fingerprint(secret),
                CalendarFeed.revoked_at.is_(None),
                User.role == "customer",
                User.disabled_at.is_(None),
                User.frozen_at.is_(None),
            )
        ).first()
        if row is None:
            return None
        feed, user_id = row
        if feed.last_read_on != today:
            feed.last_read_on = today
        scope = Scope("customer", user_id, feed.person_id, reading=True)
        return Opened(scope, feed.language, feed.amounts)
