"""Until when tries at a name are not checked, as anybody may be told who types it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from domain.records.tries import ALWAYS, name_bucket
from models import Throttle, db


def closed_until(name: str, now: datetime) -> datetime | None:
    """The end of the wait for this name, None when there is none. The same for names that nobody has."""
    until = db.session.scalar(
        select(Throttle.blocked_until).where(
            Throttle.bucket == name_bucket(name), Throttle.window_start == ALWAYS
        )
    )
    return until if until and until > now else None
