"""Count tries at somebody's account before they are checked, so that a thousand at once are still ten.

Two counters in the database, which hold for every worker and over restarts (safety A7, A9). The one of the account
guards it, whichever of its names was typed. The one of the name stands for every name alike, also for one that nobody
has: what a visitor is told of a lock comes from it alone, so that it does not tell who has an account (A6).

From the sixth failure in a row each one adds a wait of 2, 4, 8, 16 seconds, the tenth and those after it 15 minutes,
from the twentieth on an hour, from the thirtieth on a day. The right password or a new one clears both.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, case, delete, literal, or_, select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.records.throttles import INSERT, KEY
from domain.rules.sign_in_names import counted_as
from models import Person, Throttle, User

HARD_STOP = 10
LOCK = timedelta(minutes=15)
LOCKS = {30: timedelta(days=1), 20: timedelta(hours=1), HARD_STOP: LOCK}
WAITS = {6: timedelta(seconds=2), 7: timedelta(seconds=4), 8: timedelta(seconds=8), 9: timedelta(seconds=16)}
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
"""The window of a name: tries at it are counted until a sign-in or a new password, not until the clock strikes."""
A_MOMENT = timedelta(seconds=1)
"""Tries that cost no wait are noted as over a moment ago, so that two at once do not stop each other."""


def _wait(this: ColumnElement[int], now: datetime, free: datetime | None) -> ColumnElement[Any]:
    """Until when the try with this number closes the door; `free` where it does not."""
    column = User.__table__.c.locked_until.type
    return case(
        *((this >= number, literal(now + lock, column)) for number, lock in LOCKS.items()),
        *((this == number, literal(now + delay, column)) for number, delay in WAITS.items()),
        else_=literal(free, column),
    )


def count_try(session: Session, user_id: int, now: datetime) -> bool:
    """Count one try at this user as failed until proven right. False: no try is free now, whatever is typed."""
    this = User.failed_count + 1
    counted: CursorResult[tuple[()]] = session.execute(  # type: ignore[assignment]
        update(User)
        .where(
            User.id == user_id,
            User.disabled_at.is_(None),
            User.frozen_at.is_(None),
            or_(User.locked_until.is_(None), User.locked_until <= now),
        )
        .values(failed_count=this, locked_until=_wait(this, now, None))
        .execution_options(synchronize_session=False)
    )
    return counted.rowcount == 1


def count_name(session: Session, name: str, now: datetime) -> bool:
    """Count one try at this name, whether or not anybody has it. False: no try at it is free now.

    Called before `count_try` in one transaction, so that two of them never wait for each other.
    """
    statement = INSERT[session.get_bind().dialect.name](Throttle.__table__).values(
        bucket=name_bucket(name), window_start=ALWAYS, count=1, blocked_until=now - A_MOMENT
    )
    this = Throttle.count + 1
    counted = statement.on_conflict_do_update(
        index_elements=KEY,
        set_={"count": this, "blocked_until": _wait(this, now, now - A_MOMENT)},
        where=Throttle.blocked_until <= now,
    ).returning(Throttle.count)
    return session.scalar(counted) is not None


def name_bucket(name: str) -> str:
    """Where tries at this name are counted. A keyed hash: what people type there by mistake is often their password."""
    return f"name:{sealing.keyed_hash(counted_as(name), 'throttle.name')}"


def forget_names(session: Session, user_id: int) -> None:
    """Count tries at the user's names anew. Before anything that changes the user's row, in one transaction."""
    row = session.execute(
        select(User.username, User.email_folded, Person.number)
        .join(Person, Person.id == User.person_id)
        .where(User.id == user_id)
    ).first()
    buckets = [name_bucket(name) for name in row or () if name]
    session.execute(delete(Throttle).where(Throttle.bucket.in_(buckets), Throttle.window_start == ALWAYS))


def forget_tries(session: Session, user_id: int) -> None:
    """Open the account's door again: no failure counts, under none of its names."""
    forget_names(session, user_id)
    session.execute(
        update(User)
        .where(User.id == user_id)
        .values(failed_count=0, locked_until=None)
        .execution_options(synchronize_session=False)
    )
