"""Settle debits by file whose day has come and which nobody sent back. Verbs: `settle_due`, `prove`, `remind`.

A bank says nothing about debits that went well. A payment counts as settled on the day by which a return would have
come, and only when its file was handed over; a file that still waits then is somebody's task. A later return is a row
of its own, as for every payment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from domain.actions.payment_watch import LOST_DATABASE
from domain.actions.payments import Event, pass_the_door
from domain.points import reach
from domain.records.methods import lead_where_none_does
from domain.records.tasks import open_task
from domain.transaction import transaction
from domain.words import N_, Sentence
from gateways import registry
from models import Batch, BatchLine, Payment, PaymentMethod

BY = "job:settle_files"
CHUNK = 50
WITH_THE_BANK = ("handed_over", "accepted")

log = structlog.get_logger()


@dataclass(slots=True)
class Run:
    """What a run did: how many payments settled, and the refs of those that failed in an unexpected way."""

    settled: int = 0
    failed: list[str] = field(default_factory=list)


def settle_due(*, today: date, now: datetime) -> Run:
    """Settle the payments whose day has come, some in each commit. One that cannot be settled blocks no other."""
    run = Run()
    after = 0
    while rows := _next(today, after):
        after = rows[-1].id
        try:
            _settle(rows, today, now)
            run.settled += len(rows)
        except LOST_DATABASE:
            raise
        except Exception as fault:
            log.warning("debits_settled_one_by_one", payments=len(rows), exc_info=fault)
            _one_by_one(rows, today, now, run)
    prove(today=today)
    remind(today=today, now=now)
    return run


def _next(today: date, after: int) -> Sequence[Any]:
    with transaction() as session:
        return session.execute(_due(today).where(Payment.id > after).order_by(Payment.id).limit(CHUNK)).all()


def _due(today: date) -> Select[int, str, date | None]:
    filed = [way.name for way in registry.all_gateways() if "file" in way.abilities]
    sent = exists().where(
        BatchLine.payment_id == Payment.id,
        BatchLine.outcome == "",
        BatchLine.batch_id == Batch.id,
        Batch.state.in_(WITH_THE_BANK),
    )
    return (
        select(Payment.id, Payment.ref, Payment.expected_on)
        .where(Payment.state == "pending", Payment.gateway.in_(filed), Payment.expected_on <= today)
        .where(sent)
    )


def _settle(rows: Sequence[Any], today: date, now: datetime) -> None:
    with transaction() as session:
        for row in rows:
            event = Event("settled", row.expected_on)
            pass_the_door(session, row.ref, event, by=BY, today=today, now=now)
        reach("batch.settled_before_commit")


def _one_by_one(rows: Sequence[Any], today: date, now: datetime, run: Run) -> None:
    for row in rows:
        try:
            _settle([row], today, now)
            run.settled += 1
        except LOST_DATABASE:
            raise
        except Exception as fault:
            log.error("debit_not_settled", payment=row.ref, exc_info=fault)
            run.failed.append(row.ref)


def prove(*, today: date) -> int:
    """A new account whose prenote did not come back by its day is proved; how many."""
    passed = 0
    with transaction() as session:
        lines = session.execute(
            select(BatchLine.method_id, Batch.gateway, Batch.leaves_on)
            .join(Batch, Batch.id == BatchLine.batch_id)
            .join(PaymentMethod, PaymentMethod.id == BatchLine.method_id)
            .where(BatchLine.kind == "prenote", BatchLine.outcome == "", Batch.state.in_(WITH_THE_BANK))
            .where(PaymentMethod.verification == "sent")
        ).all()
        for line in lines:
            if registry.by_file(line.gateway).expected_on("bank", line.leaves_on) <= today:
                passed += _proved(session, line.method_id)
    return passed


def _proved(session: Session, method_id: int) -> int:
    """1 when the account was still waiting: it is proved now, and leads where its owner has no primary."""
    query = select(PaymentMethod).where(PaymentMethod.id == method_id, PaymentMethod.verification == "sent")
    method = session.scalars(query.with_for_update()).first()
    if method is None:
        return 0
    method.verification = "passed"
    session.flush()
    lead_where_none_does(session, method)
    return 1


def remind(*, today: date, now: datetime) -> int:
    """Open a task for each file that should have left and waits; how many there are."""
    waits = select(Batch.id, Batch.ref, Batch.file_name, Batch.leaves_on).where(
        Batch.state == "written", or_(Batch.leaves_on < today, Batch.effective_on <= today)
    )
    with transaction() as session:
        rows = session.execute(waits).all()
        for row in rows:
            said = N_("The file %(name)s of %(day)s was not handed over to the bank.")
            open_task(
                session, "bank_file", f"batch-waits:{row.ref}",
                Sentence(said, {"name": row.file_name, "day": row.leaves_on}), now=now, subject="batch",
                subject_id=row.id,
            )  # fmt: skip
    return len(rows)
