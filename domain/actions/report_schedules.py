"""Reports that are mailed by themselves. Verbs: `start`, `end`, `mail_due` (timed).

What is mailed is a link that asks for a sign-in, never a figure: a mailbox is not a safe. Whoever may not read the
report any more when its day comes gets no mail, and the schedule ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import urlencode

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records.names import new_ref
from domain.records.words_out import audit, enqueue_mail
from domain.reports.catalog import Entry, reports_of
from domain.rules.report_days import EVERY, covered, next_day
from domain.transaction import transaction
from domain.words import N_, Gone, Refused, Sentence, sentence_json
from models import Person, ReportSchedule, User, UserLimit

MOST = 40
"""How many schedules one user may have."""


def start(
    report: str, filters: Mapping[str, str], every: str, *, who: Scope, today: date, now: datetime
) -> str:
    """Mail a report to this user from the next such day on; returns the schedule's ref.

    `filters` are those of the address without days: each mail covers the days that ended before it. Raises NotAllowed,
    Gone for a report that is not theirs, Refused for another `every` or too many schedules.
    """
    who.require("reports")
    if report not in reports_of(who):
        raise Gone(Sentence(N_("There is no such report.")))
    if every not in EVERY:
        raise Refused(Sentence(N_("This is not one of the choices.")), "every")
    with transaction() as session:
        mine = select(func.count()).where(
            ReportSchedule.user_id == who.user_id, ReportSchedule.ended_at.is_(None)
        )
        if (session.scalar(mine) or 0) >= MOST:
            raise Refused(Sentence(N_("These are too many mails. End another one first.")), "every")
        row = ReportSchedule(
            ref=new_ref(), user_id=who.user_id, report=report, filters=dict(filters), every=every,
            next_on=next_day(every, today), created_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        _write(session, row, "report.scheduled", by=who.by, now=now)
        return row.ref


def end(ref: str, *, who: Scope, now: datetime) -> str:
    """Mail this report no more; its name. Raises NotAllowed, and Gone for a schedule that is not theirs."""
    who.require("reports")
    with transaction() as session:
        row = session.scalars(who.select(ReportSchedule).where(ReportSchedule.ref == ref)).first()
        if row is None:
            raise Gone(Sentence(N_("There is no such schedule.")))
        if row.ended_at is None:
            row.ended_at = now
            _write(session, row, "report.unscheduled", by=who.by, now=now)
        return row.report


def mail_due(*, today: date, now: datetime) -> int:
    """Put the mails of the day into the outbox; how many. Safe to repeat and to run beside itself.

    A day that was missed is made up by one mail, which covers the days before today.
    """
    sent = 0
    with transaction() as session:
        due = select(ReportSchedule).where(ReportSchedule.next_on <= today, ReportSchedule.ended_at.is_(None))
        for row in session.scalars(due.order_by(ReportSchedule.id)).all():
            claimed = session.execute(
                update(ReportSchedule)
                .where(ReportSchedule.id == row.id, ReportSchedule.next_on == row.next_on)
                .values(next_on=next_day(row.every, today), last_on=today)
                .execution_options(synchronize_session=False)
            )
            if claimed.rowcount:  # type: ignore[attr-defined]
                sent += _mail(session, row, today, now)
    return sent


def _mail(session: Session, row: ReportSchedule, today: date, now: datetime) -> bool:
    user = session.get_one(User, row.user_id)
    limited = session.scalar(select(exists().where(UserLimit.user_id == user.id))) or False
    duties = None if user.duties is None else frozenset(user.duties)
    scope = Scope(user.role, user.id, user.person_id, duties, limited)
    entry = reports_of(scope).get(row.report)
    if entry is None or user.disabled_at is not None:
        session.execute(update(ReportSchedule).where(ReportSchedule.id == row.id).values(ended_at=now))
        _write(session, row, "report.unscheduled", by="job:mail_reports", now=now)
        return False
    person = session.get_one(Person, user.person_id)
    return enqueue_mail(
        session, to=person.email, template="report_ready", language=person.language, now=now,
        dedupe_key=f"report:{row.ref}:{today}",
        data={"what": sentence_json(entry.title), "name": person.name, "path": _path(row, entry, today)},
    )  # fmt: skip


def _path(row: ReportSchedule, entry: Entry, today: date) -> str:
    """The address of the report for the days that this mail covers."""
    first, last = covered(row.every, today)
    days = {}
    if "period" in entry.filters:
        days = {"since": first.isoformat(), "until": last.isoformat()}
    if "on" in entry.filters:
        days["on"] = last.isoformat()
    return f"/office/reports/{row.report}?{urlencode({**row.filters, **days})}"


def _write(session: Session, row: ReportSchedule, action: str, *, by: str, now: datetime) -> None:
    detail = {"report": row.report, "every": row.every}
    audit(session, by=by, action=action, subject="report", subject_id=None, at=now, detail=detail)
