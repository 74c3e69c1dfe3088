"""Count how often something is tried within a window of time, in the database: right with many workers, over restarts.

Verbs: `count`, `forget_old`. A window begins at a whole multiple of its length, so that every worker means the same one
(safety A7, A9). Never here: how often is too often (the callers say so), and tries at a name (`tries`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, and_, bindparam, delete, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.records.ready_made import ReadyMade
from models import Throttle

INSERTS: dict[str, Callable[[Any], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
KEY = ["bucket", "window_start"]
LONGEST_BUCKET = 100
KEPT = timedelta(days=2)
"""How long a window of the past stays: longer than any in use."""
NAMES_KEPT = timedelta(days=90)
"""How long tries at a name stay after the last one."""

_TABLE: Any = Throttle.__table__
# Asked back, because not every driver says how many rows such a statement changed.
_COUNT = {
    name: ReadyMade(
        insert(_TABLE)
        .values(bucket=bindparam("door"), window_start=bindparam("since"), count=1)
        .on_conflict_do_update(
            index_elements=KEY, set_={"count": _TABLE.c.count + 1}, where=_TABLE.c.count < bindparam("most")
        )
        .returning(_TABLE.c.count)
    )
    for name, insert in INSERTS.items()
}


def window_start(now: datetime, window: timedelta) -> datetime:
    """The instant at which the window that holds `now` began."""
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


def count(session: Session, bucket: str, now: datetime, *, limit: int, window: timedelta) -> bool:
    """Count one try in `bucket` ("sign-in:192.0.2.7"). False: `limit` tries were counted in this window already."""
    values = {
        "door": f"{bucket[:LONGEST_BUCKET]}|{window.total_seconds():.0f}",
        "since": window_start(now, window),
        "most": limit,
    }
    door = session.connection()
    return _COUNT[door.dialect.name].first(door, values) is not None


def forget_old(session: Session, now: datetime) -> int:
    """Take away the windows of the past and the names nobody tried for long; returns how many went."""
    old_window = and_(Throttle.blocked_until.is_(None), Throttle.window_start < now - KEPT)
    gone: CursorResult[tuple[()]] = session.execute(  # type: ignore[assignment]
        delete(Throttle).where(or_(old_window, Throttle.blocked_until < now - NAMES_KEPT))
    )
    return gone.rowcount
