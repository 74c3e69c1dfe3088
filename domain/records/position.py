"""Read agreements' positions from the kept balances, inside a transaction or for a page.

Verbs: `position_of` for one agreement, `positions_of` for many in two statements, however long their histories
are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Date,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
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

PAYMENT_CAUSES = ("payment.settled", "payment.returned", "payment.refunded", "payment.restored")
"""The causes of entries by which money of a customer came or went."""

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
_LATER = aliased(Statement)
_CLOSED_LAST = (
    select(func.max(_LATER.closing_on))
    .where(_LATER.agreement_id == Statement.agreement_id)
    .correlate(Statement)
    .scalar_subquery()
)
_PAID_SINCE = (
    select(func.coalesce(func.sum(-JournalLine.amount_minor), 0))
    .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
    .where(
        JournalEntry.agreement_id == Statement.agreement_id,
        JournalEntry.cause.in_(PAYMENT_CAUSES),
        # What was begun before it closed and settled after is not in the statement: it counts as paid since.
        or_(JournalEntry.effective_on > Statement.closing_on, JournalEntry.recorded_at > Statement.issued_at),
        JournalLine.account.in_(tuple(BUCKET_ACCOUNT.values())),
    )
    .correlate(Statement)
    .scalar_subquery()
)
_LAST_STATEMENTS = select(
    Statement.agreement_id,
    literal("").label("account"),
    _PAID_SINCE.label("amount"),
    Statement.closing_on,
    Statement.due_on,
    Statement.closing_minor,
    Statement.minimum_minor,
    Statement.past_due_minor,
    Statement.late_since,
).where(Statement.agreement_id.in_(bindparam("ids", expanding=True)), Statement.closing_on == _CLOSED_LAST)
_NO_DAY, _NOTHING = cast(null(), Date), cast(null(), BigInteger)
_BALANCES_AND_STATEMENTS = union_all(
    _BALANCES.add_columns(
        _NO_DAY,
        _NO_DAY.label("due"),
        _NOTHING,
        _NOTHING.label("minimum"),
        _NOTHING.label("past_due"),
        _NO_DAY.label("late"),
    ),
    _LAST_STATEMENTS,
)
"""One statement for both, since a first page has few to spend; the row of a statement has no account."""


_OWN_CREDIT = (
    select(JournalEntry.agreement_id, Allocation.payer, func.sum(Allocation.amount_minor))
    .join(JournalEntry, JournalEntry.id == Allocation.entry_id)
    .where(JournalEntry.agreement_id.in_(bindparam("ids", expanding=True)))
    .where(Allocation.bucket == "credit", Allocation.payer != "")
    .group_by(JournalEntry.agreement_id, Allocation.payer)
    .order_by(Allocation.payer)
)


def own_credit(session: AnySession, ids: Iterable[int]) -> dict[int, tuple[tuple[str, int], ...]]:
    """Agreement id -> (payer's key, credit that is theirs alone), by key; what nobody is named for is left out."""
    wanted = list(ids)
    found: dict[int, tuple[tuple[str, int], ...]] = {}
    if wanted:
        for agreement_id, payer, amount in session.execute(_OWN_CREDIT, {"ids": wanted}):
            if amount and agreement_id is not None:
                found[agreement_id] = (*found.get(agreement_id, ()), (payer, int(amount)))
    return found


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
    rows = session.execute(_LAST_STATEMENTS, {"ids": wanted}) if wanted else ()
    return {agreement_id: _statement(*rest) for agreement_id, _, *rest in rows}


def _statement(
    paid: int, closing_on: date, due_on: date, closing_minor: int, minimum_minor: int, past_due_minor: int,
    late_since: date | None,
) -> OpenStatement:  # fmt: skip
    # Postgres sums whole numbers into a decimal; an amount is an int everywhere else.
    return OpenStatement(
        closing_on, due_on, int(closing_minor), int(minimum_minor), int(paid), int(past_due_minor), late_since
    )


def _balances_and_statements(
    session: AnySession, ids: Sequence[int], closes: bool
) -> tuple[dict[int, dict[str, int]], dict[int, OpenStatement]]:
    """What `balances_of` and `last_statements` say of many agreements; `closes`: some of them have statements."""
    kept: dict[int, dict[str, int]] = defaultdict(dict)
    statements: dict[int, OpenStatement] = {}
    query = _BALANCES_AND_STATEMENTS if closes else _BALANCES
    for agreement_id, account, amount, *rest in session.execute(query, {"ids": ids}):
        if account:
            kept[agreement_id][account] = int(amount)
        else:
            statements[agreement_id] = _statement(amount, *rest)
    return kept, statements


def positions_of(session: AnySession, agreements: Sequence[tuple[int, str, Any]]) -> dict[int, Position]:
    """Agreement id -> position, of (id, kind, standing) each: a standing is a row or a `Head` of it."""
    if not agreements:
        return {}
    ids = [agreement_id for agreement_id, _, _ in agreements]
    closes = any(kind_of(kind).STATEMENTS for _, kind, _ in agreements)
    kept, statements = _balances_and_statements(session, ids, closes)
    charges = open_charges(session, [key for key in ids if any(kept[key].get(a) for a in CHARGED)])
    own = own_credit(session, [key for key in charges if kept[key].get(CUSTOMER_CREDIT)])
    return {
        agreement_id: _position(
            kept[agreement_id],
            charges.get(agreement_id, ()),
            standing,
            statements.get(agreement_id),
            own.get(agreement_id, ()),
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
    own: dict[int, tuple[tuple[str, int], ...]] = {}
    if charges and kept.get(CUSTOMER_CREDIT):
        own = own_credit(session, [agreement_id])
    return _position(kept, charges, standing, statement, own.get(agreement_id, ()))


def _position(
    kept: Mapping[str, int],
    charges: tuple[OpenCharge, ...],
    standing: Any,
    statement: OpenStatement | None,
    own: tuple[tuple[str, int], ...],
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
        own_credit=own,
    )
