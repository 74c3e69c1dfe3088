"""What becomes of a file for the bank: handed over, answered, withdrawn. Verbs: `hand_over`, `answer`, `withdraw`.

A file that no bank took is taken apart in chunks: its payments are planned again and go into the next file.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from domain.actions.batch_files import find
from domain.points import reach
from domain.records import batch_extras
from domain.records.batches import UNWRITABLE, unfile
from domain.records.tasks import close_task
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Conflict, Sentence
from gateways import registry
from models import Batch, BatchLine, Payment

BY = "job:build_files"
MAY_BE_THERE = N_(
    "This file was downloaded, so the bank may have it: taken apart now, its payments would be debited twice."
    " Make sure first that nobody sent it."
)
_BATCH = Batch.__table__


def hand_over(ref: str, *, today: date, now: datetime, by: str) -> bool:
    """Note that the bank has the file; False when it was noted before. A file that went late settles later."""
    batch = find(ref)
    if not batch.file_hash:
        raise Conflict(Sentence(N_("This file is still being put together.")))
    with transaction() as session:
        if not _moved(session, batch.id, ("written",), "handed_over", handed_over_at=now, handed_over_by=by):
            return False
        if today > batch.leaves_on:
            way = registry.by_file(batch.gateway)
            late = way.expected_on("bank", way.leaves_on(today))
            of = select(BatchLine.payment_id).where(BatchLine.batch_id == batch.id)
            session.execute(
                update(Payment)
                .where(Payment.id.in_(of), Payment.state == "pending")
                .values(expected_on=late)
                .execution_options(synchronize_session=False)
            )
        close_task(session, f"batch-waits:{ref}", now=now, by=by)
        audit(session, by=by, action="batch.handed_over", subject="batch", subject_id=batch.id, at=now)
    return True


def answer(ref: str, accepted: bool, note: str, *, now: datetime, by: str) -> bool:
    """Note what the bank said of the whole file. Refused: its payments are planned again and go into the next file."""
    batch = find(ref)
    state = "accepted" if accepted else "refused"
    with transaction() as session:
        if not _moved(session, batch.id, ("handed_over",), state, note=note[:300]):
            return False
        audit(
            session, by=by, action=f"batch.{state}", subject="batch", subject_id=batch.id, at=now,
            detail={"note": note[:300]},
        )  # fmt: skip
    if not accepted:
        _take_apart(batch, now, by)
    return True


def withdraw(ref: str, *, sure: bool = False, now: datetime, by: str) -> bool:
    """Take a file apart that no bank has; its payments are planned again.

    Somebody may have carried a file that was downloaded to the bank, which would then debit twice: raises Conflict
    unless they are `sure`.
    """
    batch = find(ref)
    with transaction() as session:
        downloaded = select(_BATCH.c.downloaded_at).where(_BATCH.c.id == batch.id).with_for_update()
        downloaded_at = session.scalar(downloaded)
        if batch.state == "written" and downloaded_at is not None and not sure:
            raise Conflict(Sentence(MAY_BE_THERE))
        if not _moved(session, batch.id, ("written",), "cancelled"):
            return False
        close_task(session, f"batch-waits:{ref}", now=now, by=by)
        audit(
            session, by=by, action="batch.withdrawn", subject="batch", subject_id=batch.id, at=now,
            detail={"downloaded": downloaded_at is not None},
        )  # fmt: skip
    _take_apart(batch, now, by)
    return True


def take_apart_rest(*, now: datetime) -> int:
    """Go on where somebody was ended while they took a file apart; how many lines that gave back."""
    left = exists().where(
        BatchLine.batch_id == Batch.id, BatchLine.outcome == "", BatchLine.code != UNWRITABLE
    )
    with transaction() as session:
        batches = session.execute(select(_BATCH).where(Batch.state.in_(("refused", "cancelled")), left)).all()
    return sum(_take_apart(batch, now, BY) for batch in batches)


def _take_apart(batch: Any, now: datetime, by: str) -> int:
    lines = 0
    while True:
        with transaction() as session:
            found = unfile(session.connection(), batch, now=now, by=by)
            batch_extras.give_back(session.connection(), found)
            reach("batch.unfiled_before_commit")
        lines += len(found)
        if not found:
            return lines


def _moved(session: Session, batch_id: int, before: tuple[str, ...], after: str, **values: Any) -> bool:
    change = update(_BATCH).where(
        _BATCH.c.id == batch_id, _BATCH.c.state.in_(before), _BATCH.c.file_hash != ""
    )
    return bool(session.execute(change.values(state=after, **values).returning(_BATCH.c.id)).first())
