"""Which reports are mailed to somebody by themselves. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.access import Scope
from domain.rules.report_days import EVERY
from domain.words import Sentence
from models import ReportSchedule, db


@dataclass(frozen=True, slots=True)
class Schedule:
    """One report that is mailed: how often, and on which day the next time."""

    ref: str
    every: Sentence
    next_on: date


def schedules_of(scope: Scope, report: str) -> Sequence[Schedule]:
    """Those of this person for one report, the oldest first."""
    query = scope.select(ReportSchedule).where(
        ReportSchedule.report == report, ReportSchedule.ended_at.is_(None)
    )
    return [
        Schedule(row.ref, Sentence(EVERY[row.every]), row.next_on)
        for row in db.session.scalars(query.order_by(ReportSchedule.id))
    ]


def mailing(scope: Scope, report: str) -> dict[str, object]:
    """What the block "By mail" of a report's page shows: the schedules of this person, and how often one may come."""
    choices = [(name, Sentence(words)) for name, words in EVERY.items()]
    return {"schedules": schedules_of(scope, report), "mail_choices": choices}
