"""How an installation runs: its timed duties, what waits to be sent, payments without an answer, the last backup, the
database. Read-only, and about nobody: counts and moments only, so that programs that watch may read them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text

from domain.rules.payment_states import ON_ITS_WAY
from models import Business, DutyRun, Outbox, Payment, db

LAST = "last"
"""The period of the row that says when a duty last ran."""
BACKUP = "backup"
"""The name under which a backup is written down."""
GRACE = timedelta(minutes=10)
"""A duty that has not run for three of its rounds and this long besides is late."""
BACKUP_EVERY = timedelta(hours=48)
"""A backup each night, and a night that may fail."""
ASK_A_HUMAN = timedelta(hours=12)
"""An outcome that is unknown for so long is somebody's work, well before a gateway forgets the key (safety O9)."""
WAITING = ("due", "sending", "dead")
"""States of a message that nobody got yet."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A timed duty: when it last ran, ended well and did something. `state` is well, failed, late or never."""

    name: str
    state: str
    ran_at: datetime | None = None
    well_at: datetime | None = None
    done_at: datetime | None = None
    done: int = 0
    failed: str = ""


def duties(timetable: Mapping[str, int], now: datetime) -> list[Duty]:
    """What the marks say of each duty of the timetable (name -> seconds between two ticks)."""
    marks = {mark.duty: mark for mark in db.session.scalars(select(DutyRun).where(DutyRun.period == LAST))}
    return [_duty(name, marks.get(name), every, now) for name, every in timetable.items()]


def _duty(name: str, mark: DutyRun | None, every: int, now: datetime) -> Duty:
    if mark is None:
        return Duty(name, "never")
    said, ran_at = mark.outcome, mark.finished_at or mark.started_at
    failed = str(said.get("failed", ""))
    late = ran_at < now - GRACE - timedelta(seconds=3 * every)
    return Duty(
        name, "failed" if failed else "late" if late else "well", ran_at, _moment(said.get("well_at")),
        _moment(said.get("done_at")), int(said.get("done", 0)), failed,
    )  # fmt: skip


def _moment(said: object) -> datetime | None:
    return datetime.fromisoformat(said) if isinstance(said, str) else None


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait, by state, and since when the oldest of them does."""

    counts: Mapping[str, int]
    oldest: datetime | None


def outbox(now: datetime) -> Queue:
    """Messages that nobody got yet; `oldest` is the one that should have gone out first."""
    rows = db.session.execute(
        select(Outbox.state, func.count()).where(Outbox.state.in_(WAITING)).group_by(Outbox.state)
    )
    counts = dict.fromkeys(WAITING, 0) | {row[0]: row[1] for row in rows}
    late = Outbox.state == "due", Outbox.not_before <= now
    return Queue(counts, db.session.scalar(select(func.min(Outbox.not_before)).where(*late)))


def payments() -> Queue:
    """Payments on their way; `oldest` is when the first of those was begun whose outcome is unknown."""
    rows = db.session.execute(
        select(Payment.state, func.count()).where(Payment.state.in_(ON_ITS_WAY)).group_by(Payment.state)
    )
    counts = dict.fromkeys(ON_ITS_WAY, 0) | {row[0]: row[1] for row in rows}
    unknown = select(func.min(Payment.begun_at)).where(Payment.state == "unknown")
    return Queue(counts, db.session.scalar(unknown))


def stopped() -> bool:
    """Whether all payments are stopped, as after a restore."""
    return bool(db.session.scalar(select(Business.payments_paused)))


def last_backup() -> datetime | None:
    """When `flask backup` last ended well, as far as this database knows."""
    query = select(DutyRun.finished_at).where(DutyRun.duty == BACKUP, DutyRun.period == LAST)
    return db.session.scalar(query)


@dataclass(frozen=True, slots=True)
class Database:
    """Its sort and version in words, the schema it is at, and the one that this program wants."""

    name: str
    schema: str
    wanted: str

    @property
    def current(self) -> bool:
        return self.schema == self.wanted


def database(migrations: Path) -> Database:
    """Raises SQLAlchemyError when the database does not answer or was never migrated."""
    sqlite = db.engine.dialect.name == "sqlite"
    asked = "SELECT sqlite_version()" if sqlite else "SHOW server_version"
    version = str(db.session.scalar(text(asked)))
    schema = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    return Database(f"{'SQLite' if sqlite else 'PostgreSQL'} {version}", str(schema), head(migrations))


def head(migrations: Path) -> str:
    """The schema that this program is written for."""
    return ScriptDirectory(str(migrations)).get_current_head() or ""
