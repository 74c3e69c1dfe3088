"""Answers written once, and what fills their places; who may look after a thread. Read-only.

Places are `%(name)s`, `%(first_name)s`, `%(agreement)s`, `%(business)s`, `%(me)s`, `%(day)s`: plain words put in where
they stand. One of which nothing is known stays, and is refused when it is sent (`domain.actions.threads`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from domain.access import Scope
from domain.reports.thread_pages import Shown
from domain.rules.message_text import ANSWER_PLACES, PLACE
from models import Agreement, AgreementParty, Business, CannedAnswer, Person, User, db

PLACES: Mapping[str, str] = ANSWER_PLACES


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as its page shows it."""

    ref: str
    title: str
    language: str
    body: str
    written_at: datetime


def answers(scope: Scope) -> list[Answer]:
    """All answers, by title."""
    rows = db.session.scalars(
        scope.select(CannedAnswer)
        .where(CannedAnswer.removed_at.is_(None))
        .order_by(CannedAnswer.title, CannedAnswer.language)
        .limit(500)
    )
    return [Answer(row.ref, row.title, row.language, row.body, row.written_at) for row in rows]


def offered(scope: Scope, language: str) -> list[Answer]:
    """The answers, those in the language of the thread first."""
    return sorted(answers(scope), key=lambda one: (one.language != language, one.title.casefold()))


def filled(scope: Scope, ref: str, shown: Shown, today: date, write_day: object) -> str | None:
    """The answer with its places filled from the thread; None for one that is not there.

    `write_day` turns a date into words in the reader's way.
    """
    query = scope.select(CannedAnswer, CannedAnswer.body).where(
        CannedAnswer.ref == ref, CannedAnswer.removed_at.is_(None)
    )
    body = db.session.scalar(query)
    if body is None:
        return None
    me = select(Person.name).join(User, User.person_id == Person.id).where(User.id == scope.user_id)
    values = {
        "name": shown.person,
        "first_name": shown.person.split(" ")[0],
        "agreement": shown.agreement,
        "business": db.session.scalar(select(Business.name)) or "",
        "me": db.session.scalar(me) or "",
        "day": write_day(today) if callable(write_day) else today.isoformat(),
    }
    return fill(body, values)


def fill(body: str, values: Mapping[str, str]) -> str:
    """The text with its places filled; one of which nothing is known stays. So does every other percent sign."""
    return PLACE.sub(lambda match: values.get(match[1]) or match[0], body)


def colleagues() -> list[tuple[str, str]]:
    """(ref, name) of everybody who may look after a thread."""
    rows = db.session.execute(
        select(User.ref, Person.name)
        .join(Person, Person.id == User.person_id)
        .where(User.role.in_(("staff", "admin")), User.disabled_at.is_(None))
        .order_by(Person.name)
        .limit(200)
    )
    return [(ref, name) for ref, name in rows]


def agreements_of(scope: Scope, person: Person) -> Sequence[tuple[str, str]]:
    """(ref, name) of the agreements that a person is on and the reader sees."""
    mine = select(AgreementParty.agreement_id).where(AgreementParty.person_id == person.id)
    rows = db.session.execute(
        scope.select(Agreement, Agreement.ref, Agreement.title, Agreement.number)
        .where(Agreement.id.in_(mine), Agreement.status != "undone")
        .order_by(Agreement.id.desc())
        .limit(50)
    )
    return [(ref, f"{number} · {title}" if title else number) for ref, title, number in rows]
