"""What the rent roll says of leases beside their terms: people, money, lateness, autopay. Verb: `facts_of`.

A fixed number of statements for any number of leases; as of a day, as known now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select

from domain.access import Scope
from domain.records.accounts import DEPOSITS_HELD, DEPOSITS_RECEIVABLE
from domain.records.charging import payer_key
from domain.records.contacts import house_zone
from domain.reports.as_of import Figures, figures
from domain.reports.as_of_rows import CHARGE_ITSELF
from models import (
    Agreement,
    AgreementParty,
    Autopay,
    Balance,
    Charge,
    JournalEntry,
    JournalLine,
    Person,
    db,
)

DEPOSIT = (DEPOSITS_HELD, DEPOSITS_RECEIVABLE)
"""What is held of a deposit is what was asked for, less what of that was never paid: the two sum to it, below zero."""
_LIVING = ("customer", "joint")


@dataclass(slots=True)
class Facts:
    """One lease on a day. `tenants` by name; `agencies` are the keys of payers of a share; money in minor units."""

    money: Figures | None = None
    tenants: list[str] = field(default_factory=list)
    agencies: set[str] = field(default_factory=set)
    deposit_minor: int = 0
    late_count: int = 0
    returned_count: int = 0
    autopay: bool = False


def facts_of(scope: Scope, ids: Sequence[int], on: date, today: date) -> Mapping[int, Facts]:
    """Agreement id -> its facts, for each of `ids`."""
    found: dict[int, Facts] = defaultdict(Facts)
    if not ids:
        return found
    asked = select(Agreement.id).where(Agreement.id.in_(ids))
    for agreement_id, money in figures(scope, on, today=today, agreements=asked).items():
        found[agreement_id].money = money
    _people(found, ids, on)
    for agreement_id, amount in deposits(ids, on, today).items():
        found[agreement_id].deposit_minor = amount
    _counts(found, ids, on)
    _autopay(found, ids, on)
    return found


def _people(found: Mapping[int, Facts], ids: Sequence[int], on: date) -> None:
    query = (
        select(AgreementParty.agreement_id, AgreementParty.role, Person.id, Person.name)
        .join(Person, Person.id == AgreementParty.person_id)
        .where(AgreementParty.agreement_id.in_(ids))
        .where(or_(AgreementParty.until_on.is_(None), AgreementParty.until_on >= on))
        .order_by(AgreementParty.id)
    )
    for agreement_id, role, person_id, name in db.session.execute(query):
        if role in _LIVING:
            found[agreement_id].tenants.append(name)
        elif role == "payer":
            found[agreement_id].agencies.add(payer_key(person_id))


def deposits(ids: Sequence[int], on: date, today: date) -> dict[int, int]:
    """Agreement id -> the deposit that was paid and is held as of the day."""
    summed = (
        select(JournalEntry.agreement_id, func.sum(JournalLine.amount_minor))
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalEntry.agreement_id.in_(ids), JournalEntry.effective_on <= on)
        .where(JournalLine.account.in_(DEPOSIT))
        .group_by(JournalEntry.agreement_id)
    )
    kept = (
        select(Balance.agreement_id, func.sum(Balance.amount_minor))
        .where(Balance.agreement_id.in_(ids), Balance.account.in_(DEPOSIT))
        .group_by(Balance.agreement_id)
    )
    rows = db.session.execute(kept if on >= today else summed)
    return {key: -int(amount) for key, amount in rows if key is not None and amount}


def _counts(found: Mapping[int, Facts], ids: Sequence[int], on: date) -> None:
    """How often a late fee was charged and not taken back, and how many payments came back."""
    fees = (
        select(Charge.agreement_id, func.count())
        .where(Charge.agreement_id.in_(ids), Charge.type == "late_fee", CHARGE_ITSELF)
        .where(Charge.due_on <= on)
        .group_by(Charge.agreement_id)
    )
    for agreement_id, count in db.session.execute(fees):
        found[agreement_id].late_count = count
    back = (
        select(JournalEntry.agreement_id, func.count())
        .where(JournalEntry.agreement_id.in_(ids), JournalEntry.effective_on <= on)
        .where(JournalEntry.cause == "payment.returned")
        .group_by(JournalEntry.agreement_id)
    )
    for key, count in db.session.execute(back):
        if key is not None:
            found[key].returned_count = count


def _autopay(found: Mapping[int, Facts], ids: Sequence[int], on: date) -> None:
    """Whether money is taken by itself on the day: accepted by then and not ended since."""
    over = datetime.combine(on + timedelta(days=1), time(), house_zone())
    query = select(Autopay.agreement_id).where(
        Autopay.agreement_id.in_(ids), Autopay.starts_on <= on, Autopay.mandate_id.is_not(None),
        or_(Autopay.ends_on.is_(None), Autopay.ends_on >= on),
        or_(Autopay.ended_at.is_(None), Autopay.ended_at >= over),
    )  # fmt: skip
    for (agreement_id,) in db.session.execute(query):
        found[agreement_id].autopay = True
