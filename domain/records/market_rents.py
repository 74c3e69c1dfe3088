"""Keep what a month in a unit could be let for, and since when. Verb: `note_market_rent`, inside a transaction."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import MarketRent, Unit


def note_market_rent(
    session: Session, unit: Unit, was_minor: int, *, on: date, now: datetime, by: str
) -> None:
    """Add the unit's market rent to its history from `on`; nothing where it is what it was (`was_minor`).

    A unit that is older than its history gets its first row too: what it was before, from the day it was added.
    """
    if unit.market_rent_minor == was_minor:
        return
    known = session.scalar(select(MarketRent.id).where(MarketRent.unit_id == unit.id).limit(1))
    if known is None and was_minor:
        began = min(unit.created_at.date(), on)
        session.add(_row(unit.id, began, was_minor, now, by))
    session.flush()
    session.add(_row(unit.id, on, unit.market_rent_minor, now, by))
    session.flush()


def _row(unit_id: int, on: date, amount_minor: int, now: datetime, by: str) -> MarketRent:
    return MarketRent(unit_id=unit_id, from_on=on, amount_minor=amount_minor, recorded_at=now, recorded_by=by)
