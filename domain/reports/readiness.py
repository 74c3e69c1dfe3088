"""Whether this process can serve, and what about the installation needs somebody's look (safety O7). Read-only.

Each check has a name and one of three answers: ok, failed (no page should be asked for here), or look (pages work, and
somebody should see to it). No answer says more than that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from domain.reports import operating
from models import db

TICK_WITHIN = timedelta(minutes=3)
OUTBOX_WITHIN = timedelta(hours=1)
LOW_DISK_BYTES = 200 * 1024 * 1024
NAMES = ("database", "schema", "scheduler", "disk", "outbox", "unknown", "backup")


@dataclass(frozen=True, slots=True)
class Here:
    """What the edge knows of its process: whether it runs the duties, when one last ran, the bytes free on its disk."""

    migrations: Path
    scheduler: bool
    ran_at: datetime | None
    disk_free: int
    production: bool


def checks(here: Here, now: datetime) -> dict[str, str]:
    """Name -> ok, failed or look; what needs a database that does not answer is left out."""
    found = {"database": "ok" if _answers() else "failed"}
    if found["database"] == "ok":
        found["schema"] = _schema(here.migrations)
    if here.scheduler:
        ticked = here.ran_at is not None and here.ran_at > now - TICK_WITHIN
        found["scheduler"] = "ok" if ticked else "failed"
    found["disk"] = "ok" if here.disk_free >= LOW_DISK_BYTES else "failed"
    if found.get("schema") == "ok":
        found |= {name: "look" if wrong else "ok" for name, wrong in _worries(here, now).items()}
    return found


def _answers() -> bool:
    try:
        return db.session.scalar(select(1)) == 1
    except SQLAlchemyError:
        db.session.rollback()
        return False


def _schema(migrations: Path) -> str:
    try:
        return "ok" if operating.database(migrations).current else "failed"
    except SQLAlchemyError:
        db.session.rollback()
        return "failed"


def _worries(here: Here, now: datetime) -> dict[str, bool]:
    mails, unknown, kept = operating.outbox(now), operating.payments().oldest, operating.last_backup()
    return {
        "outbox": bool(mails.counts["dead"]) or (mails.oldest or now) < now - OUTBOX_WITHIN,
        "unknown": (unknown or now) < now - operating.ASK_A_HUMAN,
        "backup": here.production and (kept is None or kept < now - operating.BACKUP_EVERY),
    }
