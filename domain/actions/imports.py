"""Bring a loan book in. Verbs: `dry_run`, `begin`, `check`, `accept`, `bring_in`, `resume`, `answer`,
`abandon`, and `bring_in_file` for the command line.

A batch is checked (its problems kept, nothing prepared), staged in chunks that each are a short transaction, and made
live in one guarded step, or not at all. `progress` counts the lines handled; each chunk moves it from the number it
knows, so a second run of the same batch stops at its first chunk. What happened to a batch before it is live can be
begun again from the file; undoing a live one is `imports_undo`.

`clock` tells the time while a long run goes on; the edge that starts the run gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import CursorResult, delete, insert, update
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from domain.actions import imports_live
from domain.actions.imports_batches import (
    Overtaken,
    beating,
    fail,
    find,
    finish_check,
    finish_staging,
    forget,
    move,
    new_batch,
    remove_file,
    restart,
)
from domain.actions.imports_reading import (
    Judged,
    chunks,
    in_business_currency,
    judge,
    opened,
)
from domain.portfolio.book import Book, open_book
from domain.portfolio.cells import Options
from domain.portfolio.totals import Report
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Conflict, DomainError, Refused, Sentence
from models import ImportBatch, ImportRow

# Postgres: two imports that wait for each other, or that it could not put in order.
_RETRY = ("40P01", "40001")
Clock = Callable[[], datetime]
_ADD_ROWS = insert(ImportRow.__table__)


def dry_run(path: Path, profile: str, options: Options) -> tuple[Book, Report]:
    """Read a file as an import would and report; nothing is written. Raises Refused where it cannot be read."""
    with transaction() as session:
        options = in_business_currency(session, options)
    book = open_book(path, profile, options)
    book.require_readable()
    report = Report()
    for chunk in chunks(book):
        with transaction() as session:
            judged = judge(session, book, chunk)
        _count(report, judged)
    return book, report


def begin(path: Path, filename: str, profile: str, options: Options, *, by: str, now: datetime) -> str:
    """A new batch for an uploaded file, waiting to be checked; returns its ref."""
    with transaction() as session:
        batch = new_batch(session, str(path), filename, profile, options, "reading", by, now)
        return batch.ref


def check(ref: str, *, now: datetime, clock: Clock | None = None) -> None:
    """Read the file of a batch from its beginning and keep its problems and sums; the batch is then checked or failed.

    Does nothing when the batch is not waiting to be read. Missing columns and open questions leave it checked with
    nothing accepted, so that the page can ask.
    """
    clock = clock or (lambda: now)
    with transaction() as session:
        batch = find(session, ref)
        if batch.state != "reading" or not restart(session, batch.id, "reading", batch.progress, clock()):
            return
    try:
        book = opened(batch)
        report = Report()
        asked = bool(book.columns.missing or book.questions)
        if not asked:
            _walk(batch.id, "reading", book, report, clock, prepared=False)
        finish_check(batch.id, book, report, clock())
    except Overtaken:
        return
    except Refused as refused:
        fail(batch.id, "reading", refused.sentence, clock())


def accept(ref: str, *, by: str, now: datetime) -> bool:
    """A person says that a checked batch is to be brought in: from now on it waits to be staged. False when it is not
    checked (any more), so a second click changes nothing.
    """
    with transaction() as session:
        batch = find(session, ref)
        if batch.accepted < 1 or not move(
            session, batch.id, "checked", "staging", progress=0, totals=batch.totals | beating(now)
        ):
            return False
        session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))
        audit(session, by=by, action="import.accepted", subject="import", subject_id=batch.id, at=now)
        return True


def bring_in(ref: str, *, by: str, now: datetime, clock: Clock | None = None) -> None:
    """Stage a checked batch and make it live. A second call while one runs, or after it, changes nothing.

    What goes wrong on the way is written on the batch, which is then failed and may be checked again.
    """
    if accept(ref, by=by, now=now):
        resume(ref, by=by, now=now, clock=clock)


def bring_in_file(
    path: Path,
    filename: str,
    profile: str,
    options: Options,
    *,
    by: str,
    now: datetime,
    clock: Clock | None = None,
) -> tuple[Book, Report]:
    """A file from the command line, read, staged and made live in one go. Raises Refused or Conflict; then no
    agreement was made. Where every line is here already, nothing is written.
    """
    clock = clock or (lambda: now)
    with transaction() as session:
        options = in_business_currency(session, options)
    book = open_book(path, profile, options)
    book.require_readable()
    with transaction() as session:
        batch = new_batch(session, "", filename, profile, options, "staging", by, now)
        batch.as_of, batch.file_hash = book.as_of, book.table.sha256
    report = Report()
    try:
        _walk(batch.id, "staging", book, report, clock, prepared=True)
        if report.accepted:
            finish_staging(batch.id, book, report, clock())
            _make_live(batch.id, by, clock())
    except BaseException:
        with suppress(SQLAlchemyError):
            forget(batch.id)
        raise
    if not report.accepted:
        forget(batch.id)
    return book, report


def resume(ref: str, *, by: str, now: datetime, clock: Clock | None = None) -> None:
    """Do what a batch waits for: read it, stage it from its first line, or make it live.

    Also goes on with one whose run stopped; that run, if it still lives, stops at its next chunk.
    """
    clock = clock or (lambda: now)
    with transaction() as session:
        batch = find(session, ref)
        if batch.state == "staging" and (
            not batch.file_path or not restart(session, batch.id, "staging", batch.progress, clock())
        ):
            return
    if batch.state == "reading":
        check(ref, now=now, clock=clock)
    elif batch.state == "staging":
        _stage_and_make_live(batch, by, clock)
    elif batch.state == "staged":
        _try_live(batch, by, clock)


def answer(
    ref: str, mapping: Mapping[str, str], as_of: date | None, due_day: int, decimal: str, date_order: str
) -> None:
    """What a person says about a file after it was looked at; the batch is to be read again. Raises Conflict."""
    with transaction() as session:
        batch = find(session, ref)
        kept = batch.options | {"due_day": due_day, "decimal": decimal, "date_order": date_order}
        kept["as_of"] = as_of.isoformat() if as_of else ""
        for state in ("checked", "failed"):
            if move(
                session,
                batch.id,
                state,
                "reading",
                progress=0,
                options=kept,
                mapping=dict(mapping),
                problem="",
            ):
                return
    raise _too_late()


def abandon(ref: str, *, by: str, now: datetime) -> None:
    """Forget a batch that is not live, its lines and its file. Raises Conflict for one that is."""
    with transaction() as session:
        batch = find(session, ref)
        if batch.state in ("live", "undone"):
            raise _too_late()
        session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))
        session.execute(delete(ImportBatch).where(ImportBatch.id == batch.id))
        audit(session, by=by, action="import.abandoned", subject="import", subject_id=batch.id, at=now,
              detail={"file": batch.filename})  # fmt: skip
    remove_file(batch)


def _walk(batch_id: int, state: str, book: Book, report: Report, clock: Clock, *, prepared: bool) -> None:
    """Judge every line and keep it: all that are new when staging, those with problems when only checking."""
    for chunk in chunks(book):
        with transaction() as session:
            judged = judge(session, book, chunk)
            before = report.read
            _count(report, judged)
            rows = [
                {"batch_id": batch_id, "line": line.number, "line_hash": line.hash, "outcome": outcome,
                 "problems": [problem.as_json() for problem in line.problems],
                 "prepared": (line.prepared or {}) if prepared else {}, "agreement_id": None}
                for line, outcome in judged
                if outcome != "already" and (prepared or line.problems)
            ]  # fmt: skip
            moved: CursorResult[tuple[()]] = session.execute(  # type: ignore[assignment]
                update(ImportBatch)
                .where(ImportBatch.id == batch_id, ImportBatch.state == state, ImportBatch.progress == before)
                .values(progress=report.read, totals=beating(clock()))
            )
            if moved.rowcount != 1:
                raise Overtaken
            if rows:
                session.execute(_ADD_ROWS, rows)


def _count(report: Report, judged: Iterable[Judged]) -> None:
    for line, outcome in judged:
        report.add(line.number, outcome, line.problems, line.prepared)


def _stage_and_make_live(batch: ImportBatch, by: str, clock: Clock) -> None:
    try:
        book = opened(batch)
        if book.table.sha256 != batch.file_hash:
            raise Refused(Sentence(N_("The file was changed since it was checked. Upload it again.")))
        report = Report()
        _walk(batch.id, "staging", book, report, clock, prepared=True)
        finish_staging(batch.id, book, report, clock())
    except Overtaken:
        return
    except DomainError as refused:
        fail(batch.id, "staging", refused.sentence, clock())
        return
    _try_live(batch, by, clock)


def _try_live(batch: ImportBatch, by: str, clock: Clock) -> None:
    try:
        _make_live(batch.id, by, clock())
    except DomainError as refused:
        fail(batch.id, "staged", refused.sentence, clock())
        return
    remove_file(batch)


def _make_live(batch_id: int, by: str, now: datetime) -> None:
    """The guarded step. Raises Conflict, having written nothing, when numbers of the file were taken meanwhile."""
    try:
        with transaction() as session:
            if not move(session, batch_id, "staged", "live", live_at=now, problem=""):
                return
            batch = session.get_one(ImportBatch, batch_id)
            made = imports_live.make(session, batch, by=by, now=now)
            if not made:
                raise Refused(Sentence(N_("No line of this file brings anything in.")))
            audit(session, by=by, action="import.live", subject="import", subject_id=batch_id, at=now,
                  detail={"agreements": made, "file": batch.filename})  # fmt: skip
    except DBAPIError as error:
        if not isinstance(error, IntegrityError) and getattr(error.orig, "sqlstate", "") not in _RETRY:
            raise
        raise Conflict(
            Sentence(
                N_("Agreements or people of this file came in another way meanwhile. Check the file again.")
            )
        ) from error


def _too_late() -> Conflict:
    return Conflict(Sentence(N_("This import has gone on since you opened the page. Look at it again.")))
