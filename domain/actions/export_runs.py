"""Everything in one archive, made in the background. Verbs: `ask`, `write_next`, `note_taken`, `remove_old`.

A run is claimed in the database by whoever ticks first and shows a sign of life as it goes on. One whose writer was
ended is begun again from the start: its archive only gets its name when it is whole.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import or_, select, update

from domain.access import Scope
from domain.actions import everything
from domain.records.names import new_ref
from domain.records.words_out import audit
from domain.transaction import rows_changed, transaction
from domain.words import N_, Gone, Sentence
from models import ExportRun

SILENT = timedelta(minutes=2)
"""After this long without a sign of life a run is anybody's again."""
KEPT = timedelta(hours=24)
"""How long an archive lies there. It is not sealed, as it can be larger than memory: so it does not lie long."""
FOLDER = "exports"
"""Where archives lie, below the folder of the installation."""
Clock = Callable[[], datetime]


class Overtaken(Exception):
    """Somebody else writes this run now; the one who learns it stops quietly."""


def ask(*, who: Scope, now: datetime, address: str = "", device: str = "") -> str:
    """Ask for an archive; its ref. While one waits or is written, that one is meant. Raises NotAllowed."""
    who.require("export_all")
    with transaction() as session:
        waiting = session.scalar(
            select(ExportRun.ref).where(ExportRun.state.in_(("waiting", "running"))).limit(1)
        )
        if waiting:
            return waiting
        run = ExportRun(ref=new_ref(), asked_at=now, asked_by=who.by)
        session.add(run)
        session.flush()
        audit(
            session, by=who.by, action="export.asked", subject="export", subject_id=run.id, at=now,
            address=address, device=device,
        )  # fmt: skip
        return run.ref


def write_next(folder: Path, uploads: Path, clock: Clock) -> bool:
    """Write the archive of the oldest run that nobody writes into `folder`; False where there is none."""
    claimed = _claim(clock())
    if claimed is None:
        return False
    run_id, ref, begun_at = claimed
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A name of its own: whoever was thought ended may still be writing.
    part, whole = folder / f"{ref}.{secrets.token_hex(4)}.part", folder / f"{ref}.zip"
    life = _Life(run_id, begun_at, clock)
    try:
        everything.write_archive(part, uploads, now=clock(), tell=life.beat)
        life.still_mine()
        digest, size = _sha256(part), part.stat().st_size
        os.replace(part, whole)
        life.end("done", path=whole.name, size=size, sha256=digest)
    except Overtaken:
        part.unlink(missing_ok=True)
        return True
    except OSError as fault:
        with suppress(Overtaken):
            life.end("failed", problem=(fault.strerror or "")[:300])
    for left in folder.glob(f"{ref}.*.part"):
        left.unlink(missing_ok=True)
    return True


def note_taken(ref: str, *, who: Scope, now: datetime, address: str, device: str) -> str:
    """Write down that somebody takes an archive away; the name of its file. Raises NotAllowed, Gone."""
    who.require("export_all")
    with transaction() as session:
        run = session.scalar(select(ExportRun).where(ExportRun.ref == ref))
        if run is None or run.state != "done" or run.removed_at is not None:
            raise Gone(Sentence(N_("This archive is not here any more. Ask for a new one.")))
        audit(
            session, by=who.by, action="export.taken", subject="export", subject_id=run.id, at=now,
            detail={"size": run.size, "sha256": run.sha256}, address=address, device=device,
        )  # fmt: skip
        return run.path


def remove_old(folder: Path, *, now: datetime) -> int:
    """Take away archives that were done a day ago; how many. The file goes first, so none is left behind."""
    with transaction() as session:
        old = session.execute(
            select(ExportRun.id, ExportRun.path).where(
                ExportRun.state == "done", ExportRun.removed_at.is_(None), ExportRun.finished_at <= now - KEPT
            )
        ).all()
    for run_id, name in old:
        (folder / name).unlink(missing_ok=True)
        with transaction() as session:
            session.execute(update(ExportRun).where(ExportRun.id == run_id).values(removed_at=now))
            audit(
                session,
                by="job:exports",
                action="export.removed",
                subject="export",
                subject_id=run_id,
                at=now,
            )
    return len(old)


def _claim(now: datetime) -> tuple[int, str, datetime] | None:
    free = or_(
        ExportRun.state == "waiting",
        (ExportRun.state == "running") & or_(ExportRun.beat_at.is_(None), ExportRun.beat_at < now - SILENT),
    )
    with transaction() as session:
        found = session.execute(
            select(ExportRun.id, ExportRun.ref).where(free).order_by(ExportRun.id).limit(1)
        ).first()
        mine = found and rows_changed(
            session,
            update(ExportRun)
            .where(ExportRun.id == found.id, free)
            .values(state="running", beat_at=now, done=0, total=0)
            .execution_options(synchronize_session=False),
        )
        return (found.id, found.ref, now) if found and mine else None


class _Life:
    """The signs of life of a run: each goes on from the last one this writer gave."""

    def __init__(self, run_id: int, begun_at: datetime, clock: Clock) -> None:
        self.run_id, self.last, self.clock = run_id, begun_at, clock

    def beat(self, done: int, total: int) -> None:
        """Say how far it is. Raises Overtaken when another writer has begun the run again."""
        self._set(done=done, total=total)

    def still_mine(self) -> None:
        """Raises Overtaken when it is another's."""
        self._set()

    def end(self, state: str, **values: object) -> None:
        self._set(state=state, finished_at=self.clock(), **values)

    def _set(self, **values: object) -> None:
        now = self.clock()
        with transaction() as session:
            changed = rows_changed(
                session,
                update(ExportRun)
                .where(
                    ExportRun.id == self.run_id, ExportRun.state == "running", ExportRun.beat_at == self.last
                )
                .values(beat_at=now, **values)
                .execution_options(synchronize_session=False),
            )
        if not changed:
            raise Overtaken
        self.last = now


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
