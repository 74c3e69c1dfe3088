"""What came in a month of a property, by unit and tenant, for its owners' statements. Verb: `income_by_let`."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import func, select

from domain.access.parts import HOLDERS
from domain.records.owner_months import AnySession, lets_of
from domain.rules.money import round_ratio
from models import Agreement, AgreementParty, Allocation, Charge, JournalEntry, Person, Unit


def income_by_let(
    session: AnySession, property_id: int, first: date, last: date, currency: str, collected_minor: int
) -> list[dict[str, Any]]:
    """Unit, tenants and money that came from them from `first` to `last`, less what went back and the tax in it.

    A last line without a unit holds the rest of `collected_minor`: money of earlier months that settled since.
    """
    here = (
        JournalEntry.agreement_id.in_(lets_of(property_id, currency)),
        JournalEntry.effective_on.between(first, last),
    )
    came: dict[int, int] = defaultdict(int)
    paid = (
        select(Charge.agreement_id, Charge.amount_minor, Charge.tax_minor, func.sum(Allocation.amount_minor))
        .select_from(Allocation)
        .join(JournalEntry, JournalEntry.id == Allocation.entry_id)
        .join(Charge, Charge.id == Allocation.charge_id)
        .where(*here, Charge.type != "deposit")
        .group_by(Charge.id, Charge.agreement_id, Charge.amount_minor, Charge.tax_minor)
    )
    for agreement_id, amount, tax, total in session.execute(paid):
        came[agreement_id] += int(total) - (round_ratio(int(total) * tax, amount) if tax else 0)
    recovered = (
        select(JournalEntry.agreement_id, func.sum(Allocation.amount_minor))
        .join(JournalEntry, JournalEntry.id == Allocation.entry_id)
        .where(*here, Allocation.bucket == "recovery")
        .group_by(JournalEntry.agreement_id)
    )
    for of, came_late in session.execute(recovered):
        if of is not None:
            came[of] += int(came_late)
    named = _named(session, [agreement_id for agreement_id, amount in came.items() if amount])
    lines = [
        {"unit": unit, "tenants": tenants, "amount_minor": came[agreement_id]}
        for agreement_id, unit, tenants in named
    ]
    rest = collected_minor - sum(came.values())
    return [*lines, {"unit": "", "tenants": "", "amount_minor": rest}] if rest else lines


def _named(session: AnySession, ids: list[int]) -> list[tuple[int, str, str]]:
    """(id, unit, names of the tenants) of these agreements, by unit."""
    people: dict[int, list[str]] = defaultdict(list)
    holders = (
        select(AgreementParty.agreement_id, Person.name)
        .join(Person, Person.id == AgreementParty.person_id)
        .where(AgreementParty.agreement_id.in_(ids), AgreementParty.role.in_(HOLDERS))
        .order_by(AgreementParty.id)
    )
    for agreement_id, name in session.execute(holders):
        people[agreement_id].append(name)
    rows = session.execute(
        select(Agreement.id, Unit.name)
        .join(Unit, Unit.id == Agreement.unit_id)
        .where(Agreement.id.in_(ids))
        .order_by(Unit.name, Agreement.start_on, Agreement.id)
    )
    return [(row.id, row.name, ", ".join(people[row.id])) for row in rows]
