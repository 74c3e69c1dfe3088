"""Count tries at somebody's account before they are checked, so that a thousand at once are still ten.

The counters stand in the user's row and hold for every worker (safety A7, A9). From the sixth failure in a row each one
adds a wait of 2, 4, 8, 16 seconds; the tenth and every one after it, 15 minutes. A right answer clears them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, case, literal, or_, update
from sqlalchemy.orm import Session

from models import User

HARD_STOP = 10
LOCK = timedelta(minutes=15)
WAITS = {6: timedelta(seconds=2), 7: timedelta(seconds=4), 8: timedelta(seconds=8), 9: timedelta(seconds=16)}


def count_try(session: Session, user_id: int, now: datetime) -> bool:
    """Count one try at this user as failed until proven right. False: no try is free now, whatever is typed."""
    this = User.failed_count + 1
    column = User.__table__.c.locked_until.type
    wait = case(
        (this >= HARD_STOP, literal(now + LOCK, column)),
        *((this == number, literal(now + delay, column)) for number, delay in WAITS.items()),
        else_=None,
    )
    counted: CursorResult[tuple[()]] = session.execute(  # type: ignore[assignment]
        update(User)
        .where(
            User.id == user_id,
            User.disabled_at.is_(None),
            or_(User.locked_until.is_(None), User.locked_until <= now),
        )
        .values(failed_count=this, locked_until=wait)
        .execution_options(synchronize_session=False)
    )
    return counted.rowcount == 1
