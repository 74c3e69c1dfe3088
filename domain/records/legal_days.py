"""The days that law gives, read for work inside a transaction. Verbs: `law_of`, `known_days`."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from domain.rules.legal_days import LegalDays, in_force
from models import LegalDays as Row
from models import Property, Unit


def law_of(session: Session | scoped_session[Any], agreement: Any, what: str, on: date) -> LegalDays | None:
    """The row that counts on a day for the place of an agreement's unit; None where nobody keeps one."""
    place = session.scalar(
        select(Property.jurisdiction)
        .join(Unit, Unit.property_id == Property.id)
        .where(Unit.id == agreement.unit_id)
    )
    return in_force(known_days(session, what), what, place or "", on)


def known_days(session: Session | scoped_session[Any], what: str) -> list[LegalDays]:
    """Every row for `what`, the oldest first."""
    rows = session.scalars(select(Row).where(Row.what == what).order_by(Row.effective_from, Row.id))
    return [
        LegalDays(row.jurisdiction, row.what, row.effective_from, row.days, row.source, row.verified_on)
        for row in rows
    ]
