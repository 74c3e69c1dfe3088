"""Put what is due into files for the bank. Verbs: `build`, `build_due`.

Payments are claimed in chunks, each in a commit of its own with the lines of the file; then the batch is closed, and
its bytes are made of the rows (`batch_files`). So a process that ends anywhere leaves rows that the next run goes on
with. Several runs may build beside each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.actions.batch_files import finish
from domain.actions.payment_claims import claim_many
from domain.points import reach
from domain.records import batch_extras
from domain.records.batches import (
    CHUNK,
    add_debits,
    close,
    lines_of,
    open_batch,
    still_building,
    taken_minor,
)
from domain.records.planned_payments import due
from domain.records.tasks import open_task
from domain.transaction import transaction
from domain.words import N_, Money, Refused, Sentence
from gateways import registry
from gateways.files import FileGateway
from models import Batch, BatchLine, Payment

BY = "job:build_files"
TRIES = 5
"""How often a run begins a batch again that others began at the same instant; then something else is wrong."""
_BATCH = Batch.__table__


@dataclass(frozen=True, slots=True)
class Limits:
    """How many lines one file holds before the next is begun, and how much all files of a day may take (None: all).

    What does not fit into the day stays planned, and somebody is told.
    """

    lines_per_file: int = 100_000
    minor_per_day: int | None = None


DEFAULT = Limits()


def build_due(
    *, today: date, now: datetime, folder: Path | None, limits: Limits = DEFAULT, whole_day: bool = False
) -> int:
    """Build the files of every gateway whose cut-off has passed today (`whole_day`: as if it had); their number."""
    made = 0
    for way in _file_gateways():
        if way.leaves_on(today) == today and (whole_day or way.leaves_on(today, now) != today):
            made += len(build(way.name, today, today=today, now=now, by=BY, folder=folder, limits=limits))
    return made


def build(
    gateway: str,
    day: date,
    *,
    today: date,
    now: datetime,
    by: str,
    folder: Path | None,
    limits: Limits = DEFAULT,
) -> list[str]:
    """Claim all that is due for files of the gateway that leave on `day` and make the files; the refs of their batches.

    `folder` is where they are kept (None: they are made again when somebody asks). Raises Refused on a day on which no
    file can leave.
    """
    way = registry.by_file(gateway)
    if way.leaves_on(day) != day:
        raise Refused(Sentence(N_("Banks are closed on %(day)s: no file can leave."), {"day": day}), "day")
    _take_over(way, day)
    room = _Room(limits)
    built = []
    while (ref := _fill(way, day, today, now, by, room)) is not None:
        built.append(ref)
    finish(gateway, now=now, folder=folder)
    return built


def _take_over(way: FileGateway, day: date) -> None:
    """A file that somebody was ended at on an earlier day goes on as one of this day."""
    with transaction() as session:
        door = session.connection()
        begun = select(_BATCH.c.id).where(
            _BATCH.c.gateway == way.name, _BATCH.c.leaves_on < day, _BATCH.c.state == "building"
        )
        for batch_id in door.execute(begun.order_by(_BATCH.c.id).with_for_update()).scalars().all():
            last = select(func.coalesce(func.max(_BATCH.c.number), 0)).where(
                _BATCH.c.gateway == way.name, _BATCH.c.leaves_on == day
            )
            door.execute(
                update(_BATCH)
                .where(_BATCH.c.id == batch_id)
                .values(
                    leaves_on=day,
                    number=door.execute(last).scalar_one() + 1,
                    effective_on=way.effective_on(day),
                )
            )
            of = select(BatchLine.payment_id).where(BatchLine.batch_id == batch_id)
            door.execute(
                update(Payment.__table__)
                .where(Payment.id.in_(of), Payment.state == "pending")
                .values(expected_on=way.expected_on("bank", day))
            )


@dataclass(slots=True)
class _Room:
    """What the limits leave; `used_up` once the limit of the day stopped a file."""

    limits: Limits
    used_up: bool = False


def _begun(way: FileGateway, day: date, now: datetime, by: str, room: _Room) -> tuple[Any, int] | None:
    """The batch that is being built, or a new one, with how many lines it has; None when there is nothing for one."""
    for left in reversed(range(TRIES)):
        try:
            with transaction() as session:
                door = session.connection()
                if not _something(door, way, day, room):
                    return None
                batch = open_batch(door, way.name, way.currency, day, way.effective_on(day), now=now, by=by)
                batch_extras.add(door, batch, now=now)
                return batch, lines_of(door, batch.id)
        except IntegrityError:
            if not left:
                raise
            # Another run began this batch at the same instant: now it is there.
    return None


def _fill(way: FileGateway, day: date, today: date, now: datetime, by: str, room: _Room) -> str | None:
    """Fill the batch that is being built, or a new one; None when there is nothing for one."""
    begun = _begun(way, day, now, by, room)
    if begun is None:
        return None
    batch, lines = begun
    expected_on = way.expected_on("bank", day)
    while lines < room.limits.lines_per_file:
        most = min(CHUNK, room.limits.lines_per_file - lines)
        with transaction() as session:
            added = _chunk(session, way, batch, most, expected_on, today, now, by, room)
            reach("batch.chunk_before_commit")
        reach("batch.chunk_kept")
        if added is None:
            break
        lines += added
    with transaction() as session:
        door = session.connection()
        if still_building(door, batch.id) and not close(door, batch.id):
            return None
    reach("batch.closed")
    return str(batch.ref)


def _something(door: Connection, way: FileGateway, day: date, room: _Room) -> bool:
    """Whether there is anything for a file of the day, or one that somebody was ended at."""
    if not room.used_up and door.execute(due([way.name], day).limit(1)).first() is not None:
        return True
    begun = exists().where(
        _BATCH.c.gateway == way.name, _BATCH.c.leaves_on == day, _BATCH.c.state == "building"
    )
    return bool(door.execute(select(begun)).scalar_one()) or batch_extras.waiting(door, way.name)


def _chunk(
    session: Session, way: FileGateway, batch: Any, most: int, expected_on: date, today: date, now: datetime,
    by: str, room: _Room,
) -> int | None:  # fmt: skip
    """Claim up to `most` payments into the batch; how many lines that made, None when nothing is left for it."""
    door = session.connection()
    if not still_building(door, batch.id):
        return None
    most = _that_fit(door, batch, most, now, room)
    if not most or door.execute(due([batch.gateway], batch.leaves_on).limit(1)).first() is None:
        return None
    claimed = claim_many(
        session, batch.gateway, batch.leaves_on, limit=most, expected_on=expected_on, today=today, now=now, by=by
    )  # fmt: skip
    if claimed:
        add_debits(door, batch.id, claimed, way.trace_of)
    return len(claimed)


def _that_fit(door: Connection, batch: Any, most: int, now: datetime, room: _Room) -> int:
    """How many of the next `most` payments the limit of the day leaves room for; tells somebody when not all."""
    if room.limits.minor_per_day is None:
        return most
    left = room.limits.minor_per_day - taken_minor(door, batch.gateway, batch.leaves_on)
    ids = due([batch.gateway], batch.leaves_on).limit(most).correlate(None)
    amounts = (
        select(Payment.amount_minor + Payment.fee_minor)
        .where(Payment.id.in_(ids))
        .order_by(Payment.scheduled_on, Payment.id)
    )
    for count, amount in enumerate(door.execute(amounts).scalars().all()):
        left -= amount
        if left < 0:
            room.used_up = True
            most_money = Money(room.limits.minor_per_day, batch.currency)
            said = N_("The files of %(day)s take %(most)s at most. More is planned for the day and waits.")
            open_task(
                door, "bank_file", f"batch-limit:{batch.gateway}:{batch.leaves_on}",
                Sentence(said, {"day": batch.leaves_on, "most": most_money}), now=now, subject="batch",
                subject_id=batch.id,
            )  # fmt: skip
            return count
    return most


def _file_gateways() -> list[FileGateway]:
    return [registry.by_file(way.name) for way in registry.all_gateways() if "file" in way.abilities]
