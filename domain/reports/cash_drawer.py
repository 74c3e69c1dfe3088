"""The cash drawer and what goes to the bank, as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from domain.access import Scope
from domain.records.cash_drawer import WAITING, flows, flows_at, last_count
from domain.reports.actors import Name, names_of
from domain.reports.payments import INSTRUMENTS, Line, lines, read
from domain.rules.cash_drawer import expected
from domain.words import Sentence, Trace
from models import BankDeposit, BankDepositItem, BankMatch, DrawerCount, Payment, db

MOST = 50
"""How many counts and slips a page lists."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What should lie in the drawer, why, and when it was counted last."""

    currency: str
    expected_minor: int
    why: Trace
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Count:
    """One count: what was there, what should have been, who says why it differs."""

    ref: str
    day: date
    currency: str
    counted_minor: int
    expected_minor: int
    note: str
    at: datetime
    by: Name

    @property
    def over_minor(self) -> int:
        return self.counted_minor - self.expected_minor


@dataclass(frozen=True, slots=True)
class Slip:
    """One deposit: its cash and its papers in minor units. `arrived`: the bank's statement has it."""

    ref: str
    day: date
    currency: str
    cash_minor: int
    amount_minor: int
    papers: int
    note: str
    at: datetime
    by: Name
    arrived: bool
    undone: bool


def standing(currency: str) -> Standing:
    """What should lie in the drawer of this currency now."""
    now, last = flows(db.session, currency), last_count(db.session, currency)
    why = expected(now, flows_at(last) if last else None, last.counted_minor if last else 0)
    return Standing(currency, now.expected_minor, why, last.counted_at if last else None)


def counts(scope: Scope, by: str = "") -> list[Count]:
    """The newest counts; `by`: only those of this actor."""
    query = scope.select(DrawerCount).order_by(DrawerCount.id.desc()).limit(MOST)
    rows = db.session.scalars(query.where(DrawerCount.counted_by == by) if by else query).all()
    names = names_of(row.counted_by for row in rows)
    return [
        Count(
            row.ref, row.day, row.currency, row.counted_minor, row.expected_minor, row.note, row.counted_at,
            names[row.counted_by],
        )
        for row in rows
    ]  # fmt: skip


def counted(scope: Scope, ref: str) -> bool:
    """Whether a form with this ref has made its count already."""
    return (
        db.session.scalar(scope.select(DrawerCount, DrawerCount.id).where(DrawerCount.ref == ref)) is not None
    )


def waiting(scope: Scope, currency: str) -> Sequence[Line]:
    """The papers of the counter that no slip has taken to the bank, newest first."""
    return read(lines(scope).where(Payment.currency == currency, *WAITING))


def notes_of(scope: Scope, papers: Sequence[Line]) -> dict[str, str]:
    """Payment's ref -> what was noted of its paper: its number, whose bank, so that one check is told from another."""
    refs = [line.ref for line in papers]
    return dict(
        db.session.execute(
            scope.select(Payment, Payment.ref, Payment.note).where(Payment.ref.in_(refs))
        ).all()
    )


def slips(scope: Scope) -> list[Slip]:
    """The newest slips."""
    return _slips(scope.select(BankDeposit).order_by(BankDeposit.id.desc()).limit(MOST))


def slip(scope: Scope, ref: str) -> Slip | None:
    """One slip, if the person may see it."""
    found = _slips(scope.select(BankDeposit).where(BankDeposit.ref == ref))
    return found[0] if found else None


def papers_of(scope: Scope, ref: str) -> list[tuple[Sentence, Line, str]]:
    """What a slip carries besides cash: (what it is, the payment, its note), in the order they were put on it."""
    on_it = (
        select(BankDepositItem.payment_id)
        .join(BankDeposit, BankDeposit.id == BankDepositItem.deposit_id)
        .where(BankDeposit.ref == ref)
    )
    notes: dict[int, str] = dict(
        db.session.execute(scope.select(Payment, Payment.id, Payment.note).where(Payment.id.in_(on_it))).all()
    )
    found = read(lines(scope).where(Payment.id.in_(on_it)))
    return [(Sentence(INSTRUMENTS[one.instrument]), one, notes.get(one.id, "")) for one in found]


def _slips(query: Select[Any]) -> list[Slip]:
    rows = db.session.scalars(query).all()
    ids = [row.id for row in rows]
    papers: dict[int, int] = dict(
        db.session.execute(
            select(BankDepositItem.deposit_id, func.count())
            .where(BankDepositItem.deposit_id.in_(ids))
            .group_by(BankDepositItem.deposit_id)
        ).all()
    )
    arrived = set(
        db.session.scalars(
            select(BankMatch.deposit_id).where(BankMatch.deposit_id.in_(ids), BankMatch.undone_at.is_(None))
        )
    )
    names = names_of(row.made_by for row in rows)
    return [
        Slip(
            row.ref, row.day, row.currency, row.cash_minor, row.amount_minor, papers.get(row.id, 0), row.note,
            row.made_at, names[row.made_by], row.id in arrived, row.undone_at is not None,
        )
        for row in rows
    ]  # fmt: skip
