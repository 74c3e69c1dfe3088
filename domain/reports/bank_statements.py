"""Statements that were brought in, their movements, and what each was matched with. Read-only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, select

from domain.access import Scope
from domain.reports.bank_files import KIND
from domain.reports.finding import Found, Wanted, order, page_of
from domain.words import N_
from models import (
    Agreement,
    BankFile,
    BankLine,
    BankMatch,
    BankStatement,
    Batch,
    GatewayPayout,
    JournalEntry,
    Payment,
    Refund,
    db,
)

STATES = {
    "open": N_("Not explained"),
    "matched": N_("Matched"),
    "ignored": N_("Not ours"),
    "undone": N_("Taken out"),
}
KINDS = {
    "payment": N_("A debit that came back"),
    "transfer": N_("Transfer of a customer"),
    "payout": N_("Payout of a processor"),
    "batch": N_("Total of a file"),
    "deposit": N_("Counter money"),
    "refund": N_("Money given back"),
    "other": N_("A fee or another entry"),
}
"""What a movement was, in words."""
PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """A statement in the list: how many of its movements there are, and how many nobody explained."""

    statement: BankStatement
    lines: int
    open: int


@dataclass(frozen=True, slots=True)
class Explained:
    """A match of a movement: `name` is what it names to people, the refs lead there. `entry_ref` opens its posting."""

    match: BankMatch
    name: str
    payment_ref: str | None = None
    agreement_ref: str | None = None
    entry_key: str | None = None


def statements(scope: Scope, wanted: Wanted) -> Found[Listed]:
    """One page of statements that stand, the latest first."""
    counted = (
        select(
            BankLine.statement_id.label("id"),
            func.count().label("lines"),
            func.sum(case((BankLine.state == "open", 1), else_=0)).label("open"),
        )
        .group_by(BankLine.statement_id)
        .subquery()
    )
    query = (
        scope.select(BankStatement)
        .add_columns(func.coalesce(counted.c.lines, 0), func.coalesce(counted.c.open, 0))
        .outerjoin(counted, counted.c.id == BankStatement.id)
        .where(BankStatement.undone_at.is_(None))
    )
    columns = {"until": BankStatement.to_on, "account": BankStatement.account}
    found = page_of(query, wanted, order(wanted, columns, "-until", BankStatement.id))
    rows = [Listed(*row) for row in found.rows]
    return Found(rows, found.total, found.page, found.pages, found.per_page)


def waiting_files(scope: Scope, count: int = 10) -> Sequence[BankFile]:
    """Files that were handed in and brought nothing in: refused, or waiting for somebody."""
    query = scope.select(BankFile).where(BankFile.kind == KIND, BankFile.state.in_(("reading", "refused")))
    return db.session.scalars(query.order_by(BankFile.id.desc()).limit(count)).all()


def open_count(scope: Scope) -> int:
    """How many movements nobody explained."""
    return db.session.scalar(scope.select(BankLine, func.count()).where(BankLine.state == "open")) or 0


def lines(scope: Scope, statement: BankStatement, wanted: Wanted) -> Found[BankLine]:
    """One page of the statement's movements in their order; filter "state" narrows."""
    query = _lines(scope, wanted).where(BankLine.statement_id == statement.id)
    found = page_of(query, wanted, [BankLine.number])
    return Found([row[0] for row in found.rows], found.total, found.page, found.pages, found.per_page)


def _lines(scope: Scope, wanted: Wanted) -> Select[Any]:
    state = wanted.filters.get("state", "")
    query = scope.select(BankLine)
    return query.where(BankLine.state == state) if state in STATES else query


def of_line(scope: Scope, line: BankLine) -> BankStatement:
    """The statement that a movement came with."""
    return db.session.scalars(scope.select(BankStatement).where(BankStatement.id == line.statement_id)).one()


def line_of(scope: Scope, match: BankMatch) -> str:
    """The ref of the movement that a match explains."""
    return db.session.scalars(scope.select(BankLine, BankLine.ref).where(BankLine.id == match.line_id)).one()


def next_open(scope: Scope, line: BankLine | None = None) -> str | None:
    """The ref of the next movement that waits, after this one in the same statement first; None when none does."""
    waits = scope.select(BankLine, BankLine.ref).where(BankLine.state == "open")
    if line is not None:
        here = waits.where(BankLine.statement_id == line.statement_id, BankLine.number > line.number)
        if ref := db.session.scalar(here.order_by(BankLine.number).limit(1)):
            return ref
        waits = waits.where(BankLine.id != line.id)
    return db.session.scalar(waits.order_by(BankLine.booked_on, BankLine.id).limit(1))


def explained(scope: Scope, ids: Sequence[int]) -> Mapping[int, Sequence[Explained]]:
    """Movement's id -> its matches that stand, in the order they were made."""
    found: dict[int, list[Explained]] = defaultdict(list)
    if not ids:
        return found
    query = (
        scope.select(BankMatch)
        .add_columns(
            Payment.ref, Agreement.ref, Agreement.number, GatewayPayout.gateway, GatewayPayout.payout_id,
            Batch.file_name, Refund.ref, JournalEntry.key,
        )
        .outerjoin(Payment, Payment.id == BankMatch.payment_id)
        .outerjoin(Refund, Refund.id == BankMatch.refund_id)
        .outerjoin(Agreement, Agreement.id == func.coalesce(BankMatch.agreement_id, Payment.agreement_id))
        .outerjoin(GatewayPayout, GatewayPayout.id == BankMatch.payout_id)
        .outerjoin(Batch, Batch.id == BankMatch.batch_id)
        .outerjoin(JournalEntry, JournalEntry.id == BankMatch.entry_id)
        .where(BankMatch.line_id.in_(ids), BankMatch.undone_at.is_(None))
        .order_by(BankMatch.id)
    )  # fmt: skip
    for match, payment, agreement, number, gateway, payout, file_name, _refund, key in db.session.execute(
        query
    ):
        name = number or (f"{gateway} {payout}" if payout else file_name) or ""
        found[match.line_id].append(Explained(match, name, payment, agreement, key))
    return found
