"""Names for new rows: unguessable refs for addresses, and the numbers people read on paper."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain import sealing
from models import Agreement, Person


def new_ref() -> str:
    """A random public name of 22 characters (128 bits)."""
    return sealing.fresh_ref()


def person_number(session: Session) -> str:
    """The next customer number, "C-10001" and so on. UNIQUE in the table; called inside a write transaction."""
    return f"C-{10_001 + (session.scalar(select(func.max(Person.id))) or 0)}"


def agreement_number(session: Session) -> str:
    """The next agreement number for agreements made here, "L-10001" and so on."""
    return f"L-{10_001 + (session.scalar(select(func.max(Agreement.id))) or 0)}"
