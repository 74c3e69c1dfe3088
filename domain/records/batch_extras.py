"""What else goes into a file for the bank than debits: refunds by file, and what proves a new account.

A prenote is a debit of nothing, which the bank returns when there is no such account; test amounts are two small
credits that the owner reads off the account. Inside the caller's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, func, or_, select, update

from domain import sealing
from domain.records.batches import add_line
from models import BatchLine, Payment, PaymentMethod, Refund

AMOUNTS_PLACE = "payment_method.verify_amounts:{}"
_REFUND = Refund.__table__
_METHOD = PaymentMethod.__table__


def waiting(door: Connection, gateway: str) -> bool:
    """Whether a refund or a new account waits for a file of the gateway."""
    found = select(or_(exists(_refunds(gateway)), exists(_unproved(gateway))))
    return bool(door.execute(found).scalar_one())


def count(door: Connection, gateway: str) -> int:
    """How many refunds and new accounts wait for a file of the gateway."""
    every = (_refunds(gateway), _unproved(gateway))
    return sum(door.execute(select(func.count()).select_from(one.subquery())).scalar_one() for one in every)


def _refunds(gateway: str) -> Any:
    return (
        select(_REFUND.c.id, _REFUND.c.key, _REFUND.c.amount_minor, Payment.method_id, Payment.mandate_id)
        .join(Payment, Payment.id == _REFUND.c.payment_id)
        .where(_REFUND.c.way == "file", _REFUND.c.state == "attempting", _REFUND.c.gateway == gateway)
        .where(Payment.method_id.is_not(None))
    )


def _unproved(gateway: str) -> Any:
    return select(_METHOD.c.id, _METHOD.c.ref, _METHOD.c.verify_amounts_sealed).where(
        _METHOD.c.gateway == gateway,
        _METHOD.c.verification == "sent",
        _METHOD.c.verify_sent_on.is_(None),
        _METHOD.c.removed_at.is_(None),
    )


def add(door: Connection, batch: Any, *, now: datetime) -> None:
    """Put refunds and proofs of the gateway into the batch, each once."""
    for row in door.execute(_refunds(batch.gateway).order_by(_REFUND.c.id)).all():
        taken = update(_REFUND).where(_REFUND.c.id == row.id, _REFUND.c.state == "attempting")
        if door.execute(taken.values(state="pending")).rowcount:
            add_line(
                door, batch.id, refund_id=row.id, method_id=row.method_id, mandate_id=row.mandate_id, key=row.key,
                kind="credit", amount_minor=row.amount_minor, class_code="PPD",
            )  # fmt: skip
    for row in door.execute(_unproved(batch.gateway).order_by(_METHOD.c.id)).all():
        taken = update(_METHOD).where(_METHOD.c.id == row.id, _METHOD.c.verify_sent_on.is_(None))
        if door.execute(taken.values(verify_sent_on=batch.leaves_on)).rowcount:
            _add_proof(door, batch, row)


def _add_proof(door: Connection, batch: Any, row: Any) -> None:
    amounts = [0]
    if row.verify_amounts_sealed:
        amounts = json.loads(sealing.unseal(row.verify_amounts_sealed, AMOUNTS_PLACE.format(row.ref)))
    for number, amount in enumerate(amounts, start=1):
        add_line(
            door, batch.id, method_id=row.id, key=f"verify:{row.ref}:{batch.id}:{number}",
            kind="test_credit" if amount else "prenote", amount_minor=amount, class_code="WEB",
        )  # fmt: skip


def give_back(door: Connection, lines: Sequence[int]) -> None:
    """Let the refunds and proofs of these lines, which no bank took, wait for the next file.

    Once for each line, in the commit that ends it: what was given back before may be in the next file by now.
    """
    of = BatchLine.id.in_(lines)
    refunds = select(BatchLine.refund_id).where(of, BatchLine.refund_id.is_not(None))
    door.execute(
        update(_REFUND)
        .where(_REFUND.c.id.in_(refunds), _REFUND.c.state == "pending")
        .values(state="attempting")
    )
    proofs = select(BatchLine.method_id).where(of, BatchLine.kind.in_(("prenote", "test_credit")))
    door.execute(
        update(_METHOD)
        .where(_METHOD.c.id.in_(proofs), _METHOD.c.verification == "sent")
        .values(verify_sent_on=None)
    )
