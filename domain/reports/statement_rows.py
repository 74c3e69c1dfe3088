"""The rows of the books behind statements of months and years: what is to be told of an agreement, and to whom.

What counts by the last day of a period and was not on the statement before is told. Verbs: `waiting`, `grouped`,
`before`, `entries`, `paid`, `apart`, `holders`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased

from domain.access.parts import HOLDERS
from domain.kinds import kind_of
from domain.reports.as_of_rows import OWED
from domain.rules.period_statements import Period
from models import (
    Agreement,
    AgreementParty,
    Allocation,
    Balance,
    Charge,
    JournalEntry,
    JournalLine,
    PeriodStatement,
    Person,
    db,
)

_EVERY_KIND = ("loan", "lease_to_own", "rental", "credit_line")
BY_MONTH = tuple(name for name in _EVERY_KIND if not kind_of(name).STATEMENTS)
"""Kinds with a statement each calendar month; a credit line has one each cycle already, so only its years are told."""
_BEFORE = aliased(PeriodStatement)
_RECEIVED = ("payment.", "credit.", "deposit.applied", "deposit.held")


def waiting(period: Period, after: int, limit: int) -> list[int]:
    """The ids of agreements above `after` that may need a statement of the period and have none yet."""
    made = exists().where(
        PeriodStatement.agreement_id == Agreement.id,
        PeriodStatement.span == period.span,
        PeriodStatement.period_from == period.first,
    )
    owing = exists().where(
        Balance.agreement_id == Agreement.id, Balance.amount_minor != 0, Balance.account.in_(OWED)
    )
    moved = exists().where(
        JournalEntry.agreement_id == Agreement.id, JournalEntry.effective_on >= period.first
    )
    query = (
        select(Agreement.id)
        .where(Agreement.id > after, Agreement.status != "undone", Agreement.start_on <= period.last)
        .where(~made, or_(owing, moved))
        .order_by(Agreement.id)
        .limit(limit)
    )
    if period.span == "month":
        query = query.where(Agreement.kind.in_(BY_MONTH))
    return list(db.session.scalars(query))


def grouped(query: Any) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for row in db.session.execute(query):
        found[row.agreement_id].append(row)
    return found


def _latest(period: Period) -> Any:
    """The condition that a statement is the newest one before the period."""
    later = aliased(PeriodStatement)
    newest = (
        select(func.max(later.period_from))
        .where(later.agreement_id == _BEFORE.agreement_id, later.span == period.span)
        .where(later.period_from < period.first)
        .correlate(_BEFORE)
        .scalar_subquery()
    )
    return and_(_BEFORE.span == period.span, _BEFORE.period_from == newest)


def before(ids: Sequence[int], period: Period) -> dict[int, Any]:
    query = select(_BEFORE.agreement_id, _BEFORE.closing_minor, _BEFORE.period_to, _BEFORE.through_entry)
    rows = db.session.execute(query.where(_BEFORE.agreement_id.in_(ids), _latest(period)))
    return {row.agreement_id: row for row in rows}


def _untold(query: Any, ids: Sequence[int], period: Period) -> Any:
    """Narrow to entries that count by the end and that the statement before did not tell."""
    return (
        query.outerjoin(_BEFORE, and_(_BEFORE.agreement_id == JournalEntry.agreement_id, _latest(period)))
        .where(JournalEntry.agreement_id.in_(ids), JournalEntry.effective_on <= period.last)
        .where(
            or_(
                _BEFORE.id.is_(None),
                JournalEntry.position > _BEFORE.through_entry,
                JournalEntry.effective_on > _BEFORE.period_to,
            )
        )
    )


def entries(ids: Sequence[int], period: Period) -> Any:
    """(agreement, entry, day, cause, what it adds to what is owed, name and type of its charge), in order."""
    amount = func.sum(JournalLine.amount_minor).label("amount")
    query = select(
        JournalEntry.agreement_id, JournalEntry.id, JournalEntry.effective_on, JournalEntry.cause, amount,
    ).join(JournalLine, JournalLine.entry_id == JournalEntry.id)  # fmt: skip
    moved = (
        _untold(query, ids, period)
        .where(JournalLine.account.in_(OWED))
        .group_by(JournalEntry.agreement_id, JournalEntry.id, JournalEntry.effective_on, JournalEntry.cause)
        .subquery()
    )
    one = select(func.min(Charge.id)).where(Charge.entry_id == moved.c.id).correlate(moved).scalar_subquery()
    return (
        select(moved, Charge.name, Charge.type)
        .outerjoin(Charge, and_(Charge.id == one, moved.c.cause.like("charge.%")))
        .order_by(moved.c.effective_on, moved.c.id)
    )


def paid(ids: Sequence[int], period: Period) -> Any:
    """(agreement, day, bucket, whose charge, amount) of money applied, and taken back, that was not told before."""
    query = (
        select(
            JournalEntry.agreement_id, JournalEntry.effective_on, Allocation.bucket,
            Charge.payer, func.sum(Allocation.amount_minor).label("amount"),
        )
        .join(Allocation, Allocation.entry_id == JournalEntry.id)
        .outerjoin(Charge, Charge.id == Allocation.charge_id)
    )  # fmt: skip
    return (
        _untold(query, ids, period)
        .where(or_(*(JournalEntry.cause.startswith(cause) for cause in _RECEIVED)))
        .group_by(JournalEntry.agreement_id, JournalEntry.effective_on, Allocation.bucket, Charge.payer)
    )


def apart(ids: Sequence[int], period: Period) -> dict[int, list[Any]]:
    """Agreement id -> (entry, payer, amount) of what is one payer's alone, where charges are; all that ever was."""
    shared = select(Charge.agreement_id).where(Charge.agreement_id.in_(ids), Charge.payer != "").distinct()
    some = list(db.session.scalars(shared))
    if not some:
        return {}
    charged = select(Charge.entry_id, Charge.payer, Charge.amount_minor.label("amount")).where(
        Charge.agreement_id.in_(some), Charge.payer != ""
    )
    paid = (
        select(Allocation.entry_id, Charge.payer, -Allocation.amount_minor)
        .join(Charge, Charge.id == Allocation.charge_id)
        .where(Charge.agreement_id.in_(some), Charge.payer != "")
    )
    credit = (
        select(Allocation.entry_id, Allocation.payer, -Allocation.amount_minor)
        .join(JournalEntry, JournalEntry.id == Allocation.entry_id)
        .where(JournalEntry.agreement_id.in_(some), Allocation.bucket == "credit", Allocation.payer != "")
    )
    rows = union_all(charged, paid, credit).subquery()
    return grouped(
        select(
            JournalEntry.agreement_id, rows.c.entry_id, rows.c.payer, func.sum(rows.c.amount).label("amount")
        )
        .join(JournalEntry, JournalEntry.id == rows.c.entry_id)
        .where(JournalEntry.effective_on <= period.last)
        .group_by(JournalEntry.agreement_id, rows.c.entry_id, rows.c.payer)
    )


def holders(ids: Sequence[int], period: Period) -> dict[int, list[Any]]:
    """Agreement id -> (person, name, address) of who held it at the end of the period, or holds it since."""
    return grouped(
        select(AgreementParty.agreement_id, AgreementParty.person_id, Person.name, Person.address)
        .join(Person, Person.id == AgreementParty.person_id)
        .where(AgreementParty.agreement_id.in_(ids), AgreementParty.role.in_(HOLDERS))
        .where(or_(AgreementParty.until_on.is_(None), AgreementParty.until_on >= period.last))
        .order_by(AgreementParty.id)
    )
