"""Keep the words by which things are found, inside the caller's transaction. Verbs: `keep`, `keep_missing`.

Whoever adds a row of a subject or changes what it is called says `keep` in the same commit. `keep_missing` gives words
to rows that have none: those of a database from before there were any, and whatever was added without saying so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.records.bulk import add_many
from domain.rules.search_words import kept, number_words, phone_words, text_words, vin_words
from models import Agreement, Payment, Person, Property, SearchWord, Unit, Vehicle

CHUNK = 500
_WORD = SearchWord.__table__
_ADD = {
    name: dialect.insert(_WORD).on_conflict_do_nothing()
    for name, dialect in {"sqlite": sqlite, "postgresql": postgresql}.items()
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What can be found: the columns its words come from, and how."""

    model: Any
    columns: Sequence[Any]
    words: Callable[..., set[str]]
    only: Sequence[Any] = ()


def _person(name: str, number: str, email: str, phone: str) -> set[str]:
    return text_words(name, email) | number_words(number) | phone_words(phone)


def _agreement(number: str, title: str, details: Mapping[str, Any] | None) -> set[str]:
    said = [value for value in (details or {}).values() if isinstance(value, str)]
    return number_words(number) | text_words(title, *said)


def _vehicle(vin: str, plate: str, year: int | None, make: str, model: str) -> set[str]:
    return vin_words(vin) | number_words(plate) | text_words(str(year or ""), make, model)


SUBJECTS: dict[str, Subject] = {
    "person": Subject(Person, (Person.name, Person.number, Person.email, Person.phone), _person),
    "agreement": Subject(
        Agreement, (Agreement.number, Agreement.title, Agreement.details), _agreement,
        (Agreement.status != "undone",),
    ),
    "property": Subject(Property, (Property.name, Property.address), text_words),
    "unit": Subject(Unit, (Unit.name,), lambda name: text_words(name) | number_words(name)),
    "vehicle": Subject(
        Vehicle, (Vehicle.vin, Vehicle.plate, Vehicle.year, Vehicle.make, Vehicle.model), _vehicle
    ),
    "payment": Subject(Payment, (Payment.note,), text_words, (Payment.note != "",)),
}  # fmt: skip
"""Everything that is found by words. Payments are by their notes alone (a check's number); amounts have an index."""


def keep(session: Session, subject: str, ids: Sequence[int], *, fresh: bool = False) -> int:
    """Bring the words of these rows up to what stands in them; returns how many words came or went.

    Flush first. `fresh`: the rows were added in this transaction and have no words yet.
    """
    return sum(
        _keep(session, subject, ids[first : first + CHUNK], fresh) for first in range(0, len(ids), CHUNK)
    )


def _keep(session: Session, subject: str, ids: Sequence[int], fresh: bool) -> int:
    what = SUBJECTS[subject]
    query = select(what.model.id, *what.columns).where(what.model.id.in_(ids), *what.only)
    if not fresh:
        # Two who change one row would each add words to what the other took away.
        query = query.with_for_update(key_share=True)
    wanted = {
        (key, word)
        for key, *values in session.execute(query.order_by(what.model.id))
        for word in kept(what.words(*values))
    }
    have: set[tuple[int, str]] = set()
    if not fresh:
        mine = SearchWord.subject == subject, SearchWord.subject_id.in_(ids)
        have = {
            (key, word)
            for key, word in session.execute(select(_WORD.c.subject_id, _WORD.c.word).where(*mine))
        }
    gone, come = sorted(have - wanted), sorted(wanted - have)
    if gone:
        pair = tuple_(SearchWord.subject_id, SearchWord.word)
        session.execute(delete(SearchWord).where(SearchWord.subject == subject, pair.in_(gone)))
    rows = [{"subject": subject, "subject_id": key, "word": word} for key, word in come]
    if fresh:
        add_many(session.connection(), _WORD, rows)
    elif rows:
        session.execute(_ADD[session.get_bind().dialect.name], rows)
    return len(gone) + len(come)


def missing(session: Session, subject: str, after: int, most: int) -> list[int]:
    """The next rows after this id that no word leads to."""
    what = SUBJECTS[subject]
    known = select(SearchWord.id).where(SearchWord.subject == subject, SearchWord.subject_id == what.model.id)
    query = select(what.model.id).where(what.model.id > after, ~known.exists(), *what.only)
    return list(session.scalars(query.order_by(what.model.id).limit(most)))


def all_of(session: Session, subject: str, after: int, most: int) -> list[int]:
    """The next rows after this id, whether they have words or not, and rows that only words remain of."""
    what = SUBJECTS[subject]
    rows = select(what.model.id).where(what.model.id > after, *what.only)
    words = select(_WORD.c.subject_id).where(_WORD.c.subject == subject, _WORD.c.subject_id > after)
    both = rows.union(words).subquery()
    return list(session.scalars(select(both.c[0]).order_by(both.c[0]).limit(most)))
