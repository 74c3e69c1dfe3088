"""What is spent on a property. Verbs: `spend`, `take_back`.

An expense is paid from our bank account: Dr spent on properties, Cr bank, in the house's own chain. It reaches the
owners when their month is closed (`domain.actions.owner_months`). A mistake is taken back by a second row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.handed_in_files import HandedIn, take
from domain.records.accounts import BANK, PROPERTY_EXPENSES
from domain.records.books import Draft
from domain.records.house_entries import house_head, post_house, reverse_house
from domain.records.names import new_ref
from domain.records.words_out import audit
from domain.rules.expenses import CATEGORIES
from domain.rules.file_kinds import media_type_of
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Refused, Sentence, Step, Trace, trace_json
from models import Business, Expense, OwnerStatement, Property, Unit

RIGHT = "expenses"
MOST_MINOR = 10**12
MOST_REASON = 200


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent: `amount_minor` above zero in the business's currency. `unit` is its
    name in the property, "" for the whole house."""

    property_ref: str
    on: date
    category: str
    amount_minor: int
    vendor: str = ""
    description: str = ""
    unit: str = ""


def spend(
    spent: Spent, ref: str, *, who: Scope, today: date, now: datetime, uploads: Path, file: HandedIn | None = None
) -> str:  # fmt: skip
    """Write an expense down and post it; returns its ref, which is the form's, so that sending it twice acts once.

    Raises NotAllowed, Gone for a property that is not there, Refused beside its field, Conflict for a used form.
    """
    who.require(RIGHT)
    check_spent(spent, today)
    if file is not None:
        media_type_of(file.content)
    with transaction() as session:
        house_head(session)
        spend_within(session, spent, ref, who=who, now=now, uploads=uploads, file=file)
    return ref


def spend_within(
    session: Session, spent: Spent, ref: str, *, who: Scope, now: datetime, uploads: Path, file: HandedIn | None = None
) -> int:  # fmt: skip
    """Post a checked expense inside the caller's transaction, which holds the head of the houses; returns its id."""
    house = session.scalars(who.select(Property).where(Property.ref == spent.property_ref)).first()
    if house is None:
        raise Gone(Sentence(N_("There is no such property.")))
    known = session.scalars(select(Expense).where(Expense.ref == ref)).first()
    if known is not None:
        if (known.property_id, known.amount_minor) != (house.id, spent.amount_minor):
            raise Conflict(Sentence(N_("This form was already used. Open it again.")))
        return known.id
    _check_open(session, house, spent.on)
    currency = session.scalars(select(Business.currency)).first() or "USD"
    unit_id = _unit(session, house, spent.unit)
    words = Sentence(N_("Spent on %(house)s: %(what)s"), {"house": house.name, "what": _what(spent)})
    entry_id = post_house(
        session,
        Draft(
            key=f"expense:{ref}", cause="expense.paid", currency=currency, effective_on=spent.on,
            lines=((PROPERTY_EXPENSES, spent.amount_minor), (BANK, -spent.amount_minor)),
            note=trace_json(Trace("expense", 1, (Step(words, spent.amount_minor),))),
        ),
        now=now, by=who.by,
    )  # fmt: skip
    kept = file and take(session, file, uploads, property_id=house.id, by=who.by, now=now)
    row = Expense(
        ref=ref, property_id=house.id, unit_id=unit_id, spent_on=spent.on, category=spent.category,
        vendor=spent.vendor[:120], description=spent.description[:300], currency=currency,
        amount_minor=spent.amount_minor, file_id=kept.id if kept else None, entry_id=entry_id,
        recorded_at=now, recorded_by=who.by,
    )  # fmt: skip
    _keep(session, row, house, "expense.added", who, now)
    return row.id


def take_back(ref: str, reason: str, *, who: Scope, today: date, now: datetime) -> bool:
    """Take an expense back that was a mistake, by a second row of today; False when it was before.

    Raises NotAllowed, Gone, Refused without a reason or for a row that itself takes one back.
    """
    who.require(RIGHT)
    if not reason.strip():
        raise Refused(Sentence(N_("Say why.")), "reason")
    with transaction() as session:
        house_head(session)
        row = session.scalars(who.select(Expense).where(Expense.ref == ref)).first()
        if row is None:
            raise Gone(Sentence(N_("There is no such expense.")))
        if row.about_id is not None:
            raise Refused(Sentence(N_("This takes an expense back already.")), "reason")
        if session.scalar(select(Expense.id).where(Expense.about_id == row.id)) is not None:
            return False
        on = max(today, row.spent_on)
        entry_id = reverse_house(
            session, row.entry_id, f"expense:{ref}:taken_back", on=on, note={"reason": reason.strip()[:MOST_REASON]},
            now=now, by=who.by,
        )  # fmt: skip
        back = Expense(
            ref=new_ref(), property_id=row.property_id, unit_id=row.unit_id, spent_on=on, category=row.category,
            vendor=row.vendor, description=reason.strip()[:MOST_REASON], currency=row.currency,
            amount_minor=-row.amount_minor, about_id=row.id, entry_id=entry_id, recorded_at=now, recorded_by=who.by,
        )  # fmt: skip
        _keep(session, back, session.get_one(Property, row.property_id), "expense.taken_back", who, now)
    return True


def _check_open(session: Session, house: Property, on: date) -> None:
    """Raise Refused for a day before the first month that was closed: no statement would ever tell of it."""
    first = session.scalar(
        select(func.min(OwnerStatement.period_from)).where(OwnerStatement.property_id == house.id)
    )
    if first is not None and on < first:
        words = N_("The first closed month began on %(day)s. An expense of before would reach no owner.")
        raise Refused(Sentence(words, {"day": first}), "day")


def _keep(session: Session, row: Expense, house: Property, action: str, who: Scope, now: datetime) -> None:
    session.add(row)
    session.flush()
    detail: dict[str, Any] = {
        "expense": row.ref, "amount_minor": row.amount_minor, "category": row.category, "house": house.name,
    }  # fmt: skip
    audit(session, by=who.by, action=action, subject="property", subject_id=house.id, at=now, detail=detail)


def check_spent(spent: Spent, today: date) -> None:
    """Raise Refused beside "amount", "category" or "day" for what cannot be written down."""
    if spent.amount_minor <= 0:
        raise Refused(Sentence(N_("Write an amount above zero.")), "amount")
    if spent.amount_minor > MOST_MINOR:
        raise Refused(Sentence(N_("This amount is too large. Check the number of digits.")), "amount")
    if spent.category not in CATEGORIES:
        raise Refused(Sentence(N_("Choose what it was for.")), "category")
    if spent.on > today:
        raise Refused(Sentence(N_("This day has not come.")), "day")


def _unit(session: Session, house: Property, name: str) -> int | None:
    if not name.strip():
        return None
    found = session.scalar(select(Unit.id).where(Unit.name == name.strip(), Unit.property_id == house.id))
    if found is None:
        raise Refused(Sentence(N_("There is no such unit in this property.")), "unit")
    return found


def _what(spent: Spent) -> str | Sentence:
    return spent.description or spent.vendor or Sentence(CATEGORIES[spent.category])
