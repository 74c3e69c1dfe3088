"""Count how often something is tried within a window of time, in the database: right with many workers, over restarts.

Verbs: `count`, `forget_old`. A window begins at a whole multiple of its length, so that every worker means the same one
(safety A7, A9). Never here: how often is too often (the callers say so), and tries at a name (`tries`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import CursorResult, and_, delete, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import Throttle

INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
KEY = ["bucket", "window_start"]
LONGEST_BUCKET = 100
KEPT = timedelta(days=2)
"""How long a window of the past stays: longer than any in use."""
NAMES_KEPT = timedelta(days=90)
"""How long tries at a name stay after the last one."""


def window_start(now: datetime, window: timedelta) -> datetime:
    """The instant at which the window that holds `now` began."""
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


def count(session: Session, bucket: str, now: datetime, *, limit: int, window: timedelta) -> bool:
    """Count one try in `bucket` ("sign-in:192.0.2.7"). False: `limit` tries were counted in this window already."""
    statement = INSERT[session.get_bind().dialect.name](Throttle.__table__).values(
        bucket=f"{bucket[:LONGEST_BUCKET]}|{window.total_seconds():.0f}",
        window_start=window_start(now, window),
        count=1,
    )
    # Asked back, because not every driver says how many rows such a statement changed.
    counted = statement.on_conflict_do_update(
        index_elements=KEY, set_={"count": Throttle.count + 1}, where=Throttle.count < limit
    ).returning(Throttle.count)
    return session.scalar(counted) is not None


def forget_old(session: Session, now: datetime) -> int:
    """Take away the windows of the past and the names nobody tried for long; returns how many went."""
    old_window = and_(Throttle.blocked_until.is_(None), Throttle.window_start < now - KEPT)
    gone: CursorResult[tuple[()]] = session.execute(  # type: ignore[assignment]
        delete(Throttle).where(or_(old_window, Throttle.blocked_until < now - NAMES_KEPT))
    )
    return gone.rowcount
