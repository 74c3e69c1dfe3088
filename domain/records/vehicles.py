"""Write down a vehicle in the caller's transaction, with the words by which it is found. Verbs: `keep_vehicle`,
`keep_vehicles`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from domain.records import search_words
from domain.records.names import new_ref
from domain.rules.vehicles import Facts, checked
from models import Vehicle


def keep_vehicle(
    session: Session,
    agreement_id: int,
    values: Mapping[str, Any],
    *,
    by: str,
    now: datetime,
    ref: str = "",
    vehicle: Vehicle | None = None,
) -> None:
    """Add a vehicle with the columns that `domain.rules.vehicles.checked` gave, or give them to `vehicle`."""
    row = vehicle or Vehicle(ref=ref or new_ref(), agreement_id=agreement_id, recorded_at=now, recorded_by=by)
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    search_words.keep(session, "vehicle", [row.id])


def keep_vehicles(
    session: Session, agreement_id: int, vehicles: Sequence[Facts], *, by: str, now: datetime
) -> None:
    """Add what was typed of several. Raises Refused as `checked` does."""
    for vehicle in vehicles:
        keep_vehicle(session, agreement_id, checked(vehicle), by=by, now=now)
