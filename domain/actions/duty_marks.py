"""When each timed duty last ran and how it ended, written down for whoever watches over an installation.

Verbs: `Marks.run` around a tick, `keep` for what runs by itself (a backup). One row of `DutyRun` per duty, of the
period "last". Duties tick every few seconds, so a process writes at most once a minute for each, and at once when one
begins to fail or recovers. That nothing could be written down never ends a duty: the mark is what is late then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from domain.reports.operating import LAST
from domain.transaction import transaction
from models import DutyRun

EVERY = timedelta(minutes=1)
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
log = structlog.get_logger()


@dataclass(slots=True)
class _Kept:
    """What this process wrote last of a duty, and what it has done since."""

    at: datetime
    failed: str
    done: int = 0


class Marks:
    """The duties of one process. `timetable`: each name and the seconds between two ticks. `since`: when the first one
    ran here. `ran_at`: when the last one did whose mark the database took, or did not need."""

    def __init__(self, timetable: Mapping[str, int]) -> None:
        self.timetable = timetable
        self.since: datetime | None = None
        self.ran_at: datetime | None = None
        self._kept: dict[str, _Kept] = {}

    def run(self, name: str, work: Callable[[], object], clock: Callable[[], datetime]) -> None:
        """Do it. A fault is logged, and the next tick tries again."""
        began, failed, done = clock(), "", 0
        self.since = self.since or began
        try:
            done = _count(work())
        except Exception as fault:
            failed = type(fault).__name__
            log.error("duty_failed", duty=name, exc_info=fault)
        try:
            self._mark(name, began, clock(), failed, done)
        except SQLAlchemyError as fault:
            log.error("duty_mark_failed", duty=name, exc_info=fault)
        else:
            self.ran_at = clock()

    def _mark(self, name: str, began: datetime, now: datetime, failed: str, done: int) -> None:
        last = self._kept.get(name)
        if last is not None and last.failed == failed and now - last.at < EVERY:
            last.done += done
            return
        keep(name, began=began, now=now, failed=failed, done=done + (last.done if last else 0))
        self._kept[name] = _Kept(now, failed)


def keep(name: str, *, began: datetime, now: datetime, failed: str = "", done: int = 0) -> None:
    """Write down that `name` ran: `failed` is the kind of fault or "", `done` how much it did. Safe to repeat."""
    with transaction() as session:
        row = {"duty": name, "period": LAST, "started_at": began, "outcome": {}}
        insert = _INSERTS[session.get_bind().dialect.name](DutyRun.__table__).values(row)
        session.execute(insert.on_conflict_do_nothing(index_elements=["duty", "period"]))
        query = select(DutyRun).where(DutyRun.duty == name, DutyRun.period == LAST).with_for_update()
        mark = session.scalars(query).one()
        said = dict(mark.outcome)
        if not failed:
            said["well_at"] = now.isoformat()
        if done:
            said |= {"done": done, "done_at": now.isoformat()}
        mark.started_at, mark.finished_at, mark.outcome = began, now, said | {"failed": failed}


def _count(result: object) -> int:
    return int(result) if isinstance(result, int) else 0
