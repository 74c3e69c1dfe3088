"""Houses and what is let in them. Verbs: `add_property`, `change_property`, `add_unit`, `change_unit`.

What a unit could be let for is kept with the day since when: `domain.records.market_rents`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from domain.records import search_words
from domain.records.market_rents import note_market_rent
from domain.records.names import new_ref
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Gone, Refused, Sentence
from models import Property, Unit

MOST_ROOMS = 100
MOST_SIZE = 10_000_000
MOST_RENT_MINOR = 10**13
_SUBJECT: dict[type, str] = {Property: "property", Unit: "unit"}


@dataclass(frozen=True, slots=True)
class House:
    """What is known of a property. `jurisdiction` names whose law holds there ("US-CA"), as the legal limits do.

    `branch` is the office that looks after it, "" for the whole business.
    """

    name: str
    address: str = ""
    jurisdiction: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Let:
    """What is known of a unit. `size` is in the business's own measure, `market_rent_minor` a month in minor units."""

    name: str
    beds: int | None = None
    baths: Decimal | None = None
    size: int | None = None
    market_rent_minor: int = 0


def add_property(house: House, *, by: str, now: datetime) -> str:
    """Note down a property; returns its ref. Raises Refused for a name that is missing or in use."""
    return _add(Property(ref=new_ref(), created_at=now, **_checked_house(house)), by, now)


def change_property(ref: str, house: House, *, by: str, now: datetime) -> None:
    """Change what is known of a property. Raises Gone, or Refused as `add_property` does."""
    _change(Property, ref, _checked_house(house), by, now)


def add_unit(property_ref: str, unit: Let, *, by: str, now: datetime, today: date | None = None) -> str:
    """Note down a unit of a property; returns its ref. Raises Gone, or Refused for figures that cannot be meant or a
    name that another unit of the property has. Its market rent counts from `today`, the day of `now` if left out.
    """
    with transaction() as session:
        property_id = session.scalar(select(Property.id).where(Property.ref == property_ref))
    if property_id is None:
        raise Gone(Sentence(N_("There is no such property.")))
    row = Unit(ref=new_ref(), property_id=property_id, created_at=now, **_checked_unit(unit))
    return _add(row, by, now, today)


def change_unit(ref: str, unit: Let, *, by: str, now: datetime, today: date | None = None) -> None:
    """Change what is known of a unit. What its agreements ask for stays as agreed; its market rent counts from `today`
    on, and before that as it did.
    """
    _change(Unit, ref, _checked_unit(unit), by, now, today)


def _add(row: Any, by: str, now: datetime, today: date | None = None) -> str:
    subject, ref = _SUBJECT[type(row)], str(row.ref)
    try:
        with transaction() as session:
            session.add(row)
            session.flush()
            search_words.keep(session, subject, [row.id])
            if isinstance(row, Unit):
                note_market_rent(session, row, 0, on=today or now.date(), now=now, by=by)
            audit(
                session, by=by, action=f"{subject}.added", subject=subject, subject_id=row.id, at=now,
                detail={"name": row.name},
            )  # fmt: skip
    except IntegrityError as error:
        raise _taken(row.name) from error
    return ref


def _change(
    model: type[Any], ref: str, values: dict[str, Any], by: str, now: datetime, today: date | None = None
) -> None:
    subject = _SUBJECT[model]
    try:
        with transaction() as session:
            row = session.scalar(select(model).where(model.ref == ref).with_for_update())
            if row is None:
                raise Gone(Sentence(N_("This is not there any more.")))
            before = {name: str(getattr(row, name)) for name in values if getattr(row, name) != values[name]}
            was_minor = row.market_rent_minor if isinstance(row, Unit) else 0
            for name, value in values.items():
                setattr(row, name, value)
            session.flush()
            search_words.keep(session, subject, [row.id])
            if isinstance(row, Unit):
                note_market_rent(session, row, was_minor, on=today or now.date(), now=now, by=by)
            if before:
                audit(
                    session, by=by, action=f"{subject}.changed", subject=subject, subject_id=row.id, at=now,
                    detail={"before": before},
                )  # fmt: skip
    except IntegrityError as error:
        raise _taken(values["name"]) from error


def _taken(name: str) -> Refused:
    return Refused(
        Sentence(N_("Another one is named %(name)s. Choose another name."), {"name": name}), "name"
    )


def _checked_house(house: House) -> dict[str, Any]:
    name = " ".join(house.name.split())
    if not name:
        raise Refused(Sentence(N_("Write the name of the property.")), "name")
    place = house.jurisdiction.strip().upper()
    branch = " ".join(house.branch.split())[:60]
    return {
        "name": name[:120],
        "address": house.address.strip()[:500],
        "jurisdiction": place[:16],
        "branch": branch,
    }


def _checked_unit(unit: Let) -> dict[str, Any]:
    name = " ".join(unit.name.split())
    if not name:
        raise Refused(Sentence(N_("Write the name of the unit, for example 2B.")), "name")
    limits = (
        ("beds", unit.beds, MOST_ROOMS), ("baths", unit.baths, MOST_ROOMS), ("size", unit.size, MOST_SIZE),
        ("market_rent", unit.market_rent_minor, MOST_RENT_MINOR),
    )  # fmt: skip
    for field, value, most in limits:
        if value is not None and not 0 <= value <= most:
            raise Refused(
                Sentence(N_("This figure must be zero or above, and small enough to be meant.")), field
            )
    return {field.name: getattr(unit, field.name) for field in fields(Let)} | {"name": name[:60]}
