"""What the contact page knows: the hours of the week, and the reader's own numbers to have at hand. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from domain.access import Scope
from domain.reports.chat import hours
from domain.rules.opening_hours import WEEKDAYS, written
from domain.words import Sentence
from models import Agreement, Person, db

MOST = 20


@dataclass(frozen=True, slots=True)
class Mine:
    """The customer number, and (ref, number, title) of the agreements: what a caller is asked for."""

    number: str
    agreements: Sequence[tuple[str, str, str]]


def mine(scope: Scope) -> Mine:
    rows = db.session.execute(
        scope.select(Agreement, Agreement.ref, Agreement.number, Agreement.title)
        .where(Agreement.status.in_(("active", "charged_off")))
        .order_by(Agreement.id)
        .limit(MOST)
    ).all()
    number = db.session.scalar(select(Person.number).where(Person.id == scope.person_id)) or ""
    return Mine(number, [(ref, number, title) for ref, number, title in rows])


def week() -> list[tuple[Sentence, str]]:
    """Each weekday with its hours, "" where nobody is there; nothing at all where no hours were written down."""
    known = hours()
    if not known.known:
        return []
    return [
        (Sentence(name), ", ".join(written(span) for span in known.days.get(day, ())))
        for day, name in enumerate(WEEKDAYS)
    ]
