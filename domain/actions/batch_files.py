"""The bytes of files for the bank, made of the rows of a closed batch. Verbs: `write`, `finish`, `content`, `take_out`.

The same rows give the same bytes, which their hash holds: a file that was lost is made again, never another one.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from domain.actions import kept_files
from domain.actions.batch_lines import Pages, drop_unwritable, keep_traces
from domain.points import reach
from domain.records.tasks import open_task
from domain.records.words_out import audit
from domain.sealing import CannotOpen
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Sentence
from gateways import registry
from gateways.files import FileOrder, FileRefused, WrittenFile
from models import Batch

TO_TAKE = ("written", "handed_over", "accepted")
"""The states of a file that may still go to the bank, or has."""


def finish(gateway: str, *, now: datetime, folder: Path | None) -> int:
    """Make the files of batches that were closed and never written, by whoever was ended before it could."""
    unmade = select(Batch.ref).where(
        Batch.gateway == gateway, Batch.state == "written", Batch.file_hash == ""
    )
    with transaction() as session:
        refs = session.scalars(unmade.order_by(Batch.id)).all()
    for ref in refs:
        write(ref, now=now, folder=folder)
    return len(refs)


def write(ref: str, *, now: datetime, folder: Path | None) -> str:
    """Make the file of a batch and keep its hash, totals and the bank's names of its lines; the file's name.

    A line that the format cannot carry is left out, and its payment did not go through; without any line left there is
    no file (""). Safe to repeat. Raises RuntimeError when the bytes are not those that were made before.
    """
    batch = find(ref)
    if batch.state == "building":
        raise Conflict(Sentence(N_("This file is still being put together.")))
    made = _made(batch, now)
    if made is None:
        return ""
    written, pages = made
    reach("batch.made")
    drop_unwritable(pages.unwritable, batch, now=now)
    kept = kept_files.keep(folder, batch.ref, written.content) if folder is not None else ""
    keep_traces({line: trace for line, trace in written.traces.items() if line in pages.unnamed})
    digest = hashlib.sha256(written.content).hexdigest()
    if batch.file_hash not in ("", digest):
        raise RuntimeError(f"batch {ref}: the file made again is not the one made before")
    if written.debit_minor != pages.debit_minor or written.count != pages.written:
        raise RuntimeError(f"batch {ref}: the file and its lines do not agree")
    values = {
        "count": written.count, "debit_minor": written.debit_minor, "credit_minor": written.credit_minor,
        "control": written.control, "file_name": written.name, "file_hash": digest, "file_path": kept,
    }  # fmt: skip
    with transaction() as session:
        session.execute(update(Batch).where(Batch.id == batch.id).values(**values))
        audit(
            session, by=batch.made_by, action="batch.written", subject="batch", subject_id=batch.id, at=now,
            detail={"count": written.count, "debit_minor": written.debit_minor, "hash": digest},
        )  # fmt: skip
        reach("batch.written_before_commit")
    return written.name


def _made(batch: Any, now: datetime) -> tuple[WrittenFile, Pages] | None:
    """The file without the lines that it cannot carry; None when that leaves nothing, and the batch is cancelled."""
    while True:
        try:
            return _make(batch)
        except FileRefused as refused:
            if refused.line is not None:
                drop_unwritable([refused.line], batch, now=now)
                continue
            with transaction() as session:
                session.execute(update(Batch).where(Batch.id == batch.id).values(state="cancelled"))
                said = N_("A file for the bank could not be made: %(why)s")
                open_task(
                    session, "bank_file", f"batch-unmade:{batch.ref}", Sentence(said, {"why": refused.sentence}),
                    now=now, subject="batch", subject_id=batch.id,
                )  # fmt: skip
            return None


def _make(batch: Any) -> tuple[WrittenFile, Pages]:
    way = registry.by_file(batch.gateway)
    pages = Pages(batch.id, way, batch.count)
    order = FileOrder(batch.ref, batch.number, batch.made_at, batch.effective_on, batch.currency, pages)
    return way.write(order), pages


def content(ref: str, *, folder: Path) -> tuple[str, bytes]:
    """(name, bytes) of a file that was written: as it was kept, or made again. Raises Gone, Conflict."""
    batch = find(ref)
    if not batch.file_hash:
        raise Conflict(Sentence(N_("This file is still being put together.")))
    try:
        found = kept_files.read(folder, batch.file_path) if batch.file_path else b""
    except (FileNotFoundError, CannotOpen):
        found = b""
    if hashlib.sha256(found).hexdigest() != batch.file_hash:
        found = _make(batch)[0].content
    if hashlib.sha256(found).hexdigest() != batch.file_hash:
        raise Conflict(
            Sentence(N_("This file cannot be made again: an account in it was changed since it was written."))
        )
    return batch.file_name, found


def take_out(ref: str, *, folder: Path, now: datetime, by: str) -> tuple[str, bytes]:
    """`content` for somebody who carries it to the bank: from now on the bank may have it, so who and when is kept.

    Raises Gone, and Conflict for a file that was taken apart: its payments go into another one.
    """
    found = content(ref, folder=folder)
    with transaction() as session:
        noted = (
            update(Batch)
            .where(Batch.ref == ref, Batch.state.in_(TO_TAKE))
            .values(downloaded_at=now, downloaded_by=by)
            .returning(Batch.id)
        )
        batch_id = session.execute(noted).scalar()
        if batch_id is None:
            said = N_(
                "This file was taken apart. Its payments go into another one, so it must not reach the bank."
            )
            raise Conflict(Sentence(said))
        audit(session, by=by, action="batch.downloaded", subject="batch", subject_id=batch_id, at=now)
    return found


def find(ref: str) -> Any:
    with transaction() as session:
        batch = session.execute(select(Batch.__table__).where(Batch.__table__.c.ref == ref)).first()
    if batch is None:
        raise Gone(Sentence(N_("There is no such file.")))
    return batch
