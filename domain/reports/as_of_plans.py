"""What falls due by a plan instead of by charges, as of a day: installments of a loan, the minimum of a statement.

These agreements are told one by one, by the rules of their kind from their position on the day. Verb: `falls_due`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from domain.kinds import kind_of
from domain.kinds.base import OpenCharge, OpenStatement, Position
from domain.kinds.loan_interest import posted_through
from domain.records.accounts import BUCKET_ACCOUNT, CUSTOMER_CREDIT, LOAN_INTEREST, LOAN_PRINCIPAL
from domain.records.position import PAYMENT_CAUSES
from domain.rules.planned import BUCKET_OF_TYPE
from models import Agreement, Allocation, JournalEntry, JournalLine, Statement, db

CHUNK = 500
_PART = {"rent": "rent", "lease": "rent", "fees": "fees", "deposit": "deposit"}


@dataclass(frozen=True, slots=True)
class Open:
    """Something that fell due, or was charged and will, and what is open of it (minor units).

    `charge_id` is 0 for an installment or a minimum payment, which are no charges. `type` is one of `CHARGE_TYPES`, or
    "installment", "minimum_payment", "credit" (credit that was used and has gone back since). `payer` is the key of
    whose share it is.
    """

    charge_id: int
    type: str
    due_on: date
    open_minor: int
    name: str = ""
    payer: str = ""

    @property
    def part(self) -> str:
        """Which part of the debt it is: "rent" (installments and lease payments too), "fees", "deposit" or "other"."""
        if self.type in ("installment", "minimum_payment"):
            return "rent"
        return _PART.get(BUCKET_OF_TYPE.get(self.type, ""), "other")


Told = tuple[tuple[Open, ...], int]


def falls_due(
    on: date, people: Mapping[int, Any], kept: Mapping[int, Mapping[str, int]],
    charges: Mapping[int, Sequence[OpenCharge]],
) -> dict[int, Told]:  # fmt: skip
    """Agreement id -> (what is open of it by its plan and its fees, what of that is not in the books yet).

    For those of `people` (rows with `kind`) that owe by a plan; none for those whose charges say it all.
    """
    ids = [key for key, one in people.items() if _by_plan(one, kept.get(key, {}))]
    found: dict[int, Told] = {}
    for first in range(0, len(ids), CHUNK):
        some = ids[first : first + CHUNK]
        rows = db.session.scalars(
            select(Agreement)
            .where(Agreement.id.in_(some))
            .options(joinedload(Agreement.loan), joinedload(Agreement.standing))
        ).all()
        met, since, statements = _met(some, on), _interest_days(some, on), _statements(rows, on)
        for row in rows:
            position = _position(
                row, kept.get(row.id, {}), tuple(charges.get(row.id, ())), met.get(row.id, 0),
                statements.get(row.id),
            )  # fmt: skip
            found[row.id] = _told(row, position, on, since.get(row.id))
    return found


def _by_plan(one: Any, kept: Mapping[str, int]) -> bool:
    return kind_of(one.kind).STATEMENTS or bool(kept.get(LOAN_PRINCIPAL) or kept.get(LOAN_INTEREST))


def _told(row: Agreement, position: Position, on: date, counted: date | None) -> Told:
    kind = kind_of(row.kind)
    terms = kind.read(row)
    if getattr(terms, "revisions", ()):
        terms = replace(terms, revisions=tuple(one for one in terms.revisions if one.on <= on))
    if kind.STATEMENTS:
        due = kind.due(terms, position, on)
        asked = [
            Open(0, "minimum_payment", due.oldest_on or on, due.past_due_minor),
            Open(0, "minimum_payment", on, due.today_minor),
        ]
        return tuple(line for line in asked if line.open_minor > 0), 0
    if counted is not None:
        through = posted_through(terms.plan, position.interest_from, counted)
        position = replace(position, interest_from=through)
    lines = [
        Open(0, "installment", line.due_on, left)
        for line, left in kind.late_lines(terms, position, on + timedelta(days=1), on) or ()
        if left
    ]
    booked = position.principal_minor + position.interest_minor
    lines, unposted = _within(lines, booked)
    fees = [
        Open(one.id, one.type, one.due_on, one.open_minor, one.name, one.payer)
        for one in position.charges
        if one.open_minor > 0
    ]
    return (*lines, *fees), unposted


def _within(lines: list[Open], booked_minor: int) -> tuple[list[Open], int]:
    """At most what the books say is owed, the oldest first, and what is above it: interest not posted yet."""
    found, left = [], max(booked_minor, 0)
    above = 0
    for line in lines:
        part = min(line.open_minor, left)
        left, above = left - part, above + line.open_minor - part
        if part:
            found.append(replace(line, open_minor=part))
    return found, above


def _position(
    row: Agreement, kept: Mapping[str, int], charges: tuple[OpenCharge, ...], met_minor: int,
    statement: OpenStatement | None,
) -> Position:  # fmt: skip
    loan = row.loan
    return Position(
        principal_minor=kept.get(LOAN_PRINCIPAL, 0),
        interest_minor=kept.get(LOAN_INTEREST, 0),
        charges=charges,
        credit_minor=-kept.get(CUSTOMER_CREDIT, 0),
        met_minor=met_minor + (loan.opening_met_minor if loan else 0),
        interest_from=loan.opening_interest_from if loan else row.start_on,
        billed_through=row.standing.billed_through,
        statement=statement,
    )


def _met(ids: Sequence[int], on: date) -> dict[int, int]:
    """Agreement id -> money applied to installments by the day."""
    query = (
        select(JournalEntry.agreement_id, func.sum(Allocation.amount_minor))
        .join(Allocation, Allocation.entry_id == JournalEntry.id)
        .where(JournalEntry.agreement_id.in_(ids), JournalEntry.effective_on <= on)
        .where(Allocation.installment_number.is_not(None))
        .group_by(JournalEntry.agreement_id)
    )
    return {key: int(amount) for key, amount in db.session.execute(query) if key is not None}


def _interest_days(ids: Sequence[int], on: date) -> dict[int, date]:
    """Agreement id -> the last day by then on which interest was counted: of a payment that came or went."""
    query = (
        select(JournalEntry.agreement_id, func.max(JournalEntry.effective_on))
        .where(JournalEntry.agreement_id.in_(ids), JournalEntry.effective_on <= on)
        .where(JournalEntry.cause.in_(("interest.accrued", *PAYMENT_CAUSES)))
        .group_by(JournalEntry.agreement_id)
    )
    return {key: day for key, day in db.session.execute(query) if key is not None}


def _statements(rows: Sequence[Agreement], on: date) -> dict[int, OpenStatement]:
    """Agreement id -> its last statement that had closed by the day, with what was paid on it by then."""
    ids = [row.id for row in rows if kind_of(row.kind).STATEMENTS]
    if not ids:
        return {}
    paid = (
        select(func.coalesce(func.sum(-JournalLine.amount_minor), 0))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(
            JournalEntry.agreement_id == Statement.agreement_id,
            JournalEntry.cause.in_(PAYMENT_CAUSES),
            JournalEntry.effective_on <= on,
            or_(
                JournalEntry.effective_on > Statement.closing_on,
                JournalEntry.recorded_at > Statement.issued_at,
            ),
            JournalLine.account.in_(tuple(BUCKET_ACCOUNT.values())),
        )
        .correlate(Statement)
        .scalar_subquery()
    )
    query = (
        select(Statement, paid)
        .where(Statement.agreement_id.in_(ids), Statement.closing_on <= on)
        .order_by(Statement.closing_on)
    )
    return {
        one.agreement_id: OpenStatement(
            one.closing_on, one.due_on, one.closing_minor, one.minimum_minor, int(since), one.past_due_minor,
            one.late_since,
        )
        for one, since in db.session.execute(query)
    }  # fmt: skip
