"""What an agreement is of when it is of a unit: where it is and what it has, for the people on the agreement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from domain.access import Scope
from domain.words import N_, Sentence
from models import Agreement, Business, Property, Unit, db


@dataclass(frozen=True, slots=True)
class Place:
    """The unit of an agreement, as a link names it: `name` says the property too."""

    ref: str
    name: str


def place_of(scope: Scope, agreement: Agreement) -> Place | None:
    """The unit that an agreement is of; None where it is of none."""
    row = db.session.execute(
        scope.select(Agreement, Unit.ref, Property.name, Unit.name)
        .join(Unit, Unit.id == Agreement.unit_id)
        .join(Property, Property.id == Unit.property_id)
        .where(Agreement.id == agreement.id)
    ).first()
    return Place(row[0], f"{row[1]} · {row[2]}") if row else None


def unit_facts(scope: Scope, agreement: Agreement) -> Sequence[tuple[str, Any]]:
    """(label, value) of the unit, as far as they are known; none where the agreement is not of a unit."""
    row = db.session.execute(
        scope.select(Agreement, Property.name, Property.address, Unit.name, Unit.beds, Unit.baths, Unit.size)
        .join(Unit, Unit.id == Agreement.unit_id)
        .join(Property, Property.id == Unit.property_id)
        .where(Agreement.id == agreement.id)
    ).first()
    if row is None:
        return ()
    place, address, unit, beds, baths, size = row
    square = db.session.scalar(select(Business.area_unit)) == "m2"
    words = N_("%(size)s m²") if square else N_("%(size)s sq ft")
    size = None if size is None else Sentence(words, {"size": str(size)})
    baths = None if baths is None else str(baths)
    facts = (
        (N_("Property"), place),
        (N_("Address"), address),
        (N_("Unit"), unit),
        (N_("Bedrooms"), beds),
        (N_("Bathrooms"), baths),
        (N_("Size"), size),
    )
    return [(label, value) for label, value in facts if value not in (None, "")]
