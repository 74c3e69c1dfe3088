"""Read agreements' positions from the kept balances, inside a transaction or for a page.

Verbs: `position_of` for one agreement, `positions_of` for many in at most four statements, however long their
histories are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import Session, aliased, scoped_session

from domain.kinds import kind_of
from domain.kinds.base import OpenCharge, OpenStatement, Position
from domain.records.accounts import BUCKET_ACCOUNT, CHARGED, CUSTOMER_CREDIT, LOAN_INTEREST, LOAN_PRINCIPAL
from domain.records.ready_made import ReadyMade
from models import Allocation, Balance, Charge, JournalEntry, JournalLine, Statement

AnySession = Session | scoped_session[Any] | Connection

_BALANCES = select(Balance.agreement_id, Balance.account, Balance.amount_minor).where(
    Balance.agreement_id.in_(bindparam("ids", expanding=True))
)
_BALANCES_OF = ReadyMade(
    select(Balance.account, Balance.amount_minor).where(Balance.agreement_id == bindparam("of"))
)
_PAID = (
    select(func.coalesce(func.sum(Allocation.amount_minor), 0))
    .where(Allocation.charge_id == Charge.id)
    .correlate(Charge)
    .scalar_subquery()
)
_LOWER = aliased(Charge)
_LOWERED = (
    select(func.coalesce(func.sum(_LOWER.amount_minor), 0))
    .where(_LOWER.about_id == Charge.id)
    .correlate(Charge)
    .scalar_subquery()
)
OPEN_MINOR = Charge.amount_minor + _LOWERED - _PAID
"""What is left of a charge: its amount, less what lowered it and what paid it."""

_CHARGES = (
    select(
        Charge.agreement_id,
        Charge.id,
        Charge.rule,
        Charge.due_on,
        OPEN_MINOR,
        Charge.type,
        Charge.payer,
        Charge.name,
        Charge.period,
    )
    .where(Charge.agreement_id.in_(bindparam("ids", expanding=True)), Charge.about_id.is_(None))
    .order_by(Charge.due_on, Charge.id)
)
_LAST_CLOSED = (
    select(Statement.agreement_id, func.max(Statement.closing_on).label("closing_on"))
    .where(Statement.agreement_id.in_(bindparam("ids", expanding=True)))
    .group_by(Statement.agreement_id)
    .subquery()
)
_STATEMENTS = select(Statement).join(
    _LAST_CLOSED,
    (Statement.agreement_id == _LAST_CLOSED.c.agreement_id)
    & (Statement.closing_on == _LAST_CLOSED.c.closing_on),
)
_MOVED_SINCE = (
    select(JournalEntry.agreement_id, func.sum(-JournalLine.amount_minor))
    .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
    .join(_LAST_CLOSED, _LAST_CLOSED.c.agreement_id == JournalEntry.agreement_id)
    .where(
        JournalEntry.cause.in_(("payment.settled", "payment.returned")),
        JournalEntry.effective_on > _LAST_CLOSED.c.closing_on,
        JournalLine.account.in_(tuple(BUCKET_ACCOUNT.values())),
    )
    .group_by(JournalEntry.agreement_id)
)


def balances_of(session: AnySession, agreement_id: int) -> dict[str, int]:
    """Account -> balance of the agreement (debit positive)."""
    return dict(_BALANCES_OF.all(session, {"of": agreement_id}))


def open_charges(session: AnySession, ids: Iterable[int]) -> dict[int, tuple[OpenCharge, ...]]:
    """Agreement id -> its charges that are not wholly paid, oldest first; none where there is none."""
    wanted = list(ids)
    if not wanted:
        return {}
    found: dict[int, list[OpenCharge]] = defaultdict(list)
    rows = session.execute(_CHARGES, {"ids": wanted})
    for agreement_id, charge_id, rule, due_on, left, *said in rows:
        # Postgres sums whole numbers into a decimal; an amount is an int everywhere else.
        if left:
            found[agreement_id].append(OpenCharge(charge_id, rule, due_on, int(left), *said))
    return {agreement_id: tuple(charges) for agreement_id, charges in found.items()}


def last_statements(session: AnySession, ids: Iterable[int]) -> dict[int, OpenStatement]:
    """Agreement id -> its last statement and what was paid since; none where there is none."""
    wanted = list(ids)
    if not wanted:
        return {}
    paid = {row[0]: int(row[1]) for row in session.execute(_MOVED_SINCE, {"ids": wanted})}
    rows = session.execute(_STATEMENTS.with_only_columns(*Statement.__table__.c), {"ids": wanted})
    return {
        row.agreement_id: OpenStatement(
            row.closing_on, row.due_on, row.closing_minor, row.minimum_minor, paid.get(row.agreement_id, 0)
        )
        for row in rows
    }


def positions_of(session: AnySession, agreements: Sequence[tuple[int, str, Any]]) -> dict[int, Position]:
    """Agreement id -> position, of (id, kind, standing) each: a standing is a row or a `Head` of it."""
    if not agreements:
        return {}
    ids = [agreement_id for agreement_id, _, _ in agreements]
    kept: dict[int, dict[str, int]] = defaultdict(dict)
    for agreement_id, account, amount in session.execute(_BALANCES, {"ids": ids}):
        kept[agreement_id][account] = amount
    charges = open_charges(session, [key for key in ids if any(kept[key].get(a) for a in CHARGED)])
    statements = last_statements(
        session, [agreement_id for agreement_id, kind, _ in agreements if kind_of(kind).STATEMENTS]
    )
    return {
        agreement_id: _position(
            kept[agreement_id], charges.get(agreement_id, ()), standing, statements.get(agreement_id)
        )
        for agreement_id, _, standing in agreements
    }


def position_of(
    session: AnySession,
    agreement_id: int,
    kind: str,
    standing: Any,
    balances: Mapping[str, int] | None = None,
) -> Position:
    """The position of one agreement; `standing` is its row or the `Head` that was locked."""
    kept = balances_of(session, agreement_id) if balances is None else balances
    owes = any(kept.get(account) for account in CHARGED)
    charges = open_charges(session, [agreement_id]).get(agreement_id, ()) if owes else ()
    statement = None
    if kind_of(kind).STATEMENTS:
        statement = last_statements(session, [agreement_id]).get(agreement_id)
    return _position(kept, charges, standing, statement)


def _position(
    kept: Mapping[str, int],
    charges: tuple[OpenCharge, ...],
    standing: Any,
    statement: OpenStatement | None,
) -> Position:
    interest_from: date = standing.interest_from
    return Position(
        principal_minor=kept.get(LOAN_PRINCIPAL, 0),
        interest_minor=kept.get(LOAN_INTEREST, 0),
        charges=charges,
        credit_minor=-kept.get(CUSTOMER_CREDIT, 0),
        met_minor=standing.installments_met_minor,
        interest_from=interest_from,
        billed_through=standing.billed_through,
        statement=statement,
    )
