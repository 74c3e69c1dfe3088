"""The properties and units that a rent roll names: found by their names, or made. Used by the imports.

Verbs: `let_by` (who lets a unit already), `find_or_make`, `take_away` (what an undone import made and nobody uses).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from domain.actions.imports_rows import add_all
from domain.kinds import kind_of
from domain.records import search_words
from domain.records.names import new_ref
from models import Agreement, MarketRent, Model, Property, SearchWord, Unit

Place = tuple[str, str]
"""The names of a property and a unit."""


class Made(NamedTuple):
    """Ids of the units by place, and of what was made anew for each: place -> {"unit": id, "property": id}."""

    units: dict[Place, int]
    branches: dict[Place, str]
    fresh: dict[Place, dict[str, int]]


def place_of(said: Mapping[str, Any]) -> Place:
    return said["property"]["name"], said["unit"]["name"]


def let_by(
    session: Session, prepared: Iterable[Mapping[str, Any]], *, lock: bool = False
) -> dict[Place, str]:
    """Which of the rentals to be made are of a unit that is let in their days: place -> number of who lets it."""
    wanted = {place_of(said): date.fromisoformat(said["start"]) for said in prepared}
    if not wanted:
        return {}
    units = (
        select(Unit.id, Property.name, Unit.name)
        .join(Property, Property.id == Unit.property_id)
        .where(Property.name.in_({house for house, _ in wanted}), Unit.name.in_({unit for _, unit in wanted}))
    )
    if lock:
        units = units.order_by(Unit.id).with_for_update(of=Unit)
    places = {key: (house, unit) for key, house, unit in session.execute(units)}
    rows = session.scalars(
        select(Agreement).where(Agreement.unit_id.in_(places), Agreement.status != "undone")
    )
    found: dict[Place, str] = {}
    for row in rows:
        place = places[row.unit_id or 0]
        if place in wanted and kind_of(row.kind).read(row).last_on >= wanted[place]:
            found[place] = row.number
    return found


def find_or_make(session: Session, prepared: Sequence[Mapping[str, Any]], now: datetime) -> Made:
    """The units of these lines. What the file says of a unit that is here already is left alone."""
    by_place = {place_of(said): said for said in prepared}
    houses = {house: said["property"] for (house, _), said in by_place.items()}
    known = {
        name: (key, branch)
        for key, name, branch in session.execute(
            select(Property.id, Property.name, Property.branch).where(Property.name.in_(houses))
        )
    }
    new_houses = [name for name in houses if name not in known]
    ids = _add(session, Property, "property", [_property(houses[name], now) for name in new_houses])
    known |= {name: (key, "") for name, key in zip(new_houses, ids, strict=True)}
    owners = {key: name for name, (key, _) in known.items()}
    units = {
        (owners[of], name): key
        for key, of, name in session.execute(
            select(Unit.id, Unit.property_id, Unit.name).where(
                Unit.property_id.in_(owners), Unit.name.in_({unit for _, unit in by_place})
            )
        )
    }
    new_units = [place for place in by_place if place not in units]
    rows = [_unit(known[place[0]][0], by_place[place]["unit"], now) for place in new_units]
    fresh: dict[Place, dict[str, int]] = {}
    for place, key in zip(new_units, _add(session, Unit, "unit", rows), strict=True):
        units[place] = key
        fresh[place] = {"unit": key}
        if place[0] in new_houses:
            fresh[place]["property"] = known[place[0]][0]
    return Made(units, {place: known[place[0]][1] for place in by_place}, fresh)


def take_away(session: Session, units: Iterable[int], properties: Iterable[int]) -> None:
    """Delete those of these units, then properties, that nothing refers to any more."""
    for model, subject, ids in (
        (Unit, "unit", sorted(set(units))),
        (Property, "property", sorted(set(properties))),
    ):
        for first in range(0, len(ids), 500):
            some = ids[first : first + 500]
            if model is Unit:
                session.execute(delete(MarketRent).where(MarketRent.unit_id.in_(some)))
            used = [exists().where(column == model.id) for column in _pointing(model)]
            free = session.scalars(select(model.id).where(model.id.in_(some), *(~one for one in used))).all()
            session.execute(
                delete(SearchWord).where(SearchWord.subject == subject, SearchWord.subject_id.in_(free))
            )
            session.execute(
                delete(model).where(model.id.in_(free)).execution_options(synchronize_session=False)
            )


def _pointing(model: type[Unit] | type[Property]) -> list[Any]:
    """Every column of the schema that refers to the table of `model`."""
    return [
        column
        for table in Model.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == model.__tablename__ for key in column.foreign_keys)
    ]


def _add(session: Session, model: Any, subject: str, rows: list[dict[str, Any]]) -> list[int]:
    if not rows:
        return []
    ids = add_all(session, model.__table__, rows)
    search_words.keep(session, subject, ids, fresh=True)
    return ids


def _property(house: Mapping[str, str], now: datetime) -> dict[str, Any]:
    return {
        "ref": new_ref(), "name": house["name"], "address": house["address"], "jurisdiction": "", "branch": "",
        "created_at": now,
    }  # fmt: skip


def _unit(property_id: int, unit: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "ref": new_ref(), "property_id": property_id, "name": unit["name"], "beds": unit.get("beds"),
        "baths": Decimal(unit["baths"]) if "baths" in unit else None, "size": unit.get("size"),
        "market_rent_minor": unit["market_rent"], "created_at": now,
    }  # fmt: skip
