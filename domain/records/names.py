"""Names for new rows: unguessable refs for addresses, and the numbers people read on paper."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain import sealing
from models import Agreement, Person

MOST_AT_ONCE = 10_000


def new_ref() -> str:
    """A random public name of 22 characters (128 bits)."""
    return sealing.fresh_ref()


def person_number(session: Session) -> str:
    """The next customer number, "C-10001" and so on. UNIQUE in the table; called inside a write transaction."""
    return _free(session, "C", Person)


def person_numbers(session: Session, count: int) -> list[str]:
    """As many customer numbers that nobody has; inside a write transaction."""
    number, width = 10_001 + (session.scalar(select(func.max(Person.id))) or 0), count
    found: list[str] = []
    while len(found) < count:
        wanted = [f"C-{number + more}" for more in range(width)]
        taken = set(session.scalars(select(Person.number).where(Person.number.in_(wanted))))
        found += [one for one in wanted if one not in taken]
        number, width = number + width, min(width * 2, MOST_AT_ONCE)
    return found[:count]


PREFIX = {"loan": "L", "lease_to_own": "LTO", "rental": "RENT", "credit_line": "CR"}
"""How the number of an agreement made here begins, by kind."""


def agreement_number(session: Session, kind: str = "loan") -> str:
    """The next agreement number for agreements made here, "L-10001" and so on; inside a write transaction."""
    return _free(session, PREFIX[kind], Agreement)


def _free(session: Session, prefix: str, model: type[Agreement | Person]) -> str:
    """A number that nobody has: others may have typed ours, or brought them in with a book of their own."""
    number, step = 10_001 + (session.scalar(select(func.max(model.id))) or 0), 1
    while session.scalar(select(model.id).where(model.number == f"{prefix}-{number}")) is not None:
        number, step = number + step, step * 2
    return f"{prefix}-{number}"
