"""Close the cycles of a credit line: what happened in each by the books, the statement, the interest it charges.

Verb: `close_cycles`. What a statement counts is read from the journal, so that its balance is the books' balance on its
closing day: the opening is everything that counts before the cycle, as known when it closes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, or_, select

from domain.kinds.credit_line import Contract
from domain.records.accounts import BUCKET_ACCOUNT
from domain.records.books import Head
from domain.records.charging import post_charges
from domain.records.holder_notices import tell_statement
from domain.records.names import new_ref
from domain.records.writers import Writer
from domain.rules import credit_line
from domain.rules.credit_line import Cycle
from domain.words import trace_json
from models import JournalEntry, JournalLine, Payment, PaymentReturn, Statement

_OWN = tuple(BUCKET_ACCOUNT.values())
_FEES = ("charge.late_fee", "charge.returned_payment_fee", "charge.fee")
_BEFORE = (
    select(func.coalesce(func.sum(JournalLine.amount_minor), 0))
    .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
    .where(JournalEntry.agreement_id == bindparam("of"), JournalLine.account.in_(_OWN))
    .where(JournalEntry.effective_on < bindparam("day"))
)
_MOVES = (
    select(
        JournalEntry.effective_on,
        JournalEntry.cause,
        JournalEntry.payment_id,
        func.sum(JournalLine.amount_minor).label("amount"),
    )
    .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
    .where(JournalEntry.agreement_id == bindparam("of"), JournalLine.account.in_(_OWN))
    .where(JournalEntry.effective_on.between(bindparam("first"), bindparam("last")))
    .group_by(JournalEntry.id, JournalEntry.effective_on, JournalEntry.cause, JournalEntry.payment_id)
    .order_by(JournalEntry.effective_on, JournalEntry.id)
)
_PAID = (
    select(func.coalesce(func.sum(Payment.amount_minor), 0))
    .join(JournalEntry, (JournalEntry.payment_id == Payment.id) & (JournalEntry.cause == "payment.settled"))
    .outerjoin(PaymentReturn, PaymentReturn.payment_id == Payment.id)
    .where(Payment.agreement_id == bindparam("of"), PaymentReturn.id.is_(None))
    .where(Payment.begun_on <= bindparam("last"))
    .where(or_(Payment.begun_on > bindparam("closed"), JournalEntry.recorded_at > bindparam("issued")))
)
"""What was paid on a statement through a day: begun after it closed, or settled after it was made without it."""
_LAST = (
    select(Statement)
    .where(Statement.agreement_id == bindparam("of"))
    .order_by(Statement.closing_on.desc())
    .limit(1)
)
_INSERT = insert(Statement.__table__)


@dataclass(frozen=True, slots=True)
class Grace:
    """What the statement before says about this cycle's interest (minor units)."""

    holds: bool
    interest_free_minor: int
    past_due_minor: int
    late_since: date | None = None


def close_cycles(
    session: Writer, head: Head, contract: Contract, through: date, *, now: datetime, by: str
) -> int:
    """Close every cycle that ended through a day and was not closed; returns how many. Moves `head` on.

    Also of a line that is closed to purchases, until a cycle in which nothing was owed and nothing happened.
    """
    closed = 0
    for cycle in credit_line.cycles(contract.terms, contract.start_on, through, head.billed_through):
        if contract.ended_on is not None and _is_empty(session, head.agreement_id, cycle):
            break
        _close(session, head, contract, cycle, through + timedelta(days=1), now, by)
        head.billed_through = cycle.closing_on
        closed += 1
    return closed


def _close(
    session: Writer, head: Head, contract: Contract, cycle: Cycle, today: date, now: datetime, by: str
) -> None:
    terms = contract.terms.in_cycle(cycle.period_from)
    of = {"of": head.agreement_id}
    opening = int(session.execute(_BEFORE, {**of, "day": cycle.period_from}).scalar_one())
    moves = session.execute(_MOVES, {**of, "first": cycle.period_from, "last": cycle.period_to}).all()
    activity, fees = _activity(moves)
    before = session.execute(_LAST.with_only_columns(*Statement.__table__.c), of).first()
    grace = _grace(session, contract, before, cycle)
    statement = credit_line.close_cycle(
        terms,
        cycle,
        opening,
        activity,
        grace=grace.holds,
        interest_free_minor=grace.interest_free_minor,
        fees_minor=fees,
        past_due_minor=grace.past_due_minor,
    )
    charge = credit_line.interest_charge(statement)
    if charge is not None:
        post_charges(
            session, [(head, terms.currency, charge)], today=cycle.closing_on, now=now, by=by
        )  # fmt: skip
    body = {
        "number": statement.number,
        "opening_minor": statement.opening_minor,
        "purchases_minor": statement.purchases_minor,
        "payments_minor": statement.payments_minor,
        "interest_minor": statement.interest_minor,
        "fees_minor": statement.fees_minor,
        "past_due_minor": grace.past_due_minor,
        "grace": grace.holds,
        "issued_on": today.isoformat(),
        "why": trace_json(statement.trace),
        "why_interest": trace_json(statement.interest_trace),
        "why_minimum": trace_json(statement.minimum_trace),
    }
    session.execute(
        _INSERT,
        {
            "ref": new_ref(),
            "agreement_id": head.agreement_id,
            "period_from": cycle.period_from,
            "closing_on": cycle.closing_on,
            "due_on": cycle.due_on,
            "closing_minor": statement.closing_minor,
            "minimum_minor": statement.minimum_minor,
            "past_due_minor": min(grace.past_due_minor, statement.minimum_minor),
            "late_since": grace.late_since,
            "body": body,
            "issued_at": now,
        },
    )
    tell_statement(
        session, head.agreement_id, cycle.closing_on, cycle.due_on, statement.minimum_minor,
        statement.closing_minor, now,
    )  # fmt: skip


def _is_empty(session: Writer, agreement_id: int, cycle: Cycle) -> bool:
    of = {"of": agreement_id}
    opening = int(session.execute(_BEFORE, {**of, "day": cycle.period_from}).scalar_one())
    moves = session.execute(_MOVES, {**of, "first": cycle.period_from, "last": cycle.period_to})
    return opening == 0 and moves.first() is None


def _activity(moves: list[Row[Any]] | Any) -> tuple[list[tuple[date, int]], int]:
    """(day, amount) of purchases, payments and corrections; fees apart.

    A payment that went back in the same cycle is left out together with its return.
    """
    by_payment: dict[int, int] = defaultdict(int)
    for move in moves:
        if move.payment_id:
            by_payment[move.payment_id] += int(move.amount)
    activity, fees = [], 0
    for move in moves:
        amount = int(move.amount)
        if move.cause in _FEES:
            fees += amount
        elif amount and not (move.payment_id and by_payment[move.payment_id] == 0):
            activity.append((move.effective_on, amount))
    return activity, fees


def _grace(session: Writer, contract: Contract, before: Any, cycle: Cycle) -> Grace:
    if before is None:
        return Grace(credit_line.grace_holds(contract.terms, 0, 0), 0, 0)
    until = min(before.due_on, cycle.period_to)
    span = {"of": before.agreement_id, "closed": before.closing_on, "issued": before.issued_at}
    paid = int(session.execute(_PAID, {**span, "last": until}).scalar_one())
    in_time = paid >= before.closing_minor or before.due_on > cycle.period_to
    free = credit_line.interest_free_opening_minor(before.body["grace"], before.closing_minor, paid)
    behind, since = 0, None
    if before.due_on <= cycle.period_to:
        ever = int(session.execute(_PAID, {**span, "last": cycle.period_to}).scalar_one())
        behind = max(min(before.minimum_minor, before.closing_minor) - ever, 0)
        # What was behind before is paid first; late is counted from the oldest due day that is still open.
        since = before.late_since if ever < before.past_due_minor else before.due_on
    return Grace(contract.terms.grace and in_time, free, behind, since if behind else None)
