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


PREFIX = {"loan": "L", "lease_to_own": "LTO", "rental": "RENT", "credit_line": "CR"}
"""How the number of an agreement made here begins, by kind."""


def agreement_number(session: Session, kind: str = "loan") -> str:
    """The next agreement number for agreements made here, "L-10001" and so on."""
    return f"{PREFIX[kind]}-{10_001 + (session.scalar(select(func.max(Agreement.id))) or 0)}"
