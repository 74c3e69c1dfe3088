"""The charges of an agreement as its customer and staff see them: what was asked, taken off, paid, what is open, why.

`lines` newest first, `line` one of them. A customer sees nobody's charges and their own (`domain.access`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from domain.access import Scope
from domain.reports.actors import Name, names_of
from domain.reports.agreements import View
from domain.rules.planned import TYPE_WORDS, called_by
from domain.words import N_, Sentence, Trace, trace_from
from models import Agreement, Allocation, Charge, JournalEntry, Person, db

LOWERED_WORDS = {
    "waiver": N_("Waived"),
    "correction": N_("Taken back"),
    "charge_off": N_("Charged off"),
}


@dataclass(frozen=True, slots=True)
class Lowering:
    """One row that lowers a charge: what it is, by how much (above zero, minor units), when, who and why."""

    what: Sentence
    amount_minor: int
    on: date
    at: datetime
    by: Name
    why: Trace


@dataclass(frozen=True, slots=True)
class Line:
    """One charge. Amounts in minor units: `amount_minor` - `lowered_minor` - `paid_minor` = `open_minor`.

    `tax_minor` is the part of the amount that is tax. `payer` names whose share it is, None when nobody's alone.
    `entry` is the number of its entry in the agreement's journal.
    """

    id: int
    type: str
    name: str | Sentence
    due_on: date
    period_from: date | None
    period_to: date | None
    amount_minor: int
    tax_minor: int
    lowered_minor: int
    paid_minor: int
    payer: Name | None
    entry: int
    why: Trace
    lowerings: Sequence[Lowering]

    @property
    def stands_minor(self) -> int:
        return self.amount_minor - self.lowered_minor

    @property
    def open_minor(self) -> int:
        return self.stands_minor - self.paid_minor

    def state(self, on: date) -> str:
        """ "taken off", "paid", "late", "due" or "upcoming"."""
        if self.open_minor <= 0:
            return "paid" if self.paid_minor > 0 else "taken off"
        if self.due_on == on:
            return "due"
        return "late" if self.due_on < on else "upcoming"


_LOWER = aliased(Charge)
_PAID = (
    select(func.coalesce(func.sum(Allocation.amount_minor), 0))
    .where(Allocation.charge_id == Charge.id)
    .correlate(Charge)
    .scalar_subquery()
)
_LOWERED = (
    select(func.coalesce(func.sum(-_LOWER.amount_minor), 0))
    .where(_LOWER.about_id == Charge.id)
    .correlate(Charge)
    .scalar_subquery()
)


def lines(scope: Scope, agreement: Agreement, most: int | None = None) -> list[Line]:
    """The charges of an agreement, newest due day first; at most `most` of them, and all that are open."""
    query = _query(scope, agreement)
    if most is None:
        return _read(scope, query)
    newest = _read(scope, query.limit(most))
    left = Charge.amount_minor - _LOWERED - _PAID
    still_open = _read(scope, query.where(left != 0, Charge.id.not_in([line.id for line in newest])))
    return newest + still_open


def addable(view: View) -> list[tuple[str, Sentence]]:
    """The types of charge that a person may add to the agreement, and what each is called."""
    return [(one, Sentence(TYPE_WORDS[one])) for one in view.kind.CHARGES]


def count(scope: Scope, agreement: Agreement) -> int:
    """How many charges there are to see."""
    query = scope.select(Charge, func.count()).where(
        Charge.agreement_id == agreement.id, Charge.about_id.is_(None)
    )
    return int(db.session.scalar(query) or 0)


def line(scope: Scope, agreement: Agreement, charge_id: int) -> Line | None:
    """One charge of the agreement; None for another one's, or one that is not theirs to see."""
    if not 0 < charge_id < 2**62:
        return None
    found = _read(scope, _query(scope, agreement).where(Charge.id == charge_id))
    return found[0] if found else None


def _query(scope: Scope, agreement: Agreement) -> Select[Any]:
    mine: ColumnElement[bool] = Charge.agreement_id == agreement.id
    return (
        scope.select(
            Charge, Charge.id, Charge.type, Charge.name, Charge.due_on, Charge.period_from, Charge.period_to,
            Charge.amount_minor, Charge.tax_minor, _LOWERED.label("lowered"), _PAID.label("paid"), Charge.payer,
            JournalEntry.position, JournalEntry.note,
        )
        .join(JournalEntry, JournalEntry.id == Charge.entry_id)
        .where(mine, Charge.about_id.is_(None))
        .order_by(Charge.due_on.desc(), Charge.id.desc())
    )  # fmt: skip


def _read(scope: Scope, query: Select[Any]) -> list[Line]:
    rows = db.session.execute(query).all()
    names = payer_names({row.payer for row in rows if row.payer})
    lowerings = _lowerings(scope, [row.id for row in rows if row.lowered])
    # Postgres sums whole numbers into a decimal; an amount is an int everywhere else.
    return [
        Line(
            id=row.id, type=row.type, name=called_by(row.name, row.type), due_on=row.due_on,
            period_from=row.period_from, period_to=row.period_to, amount_minor=row.amount_minor,
            tax_minor=row.tax_minor, lowered_minor=int(row.lowered), paid_minor=int(row.paid),
            payer=names.get(row.payer), entry=row.position or 0, why=trace_from(row.note),
            lowerings=lowerings.get(row.id, ()),
        )
        for row in rows
    ]  # fmt: skip


def _lowerings(scope: Scope, ids: Sequence[int]) -> dict[int, list[Lowering]]:
    if not ids:
        return {}
    rows = db.session.execute(
        scope.select(
            Charge, Charge.about_id, Charge.rule, Charge.amount_minor, Charge.due_on, JournalEntry.recorded_at,
            JournalEntry.recorded_by, JournalEntry.note,
        )
        .join(JournalEntry, JournalEntry.id == Charge.entry_id)
        .where(Charge.about_id.in_(ids))
        .order_by(Charge.id)
    ).all()  # fmt: skip
    names = names_of(row.recorded_by for row in rows)
    found: dict[int, list[Lowering]] = defaultdict(list)
    for row in rows:
        what = Sentence(LOWERED_WORDS.get(row.rule, N_("Taken off")))
        found[row.about_id].append(
            Lowering(
                what,
                -row.amount_minor,
                row.due_on,
                row.recorded_at,
                names[row.recorded_by],
                trace_from(row.note),
            )
        )
    return found


def payer_names(keys: set[str]) -> Mapping[str, Name]:
    """The key of a payer -> their name; a key that is no person of ours is shown as it is."""
    ids = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]
    known: dict[str, Name] = {key: key for key in keys if key}
    if ids:
        rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
        known |= {str(row.id): row.name for row in rows}
    return known
