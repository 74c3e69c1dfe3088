"""Who can sign a document of an agreement: its parties, the owners of its house, and the business itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from models import Agreement, AgreementParty, Business, Person, PropertyOwner, Unit

ORDER = ("customer", "joint", "guarantor", "owner", "business")
"""In which order they stand in a document; whoever signs for the business countersigns."""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who can sign. `key` names them in a form; `person_id` is None for the business."""

    key: str
    role: str
    person_id: int | None
    name: str


def parties_of(session: Session | scoped_session[Any], agreement: Agreement, on: date) -> Sequence[Party]:
    """All who can sign, in the order in which they stand in a document; each person once."""
    found = session.execute(
        select(AgreementParty.role, Person.id, Person.ref, Person.name)
        .join(Person, Person.id == AgreementParty.person_id)
        .where(
            AgreementParty.agreement_id == agreement.id, AgreementParty.until_on.is_(None),
            AgreementParty.role.in_(ORDER),
        )
        .order_by(AgreementParty.id)
    ).all()  # fmt: skip
    owners = session.execute(
        select(Person.id, Person.ref, Person.name)
        .join(PropertyOwner, PropertyOwner.person_id == Person.id)
        .join(Unit, Unit.property_id == PropertyOwner.property_id)
        .where(
            Unit.id == agreement.unit_id, PropertyOwner.from_on <= on,
            PropertyOwner.until_on.is_(None) | (PropertyOwner.until_on >= on),
        )
        .order_by(PropertyOwner.id)
    ).all()  # fmt: skip
    parties = {row.id: Party(row.ref, row.role, row.id, row.name) for row in found}
    for row in owners:
        parties.setdefault(row.id, Party(row.ref, "owner", row.id, row.name))
    business = session.scalar(select(Business.name)) or ""
    everybody = [*parties.values(), *([Party("business", "business", None, business)] if business else [])]
    return sorted(everybody, key=lambda one: ORDER.index(one.role))
