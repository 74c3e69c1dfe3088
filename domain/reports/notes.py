"""Notes as staff read them: of one agreement, of one person and their agreements, the latest of many. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from domain.access import Scope
from domain.reports.actors import Name, names_of
from models import Agreement, AgreementParty, Note, Person, db

SHOWN = 5
"""How many notes a page shows that is about something else; their own page has all, at most MOST."""
MOST = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One note. It is `about` an "agreement" or a "person": `about_ref` and `name` (its number, their name)."""

    ref: str
    text: str
    pinned: bool
    at: datetime
    by: Name
    about: str
    about_ref: str
    name: str


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes about one row, pinned ones first, then the newest: `lines` of `total`.

    `about` ("agreement" or "person") and `ref` name the row itself.
    """

    about: str
    ref: str
    lines: Sequence[Line]
    total: int


def of(scope: Scope, row: Agreement | Person, count: int = SHOWN) -> Notes:
    """Notes about an agreement, or about a person and the agreements they are on today."""
    if isinstance(row, Agreement):
        return _notes(scope, "agreement", row.ref, Note.agreement_id == row.id, count)
    return _notes(scope, "person", row.ref, _of_person(row), count)


def _of_person(person: Person) -> ColumnElement[bool]:
    held = select(AgreementParty.agreement_id).where(
        AgreementParty.person_id == person.id, AgreementParty.until_on.is_(None)
    )
    return or_(Note.person_id == person.id, Note.agreement_id.in_(held))


def one(scope: Scope, ref: str) -> Line | None:
    """One note that stands; None where there is none that the reader may see."""
    rows = _rows(scope, Note.ref == ref, 1)
    return rows[0] if rows else None


def latest(scope: Scope, agreement_ids: Sequence[int]) -> dict[int, Note]:
    """Agreement id -> the note that stands first on its page, for those that have one."""
    query = scope.select(Note).where(Note.agreement_id.in_(agreement_ids), Note.removed_at.is_(None))
    found: dict[int, Note] = {}
    for note in db.session.scalars(query.order_by(Note.pinned.desc(), Note.id.desc())):
        found.setdefault(note.agreement_id or 0, note)
    return found


def _notes(scope: Scope, about: str, ref: str, which: ColumnElement[bool], count: int) -> Notes:
    total = db.session.scalar(scope.select(Note, func.count()).where(which, Note.removed_at.is_(None))) or 0
    return Notes(about, ref, _rows(scope, which, count), total)


def _rows(scope: Scope, which: ColumnElement[bool], count: int) -> list[Line]:
    query: Any = (
        scope.select(Note)
        .add_columns(Agreement.ref, Agreement.number, Person.ref, Person.name)
        .outerjoin(Agreement, Agreement.id == Note.agreement_id)
        .outerjoin(Person, Person.id == Note.person_id)
        .where(which, Note.removed_at.is_(None))
        .order_by(Note.pinned.desc(), Note.id.desc())
        .limit(count)
    )
    rows = db.session.execute(query).all()
    names = names_of({row[0].written_by for row in rows})
    return [
        Line(
            note.ref, note.text, note.pinned, note.written_at, names[note.written_by],
            "agreement" if note.agreement_id else "person", agreement or person, number or name,
        )
        for note, agreement, number, person, name in rows
    ]  # fmt: skip
