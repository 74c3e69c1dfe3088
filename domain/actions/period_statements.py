"""Make the statements of months and years, once each, and tell those whose they are. Verb: `issue`.

They are read first and kept afterwards, each under its agreement's lock and only where nothing was posted in between:
one that moved meanwhile is made by the next run. So nobody waits for the reading, and what is frozen is what the books
said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.records.books import lock_many
from domain.records.holder_notices import tell_period_statement
from domain.records.names import new_ref
from domain.reports.reconciliation import AnySession
from domain.reports.statement_making import Made, Site, make, site_of
from domain.reports.statement_rows import waiting
from domain.rules.period_statements import Period, to_make
from domain.transaction import transaction
from models import PeriodStatement

log = structlog.get_logger()

CHUNK = 200


def issue(reader: AnySession, *, address: str, test_mode: bool, today: date, now: datetime) -> int:
    """Make every statement that is due by a day; returns how many there are more now. Safe to repeat and to run beside.

    `reader` is the session that reads; what it read before is let go of. `address` is the portal's, `test_mode` whether
    no real money moves: both stand on the papers.
    """
    made = 0
    site = site_of(address, test_mode)
    for period in to_make(today, _last(reader, "month"), _last(reader, "year")):
        after = 0
        while ids := _next(reader, period, after):
            after = ids[-1]
            made += _several(reader, ids, period, site, today, now)
    return made


def _last(reader: AnySession, span: str) -> date | None:
    reader.rollback()
    return reader.scalar(select(func.max(PeriodStatement.period_to)).where(PeriodStatement.span == span))


def _next(reader: AnySession, period: Period, after: int) -> list[int]:
    reader.rollback()
    return waiting(period, after, CHUNK)


def _several(
    reader: AnySession, ids: Sequence[int], period: Period, site: Site, today: date, now: datetime
) -> int:
    """All of them, or where that fails each alone: one that cannot be made never holds up the others."""
    try:
        made = make(ids, period, site, today=today)
        reader.rollback()
        return _keep(made, period, now)
    except Exception as fault:
        reader.rollback()
        if len(ids) == 1:
            log.error("statement_not_made", agreement=ids[0], exc_info=fault)
            return 0
        return sum(_several(reader, [one], period, site, today, now) for one in ids)


def _keep(made: Sequence[Made], period: Period, now: datetime) -> int:
    if not made:
        return 0
    with transaction() as session:
        ids = [one.agreement_id for one in made]
        heads = lock_many(session.connection(), ids)
        known = _known(session, ids, period)
        fresh = [
            one
            for one in made
            if one.agreement_id in heads
            and heads[one.agreement_id].entries == one.entries
            and one.agreement_id not in known
        ]
        session.add_all(_row(one, period, now) for one in fresh)
        session.flush()
        for one in fresh:
            tell_period_statement(session, one.agreement_id, period, now)
    return len(fresh)


def _known(session: Session, ids: Sequence[int], period: Period) -> set[int]:
    query = select(PeriodStatement.agreement_id).where(
        PeriodStatement.agreement_id.in_(ids),
        PeriodStatement.span == period.span,
        PeriodStatement.period_from == period.first,
    )
    return set(session.scalars(query))


def _row(one: Made, period: Period, now: datetime) -> PeriodStatement:
    account = one.body["account"]
    return PeriodStatement(
        ref=new_ref(), number=one.number, agreement_id=one.agreement_id, span=period.span, period_from=period.first,
        period_to=period.last, currency=one.currency, opening_minor=account["opening_minor"],
        closing_minor=account["closing_minor"], through_entry=one.entries, body=one.body, issued_at=now,
    )  # fmt: skip
