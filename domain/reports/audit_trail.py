"""Who did what, when and from where: the whole audit trail, narrowed by filters, in sentences and as a file."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, or_, select

from domain.access import Scope
from domain.reports.action_words import ACTION_WORDS
from domain.reports.actors import OTHERS, Name, names_of
from domain.reports.finding import Found, Wanted, page_of, says, words_of
from domain.rules.duties import DUTIES
from domain.words import N_, Sentence
from models import (
    Agreement,
    AuditEvent,
    AuditSeal,
    Document,
    ImportBatch,
    Payment,
    Person,
    Property,
    Unit,
    User,
    db,
)

RIGHT = "audit"
MOST = 50_000
_ACTOR = literal("user:") + cast(User.id, String)
SUBJECTS: Mapping[str, str] = {
    "agreement": N_("Agreements"),
    "person": N_("People"),
    "user": N_("Users"),
    "sign_in": N_("Sign-ins"),
    "payment": N_("Payments"),
    "payment_method": N_("Ways to pay"),
    "property": N_("Properties"),
    "unit": N_("Units"),
    "import": N_("Imports"),
    "document": N_("Documents"),
    "keys": N_("Keys"),
    "late_fee_policy": N_("Late-fee policies"),
    "legal_cap": N_("Legal limits"),
    "business": N_("The business"),
    "audit": N_("Audit trail"),
    "report": N_("Reports"),
    "export": N_("Archives of everything"),
}
"""What the trail is about, in the words of a filter. A subject that is not here is shown by its own name."""
_SAID: Mapping[str, str] = {
    "reason": N_("Reason: %(value)s"),
    "changed": N_("Changed: %(value)s"),
    "ended": N_("Sign-ins ended: %(value)s"),
    "role": N_("Role: %(value)s"),
    "duties": N_("Duty: %(value)s"),
    "branches": N_("Branch: %(value)s"),
    "strength": N_("Proved by: %(value)s"),
    "type": N_("Kind: %(value)s"),
    "filters": N_("Narrowed by: %(value)s"),
    "rows": N_("Lines: %(value)s"),
    "report": N_("Report: %(value)s"),
    "form": N_("As: %(value)s"),
}

_WORDS: Mapping[str, Mapping[str, str]] = {
    "role": {
        "admin": N_("Administrator"),
        "staff": N_("Staff"),
        "landlord": N_("Landlord"),
        "customer": N_("Customer"),
        "joint": N_("Joint holder"),
        "guarantor": N_("Guarantor"),
        "payer": N_("Payer of a share"),
    },
    "duties": DUTIES,
    "strength": {
        "password": N_("password"),
        "device": N_("password and mailed code"),
        "totp": N_("password and authenticator app"),
        "sms": N_("password and text message"),
        "recovery_code": N_("password and recovery code"),
        "passkey": N_("passkey"),
        "trusted": N_("password in a trusted browser"),
    },
}
"""What a noted value is called, where it is one of a few."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the trail is narrowed to. `who`: the ref of a user, or a kind of actor ("job"); days are the business's."""

    who: str = ""
    action: str = ""
    subject: str = ""
    from_on: date | None = None
    until_on: date | None = None
    words: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the trail. `about` names what it was done to; `endpoint` and `ref` lead there, if there is a page."""

    id: int
    at: datetime
    by: Name
    what: Sentence
    action: str
    subject: str
    about: str
    endpoint: str
    ref: str
    said: Sequence[Sentence]
    detail: Mapping[str, Any]
    address: str
    device: str


def trail(scope: Scope, asked: Asked, zone: ZoneInfo) -> Found[Event]:
    """One page of the trail, the newest first. Raises NotAllowed without the right."""
    scope.require(RIGHT)
    query = _narrowed(scope.select(AuditEvent, AuditEvent.id), asked, zone)
    found = page_of(query, Wanted(page=asked.page), [AuditEvent.id.desc()])
    rows = _rows(scope, [row.id for row in found.rows])
    return Found(rows, found.total, found.page, found.pages, found.per_page)


def _rows(scope: Scope, ids: Sequence[int]) -> list[Event]:
    events = db.session.scalars(
        scope.select(AuditEvent).where(AuditEvent.id.in_(ids)).order_by(AuditEvent.id.desc())
    ).all()
    names = names_of(event.by for event in events)
    about = _named(scope, events)
    return [_event(event, names, about.get((event.subject, event.subject_id or 0))) for event in events]


def _event(event: AuditEvent, names: Mapping[str, Name], about: tuple[str, str, str] | None) -> Event:
    named, endpoint, ref = about or (
        str(event.detail.get("number") or event.detail.get("name") or ""),
        "",
        "",
    )
    return Event(
        event.id, event.at, names[event.by], Sentence(ACTION_WORDS.get(event.action, event.action)), event.action,
        event.subject, named, endpoint, ref, _sentences(event.detail), event.detail,
        event.address or str(event.detail.get("address", "")), event.device,
    )  # fmt: skip


def _sentences(detail: Mapping[str, Any]) -> list[Sentence]:
    """What the line says besides, of what can be said in words; the rest stands in the file."""
    found = []
    for key, words in _SAID.items():
        noted = detail.get(key)
        for value in noted if isinstance(noted, list) else [noted]:
            if isinstance(value, str | int) and value != "":
                called = _WORDS.get(key, {}).get(str(value))
                found.append(Sentence(words, {"value": Sentence(called) if called else value}))
    return found


_PAID = select(Agreement.number).where(Agreement.id == Payment.agreement_id).scalar_subquery()

# subject -> (model, its name, its public ref, the page that shows it)
_PAGES: Mapping[str, tuple[Any, Any, Any, str]] = {
    "agreement": (Agreement, Agreement.number, Agreement.ref, "office.agreement"),
    "payment": (Payment, _PAID, Payment.ref, "office.payment"),
    "person": (Person, Person.name, Person.ref, "office.person"),
    "property": (Property, Property.name, Property.ref, "office.property"),
    "unit": (Unit, Unit.name, Unit.ref, "office.unit"),
    "document": (Document, Document.title, Document.ref, "office.document"),
    "import": (ImportBatch, ImportBatch.filename, ImportBatch.ref, "office.import_batch"),
}


def _named(scope: Scope, events: Iterable[AuditEvent]) -> dict[tuple[str, int], tuple[str, str, str]]:
    """(subject, id) -> (name, endpoint, ref) of what the events are about, one statement for each subject."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for event in events:
        if event.subject_id:
            wanted[event.subject].add(event.subject_id)
    found: dict[tuple[str, int], tuple[str, str, str]] = {}
    for subject, ids in wanted.items():
        if subject in _PAGES:
            model, name, ref, endpoint = _PAGES[subject]
            for key, *said in db.session.execute(
                scope.select(model, model.id, name, ref).where(model.id.in_(ids))
            ):
                found[subject, key] = (said[0], endpoint, said[1])
        elif subject == "user":
            query = scope.select(User, User.id, Person.name, Person.ref).join(
                Person, Person.id == User.person_id
            )
            for key, who, ref in db.session.execute(query.where(User.id.in_(ids))):
                found[subject, key] = (who, "office.person", ref)
    return found


def _narrowed(query: Select[Any], asked: Asked, zone: ZoneInfo) -> Select[Any]:
    if asked.who:
        query = query.where(_by(asked.who))
    if asked.action:
        query = query.where(AuditEvent.action == asked.action)
    if asked.subject:
        query = query.where(AuditEvent.subject == asked.subject)
    if asked.from_on:
        query = query.where(AuditEvent.at >= _begins(asked.from_on, zone))
    if asked.until_on and asked.until_on < date.max:
        query = query.where(AuditEvent.at < _begins(asked.until_on + timedelta(days=1), zone))
    for word in words_of(asked.words):
        query = query.where(_says(word))
    return query


def _begins(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local day begins, no earlier than any the database can hold."""
    return datetime.combine(max(day, date(1900, 1, 1)), time(0), zone).astimezone(UTC)


def _by(who: str) -> ColumnElement[bool]:
    if who in OTHERS:
        return or_(AuditEvent.by == who, AuditEvent.by.startswith(f"{who}:", autoescape=True))
    return AuditEvent.by == select(_ACTOR).where(User.ref == who).scalar_subquery()


def _says(word: str) -> ColumnElement[bool]:
    """Whether a line holds the word: in what was noted, in the name of who did it or of whom it is about, or where."""
    noted = cast(AuditEvent.detail, String)
    people = select(Person.id).where(says(Person.name, word))
    users = select(User.id).where(User.person_id.in_(people))
    agreements = select(Agreement.id).where(says(Agreement.number, word))
    by = select(_ACTOR).where(User.person_id.in_(people))
    # JSON keeps other letters than ASCII as escapes, and an escape knows no case.
    spellings = sorted({word, word.lower(), word.upper(), word.capitalize()})
    escaped = [noted.icontains(json.dumps(spelling)[1:-1], autoescape=True) for spelling in spellings]
    return or_(
        noted.icontains(word, autoescape=True),
        *escaped,
        AuditEvent.address == word,
        AuditEvent.device.icontains(word, autoescape=True),
        AuditEvent.by.in_(by),
        and_(AuditEvent.subject == "person", AuditEvent.subject_id.in_(people)),
        and_(AuditEvent.subject == "user", AuditEvent.subject_id.in_(users)),
        and_(AuditEvent.subject == "agreement", AuditEvent.subject_id.in_(agreements)),
    )


def actors(scope: Scope) -> list[tuple[str, str]]:
    """(ref, name) of the users of the office, to filter by."""
    scope.require(RIGHT)
    query = scope.select(User, User.ref, Person.name).join(Person, Person.id == User.person_id)
    rows = db.session.execute(query.where(User.role != "customer").order_by(Person.name))
    return [(ref, name) for ref, name in rows]


TABLE_HEAD = (
    N_("Number"), N_("At"), N_("By"), N_("What"), N_("Action"), N_("Subject"), N_("About"), N_("Noted"),
    N_("Address"), N_("Browser"), N_("Sealed"),
)  # fmt: skip
"""The columns of `table_rows`, still to be translated."""


def table_rows(scope: Scope, asked: Asked, zone: ZoneInfo, say: Callable[[Any], str]) -> list[list[Any]]:
    """Everything that fits, the newest first (at most 50,000 lines), under TABLE_HEAD; `say` turns words into text."""
    sealed = db.session.scalar(select(func.max(AuditSeal.through_event_id))) or 0
    rows: list[list[Any]] = []
    for event in events(scope, asked, zone):
        noted = json.dumps(event.detail, ensure_ascii=False, sort_keys=True) if event.detail else ""
        rows.append(
            [
                event.id, event.at, say(event.by), say(event.what), event.action, event.subject, event.about,
                noted, event.address, event.device, event.id <= sealed,
            ]
        )  # fmt: skip
    return rows


def events(scope: Scope, asked: Asked, zone: ZoneInfo) -> Iterator[Event]:
    """The lines themselves, the newest first, at most 50,000 of them. Raises NotAllowed without the right."""
    scope.require(RIGHT)
    ids = db.session.scalars(
        _narrowed(scope.select(AuditEvent, AuditEvent.id), asked, zone)
        .order_by(AuditEvent.id.desc())
        .limit(MOST)
    ).all()
    for start in range(0, len(ids), 500):
        yield from _rows(scope, ids[start : start + 500])
