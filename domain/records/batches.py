"""Files for the bank as rows: open one, put lines into it, close it, take it apart. Inside the caller's transaction.

Lines are added under the lock of their batch and only while that is being built, so one that was closed never grows and
its file can be made again with the same bytes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, String, cast, func, insert, literal, select, update

from domain.records.bulk import add_many, next_ids
from domain.records.ready_made import ReadyMade
from models import Batch, BatchLine, Payment, PaymentEvent

CHUNK = 2_000
"""How many payments are claimed in one commit: what a commit costs is then spread over many."""
CLASS_OF_CHANNEL = {"phone": "TEL", "counter": "PPD"}
"""The ACH class of a debit whose permission is not kept as a mandate; WEB for what was allowed on a page."""
UNWRITABLE = "unwritable"
"""The code of a line that the file could not carry; it is left out of it."""

_BATCH = Batch.__table__
_LINE = ReadyMade(insert(BatchLine.__table__))
_EVENT = ReadyMade(insert(PaymentEvent.__table__))


def open_batch(
    door: Connection,
    gateway: str,
    currency: str,
    leaves_on: date,
    effective_on: date,
    *,
    now: datetime,
    by: str,
) -> Any:
    """The batch of the day that is being built, locked; a new one where there is none."""
    of_day = select(_BATCH).where(_BATCH.c.gateway == gateway, _BATCH.c.leaves_on == leaves_on)
    building = door.execute(of_day.where(_BATCH.c.state == "building").with_for_update()).first()
    if building is not None:
        return building
    last = select(func.coalesce(func.max(_BATCH.c.number), 0)).where(
        _BATCH.c.gateway == gateway, _BATCH.c.leaves_on == leaves_on
    )
    row = {
        "ref": secrets.token_urlsafe(12), "gateway": gateway, "leaves_on": leaves_on, "currency": currency,
        "number": int(door.execute(last).scalar_one()) + 1, "effective_on": effective_on, "state": "building",
        "made_at": now, "made_by": by,
    }  # fmt: skip
    return door.execute(insert(_BATCH).values(row).returning(_BATCH)).one()


def still_building(door: Connection, batch_id: int) -> bool:
    """Whether the batch may still take lines; locks it until the transaction ends."""
    state = select(_BATCH.c.state).where(_BATCH.c.id == batch_id).with_for_update()
    return bool(door.execute(state).scalar_one() == "building")


def add_debits(
    door: Connection, batch_id: int, claimed: Sequence[tuple[Any, str]], trace_of: Callable[[int], str]
) -> int:
    """A line for each claimed payment, given as (row, key of its attempt); their sum in minor units.

    A row has `id`, `method_id`, `mandate_id`, `amount_minor`, `fee_minor`, `channel`, and of its mandate `scheme`,
    `class_code` and `recurring`.
    """
    sequences = _sequences(door, [row for row, _ in claimed])
    table = BatchLine.__table__
    lines = [
        {
            "id": line_id, "trace": trace_of(line_id), "batch_id": batch_id, "payment_id": row.id,
            "method_id": row.method_id, "refund_id": None,
            "mandate_id": row.mandate_id, "key": key, "kind": "debit", "amount_minor": row.amount_minor + row.fee_minor,
            "class_code": row.class_code or CLASS_OF_CHANNEL.get(row.channel, "WEB"),
            "sequence": sequences.get(row.id, ""), "outcome": "", "code": "",
        }
        for line_id, (row, key) in zip(next_ids(door, table, len(claimed)), claimed, strict=True)
    ]  # fmt: skip
    add_many(door, table, lines)
    return sum(row.amount_minor + row.fee_minor for row, _ in claimed)


def add_line(door: Connection, batch_id: int, **values: Any) -> None:
    """One line that is not a debit: a refund, a prenote, a test amount."""
    empty = {
        "payment_id": None, "refund_id": None, "mandate_id": None, "class_code": "", "sequence": "", "trace": "",
        "outcome": "", "code": "",
    }  # fmt: skip
    _LINE.change(door, {"batch_id": batch_id} | empty | values)


def _sequences(door: Connection, rows: Sequence[Any]) -> dict[int, str]:
    """Which debit under its mandate each one is, where the scheme asks: OOFF, FRST until one has settled, then RCUR.

    In the UK one instruction stands behind all debits of an account, whatever each payment was allowed for.
    """
    asked = [row for row in rows if row.scheme == "sepa"]
    told = _by_account(door, [row for row in rows if row.scheme == "bacs"])
    if not asked:
        return told
    query = select(Payment.mandate_id).where(
        Payment.mandate_id.in_({row.mandate_id for row in asked}), Payment.state == "settled"
    )
    used = set(door.execute(query).scalars())
    for row in asked:
        told[row.id] = "OOFF" if not row.recurring else ("RCUR" if row.mandate_id in used else "FRST")
    return told


def _by_account(door: Connection, rows: Sequence[Any]) -> dict[int, str]:
    if not rows:
        return {}
    query = select(Payment.method_id).where(
        Payment.method_id.in_({row.method_id for row in rows}), Payment.state == "settled"
    )
    used = set(door.execute(query).scalars())
    return {row.id: "RCUR" if row.method_id in used else "FRST" for row in rows}


def taken_minor(door: Connection, gateway: str, leaves_on: date) -> int:
    """What all files of the gateway on that day take, in minor units; for the limit of a day."""
    total = (
        select(func.coalesce(func.sum(BatchLine.amount_minor), 0))
        .join(Batch, Batch.id == BatchLine.batch_id)
        .where(Batch.gateway == gateway, Batch.leaves_on == leaves_on, BatchLine.kind == "debit")
        .where(Batch.state.not_in(("refused", "cancelled")))
    )
    return int(door.execute(total).scalar_one())


def lines_of(door: Connection, batch_id: int) -> int:
    """How many lines a batch has."""
    lines = select(func.count()).select_from(BatchLine).where(BatchLine.batch_id == batch_id)
    return int(door.execute(lines).scalar_one())


def close(door: Connection, batch_id: int) -> int:
    """Take no more lines, so that the file can be made; how many there are. A batch without a line is cancelled."""
    count = lines_of(door, batch_id)
    change = update(_BATCH).where(_BATCH.c.id == batch_id, _BATCH.c.state == "building")
    door.execute(change.values(state="written" if count else "cancelled", count=count))
    return count


def unfile(door: Connection, batch: Any, *, now: datetime, by: str) -> list[int]:
    """Give a chunk of payments back that no bank ever took, to be filed again; the ids of the lines looked at."""
    # Whoever takes the same file apart beside us waits, and then finds the next chunk: what was given back once may be
    # in the next file by now, and must not be given back again.
    door.execute(select(_BATCH.c.id).where(_BATCH.c.id == batch.id).with_for_update())
    lines = (
        select(BatchLine.id, BatchLine.payment_id)
        .where(BatchLine.batch_id == batch.id, BatchLine.outcome == "")
        .order_by(BatchLine.id)
        .limit(CHUNK)
    )
    found = door.execute(lines).all()
    of = [row.payment_id for row in found if row.payment_id is not None]
    back = (
        update(Payment.__table__)
        .where(Payment.__table__.c.id.in_(of), Payment.__table__.c.state == "pending")
        .values(state="scheduled", expected_on=None)
        .returning(Payment.__table__.c.id)
    )
    _EVENT.change_many(
        door,
        [
            {
                "payment_id": payment_id, "at": now, "event": "unfiled", "from_state": "pending",
                "to_state": "scheduled", "code": "", "gateway": batch.gateway, "source_id": None, "by": by,
            }
            for payment_id in door.execute(back).scalars().all()
        ],
    )  # fmt: skip
    freed = BatchLine.key.concat(literal(":out-")).concat(cast(BatchLine.id, String))
    of_chunk = update(BatchLine.__table__).where(BatchLine.id.in_([row.id for row in found]))
    door.execute(of_chunk.values(outcome="unfiled", key=freed))
    return [row.id for row in found]
