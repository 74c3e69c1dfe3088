"""Whether a unit is free. Verb: `check_free`, inside the caller's transaction, which holds the unit's row."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.kinds import kind_of
from domain.words import N_, Refused, Sentence
from models import Agreement, Unit


def check_free(session: Session, unit: Unit, first: date, last: date, but: int = 0) -> None:
    """Refuse a stay of `unit` from one day through another that overlaps one that stands; `but` is left out."""
    rows = session.scalars(
        select(Agreement)
        .where(Agreement.unit_id == unit.id, Agreement.status != "undone", Agreement.id != but)
        .order_by(Agreement.start_on)
    )
    for row in rows:
        ends = kind_of(row.kind).read(row).last_on
        if row.start_on <= last and first <= ends:
            words = N_(
                "%(unit)s is let by %(number)s from %(first)s. Say there when that stay ends, or take another day."
            )
            raise Refused(
                Sentence(words, {"unit": unit.name, "number": row.number, "first": row.start_on}), "unit"
            )
