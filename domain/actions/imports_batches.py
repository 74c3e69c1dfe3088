"""Batches of imports as rows: make one, find one, move it from state to state, keep what was found. Used by `imports`.

Every move is guarded by the state it leaves, and where a run goes on by the progress it knows, so that two runs of one
batch cannot both go on.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from domain.actions.imports_reading import in_business_currency, options_json
from domain.portfolio.book import Book
from domain.portfolio.cells import Options
from domain.portfolio.problems import sentence_json
from domain.portfolio.totals import Report
from domain.records.names import new_ref
from domain.transaction import transaction
from domain.words import N_, Gone, Sentence
from models import ImportBatch, ImportRow


class Overtaken(Exception):
    """Another run took this batch over; the run that learns it stops quietly."""


def new_batch(
    session: Session,
    path: str,
    filename: str,
    profile: str,
    options: Options,
    state: str,
    by: str,
    now: datetime,
) -> ImportBatch:
    options = in_business_currency(session, options)
    batch = ImportBatch(
        ref=new_ref(),
        profile=profile[:40],
        filename=filename[:200],
        file_hash="",
        file_path=path,
        options=options_json(options),
        mapping=dict(options.mapping),
        state=state,
        totals={"beat": now.isoformat()},
        created_by=by,
        created_at=now,
    )
    session.add(batch)
    session.flush()
    return batch


def finish_check(batch_id: int, book: Book, report: Report, now: datetime) -> None:
    values = result(book, report, now)
    with transaction() as session:
        if not move(session, batch_id, "reading", "checked", was=report.read, **values):
            raise Overtaken


def finish_staging(batch_id: int, book: Book, report: Report, now: datetime) -> None:
    with transaction() as session:
        if not move(session, batch_id, "staging", "staged", was=report.read, **result(book, report, now)):
            raise Overtaken


def result(book: Book, report: Report, now: datetime) -> dict[str, Any]:
    """What a batch keeps of a file that was read."""
    said = {
        "headings": list(book.table.headings),
        "sample": [list(row) for row in book.sample],
        "places": {name: book.table.headings[place] for name, place in book.columns.places.items()},
        "missing": list(book.columns.missing),
        "unused": list(book.columns.unused),
        "questions": [{"option": asked.option, **sentence_json(asked.sentence)} for asked in book.questions],
        "notes": [sentence_json(note) for note in book.table.notes],
        "controls": [sentence_json(said) for said in book.controls],
    }
    return {
        "file_hash": book.table.sha256,
        "as_of": book.as_of,
        "rows_read": report.read,
        "accepted": report.accepted,
        "warned": report.warned,
        "refused": report.refused,
        "already": report.already,
        "totals": report.totals() | said | beating(now),
    }


def find(session: Session, ref: str) -> ImportBatch:
    batch = session.scalars(select(ImportBatch).where(ImportBatch.ref == ref)).first()
    if batch is None:
        raise Gone(Sentence(N_("This import is not here any more.")))
    return batch


def move(
    session: Session, batch_id: int, state: str, to: str, *, was: int | None = None, **values: Any
) -> bool:
    """Move a batch from one state to another, from the progress it `was` at where given; False when it had moved on."""
    guard = [ImportBatch.id == batch_id, ImportBatch.state == state]
    if was is not None:
        guard.append(ImportBatch.progress == was)
    moved: CursorResult[tuple[()]] = session.execute(  # type: ignore[assignment]
        update(ImportBatch).where(*guard).values(state=to, **values)
    )
    return moved.rowcount == 1


def restart(session: Session, batch_id: int, state: str, seen: int, now: datetime) -> bool:
    """Begin a run of a batch anew from its first line, unless another one has moved on meanwhile."""
    if not move(session, batch_id, state, state, was=seen, progress=0, totals=beating(now)):
        return False
    session.execute(delete(ImportRow).where(ImportRow.batch_id == batch_id))
    return True


def fail(batch_id: int, state: str, sentence: Sentence, now: datetime) -> None:
    with transaction() as session:
        session.execute(delete(ImportRow).where(ImportRow.batch_id == batch_id))
        move(session, batch_id, state, "failed", problem=json.dumps(sentence_json(sentence)), accepted=0,
              totals=beating(now))  # fmt: skip


def forget(batch_id: int) -> None:
    """Leave no trace of a batch from the command line that made nothing; one that became live is left alone."""
    with transaction() as session:
        if session.scalar(select(ImportBatch.state).where(ImportBatch.id == batch_id)) in (
            "staging",
            "staged",
        ):
            session.execute(delete(ImportRow).where(ImportRow.batch_id == batch_id))
            session.execute(delete(ImportBatch).where(ImportBatch.id == batch_id))


def beating(now: datetime) -> dict[str, Any]:
    """A sign of life, by which the page tells a run that works from one that stopped."""
    return {"beat": now.isoformat()}


def remove_file(batch: ImportBatch) -> None:
    if batch.file_path:
        with suppress(OSError):
            Path(batch.file_path).unlink(missing_ok=True)
