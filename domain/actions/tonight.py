"""What the next run will do, by doing it and taking it all back. Verb: `rehearse`.

The duties are the run's own (`day.decide_day`, then the claims of what is due), so a rehearsal cannot differ from the
run but by what happens in between: money that comes, what people change, what processors answer. Nothing outside is
called, no file is kept, and nothing is left in the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import func, select, update

from domain.actions import batches, scheduled
from domain.actions.batches import Limits
from domain.actions.day import days, decide_day
from domain.actions.notices import LOST_DATABASE
from domain.actions.payment_claims import claim_one
from domain.records.planned_payments import due
from domain.reports.run_rows import made_since, marks
from domain.reports.tonight import Row
from domain.rules.late_fees import Fee
from domain.transaction import rehearsal, transaction
from domain.words import N_, Conflict, Refused, Sentence
from gateways import registry
from models import Business, RunDecision

MOST_DAYS = 31
"""How far ahead a run is rehearsed: every day before it is rehearsed with it."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The rows of each day, and of the last one those that decisions keep back (`held`)."""

    on: date
    rows: dict[date, Sequence[Row]]
    held: Sequence[Row]
    paused: bool
    debits_paused: bool

    @property
    def last(self) -> list[Row]:
        """Everything of the last day, what is held back at the end of its group."""
        return [*self.rows[self.on], *self.held]


def rehearse(
    on: date, *, first: date, now: datetime, zone: ZoneInfo, limits: Limits = batches.DEFAULT
) -> Rehearsed:
    """What the runs from `first` to `on` will do, if nothing else happens until then.

    Raises Refused for a day before `first` or too far ahead, and Conflict where somebody else works on the same
    agreements for long.
    """
    if not first <= on <= first + timedelta(days=MOST_DAYS):
        words = N_("Choose a day from %(first)s to %(last)s.")
        raise Refused(Sentence(words, {"first": first, "last": first + timedelta(days=MOST_DAYS)}), "on")
    try:
        return _rehearsed(on, first, now, zone, limits)
    except LOST_DATABASE as busy:
        words = N_("The books are being written to just now. Open this page again in a moment.")
        raise Conflict(Sentence(words)) from busy


def _rehearsed(on: date, first: date, now: datetime, zone: ZoneInfo, limits: Limits) -> Rehearsed:
    rows: dict[date, Sequence[Row]] = {}
    with rehearsal() as seen:
        stopped = seen.execute(select(Business.payments_paused, Business.debits_paused)).first()
        anything_held = seen.scalar(select(RunDecision.id).where(RunDecision.decision == "hold").limit(1))
        for day in days(first, on):
            at, fees = marks(seen), list[tuple[int, Fee]]()
            _do(day, now, zone, limits, fees)
            rows[day] = made_since(seen, at, day, fees)
    held = _held(rows[on], on, first, now, zone, limits) if anything_held else []
    return Rehearsed(on, rows, held, *((bool(stopped[0]), bool(stopped[1])) if stopped else (False, False)))


def _held(
    rows: Sequence[Row], on: date, first: date, now: datetime, zone: ZoneInfo, limits: Limits
) -> list[Row]:
    """What would happen on the last day if nothing were held back, and does not."""
    there = {row.key for row in rows}
    with rehearsal() as seen:
        newest = select(func.max(RunDecision.id)).group_by(RunDecision.key)
        holds = (RunDecision.decision == "hold") & RunDecision.id.in_(newest)
        until = {row.key: row.until_on for row in seen.execute(select(RunDecision).where(holds)).scalars()}
        seen.expunge_all()
        seen.execute(
            update(RunDecision.__table__).where(RunDecision.key.in_(until)).values(decision="release")
        )
        at = marks(seen)
        for day in days(first, on):
            _do(day, now, zone, limits)
        found = made_since(seen, at, on)
    return [
        replace(row, fate="held", decided=replace(row.decided, decision="hold", until_on=until[row.key]))
        for row in found
        if row.decided is not None and row.key in until and row.key not in there
    ]


def _do(
    day: date, now: datetime, zone: ZoneInfo, limits: Limits, proposed: list[tuple[int, Fee]] | None = None
) -> None:
    """What a run of the day does before anybody outside is asked."""
    decide_day(today=day, now=now, zone=zone, proposed=proposed)
    names = [gateway.name for gateway in registry.able_to("charge")]
    with transaction() as session:
        ids = session.scalars(due(names, day).limit(scheduled.MOST)).all()
    for payment_id in ids:
        _claim(payment_id, day, now)
    batches.build_due(today=day, now=now, folder=None, limits=limits, whole_day=True)


def _claim(payment_id: int, day: date, now: datetime) -> None:
    try:
        with transaction() as session:
            claim_one(session, payment_id, today=day, now=now, by="job:send_due")
    except LOST_DATABASE:
        raise
    except Exception as fault:  # as in the run: one that cannot be sent blocks no other
        log.error("planned_payment_not_rehearsed", payment_id=payment_id, exc_info=fault)
