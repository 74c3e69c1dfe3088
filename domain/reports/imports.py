"""What the pages show of imports: the list, one batch with its figures, its problems page by page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, scoped_session

from domain.access import Scope
from domain.portfolio.problems import Problem, sentence_from
from domain.portfolio.profiles import PROFILES
from domain.portfolio.rent_roll import PEOPLE
from domain.rules.calendar import add_months
from domain.words import N_, Sentence
from models import (
    Agreement,
    AgreementParty,
    Charge,
    ImportBatch,
    ImportRow,
    Payment,
    Standing,
    Token,
    db,
)

AnySession = Session | scoped_session[Any]

PAGE = 50
SILENT = timedelta(seconds=60)
"""After this long without a sign of life a run counts as stopped, and the page offers to go on."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows: `number` from 1 of `pages`, `total` rows in all."""

    rows: list[Any]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Ask:
    """A field of a profile as the page asks for it: which heading was taken, if any."""

    name: str
    required: bool
    taken: str


def profiles() -> dict[str, Sentence]:
    """Profile name -> what it is, in words."""
    return {name: profile.title for name, profile in PROFILES.items()}


def needs_as_of(profile: str) -> bool:
    """Whether a file of this profile cannot be read before somebody says the day of its balances."""
    return profile in PROFILES and PROFILES[profile].needs_as_of


def listing(scope: Scope, number: int) -> Page:
    """The batches, newest first."""
    return _page(scope.select(ImportBatch).order_by(ImportBatch.id.desc()), number)


def problems(scope: Scope, batch: ImportBatch, number: int) -> Page:
    """(line, grave, heading, Sentence) for every problem of a batch, by line; refused lines come first."""
    query = (
        scope.select(ImportRow, ImportRow.line, ImportRow.outcome, ImportRow.problems)
        .where(ImportRow.batch_id == batch.id, ImportRow.outcome.in_(("refused", "warned")))
        .order_by(ImportRow.outcome, ImportRow.line)
    )
    found = _page(query, number, columns=True)
    rows = [
        (line, problem.grave, problem.column, problem.sentence)
        for line, _outcome, kept in found.rows
        for problem in map(Problem.from_json, kept)
    ]
    return Page(rows, found.number, found.pages, found.total)


def figures(batch: ImportBatch) -> list[tuple[str, int]]:
    """The sums of money of a batch by name: principal, balance, past_due, difference (minor units)."""
    return list(batch.totals.get("money", {}).items())


def notes(batch: ImportBatch) -> list[Sentence]:
    return [sentence_from(note) for note in batch.totals.get("notes", [])]


def controls(batch: ImportBatch) -> tuple[list[Sentence], bool]:
    """What the file's own totals say, and whether they agree with its lines."""
    said = [sentence_from(one) for one in batch.totals.get("controls", [])]
    return said, not any("file" in sentence.params for sentence in said)


def questions(batch: ImportBatch) -> list[tuple[str, Sentence]]:
    """(option, question) for what the file leaves open."""
    return [(asked["option"], sentence_from(asked)) for asked in batch.totals.get("questions", [])]


def problem(batch: ImportBatch) -> Sentence | None:
    """Why a batch failed."""
    return sentence_from(json.loads(batch.problem)) if batch.problem else None


def asks(batch: ImportBatch) -> list[Ask]:
    """Every field of the batch's profile with the heading it was found under."""
    if batch.profile not in PROFILES:
        return []
    places = batch.totals.get("places", {})
    return [
        Ask(field.name, field.required, places.get(field.name, ""))
        for field in PROFILES[batch.profile].fields
    ]


def under_way(batch: ImportBatch) -> bool:
    """Whether a run is reading or staging the batch, or should be."""
    return batch.state in ("reading", "staging", "staged")


def stopped(batch: ImportBatch, now: datetime) -> bool:
    """Whether the run of a batch that is under way has shown no sign of life for a while."""
    beat = batch.totals.get("beat")
    return under_way(batch) and (not beat or now - datetime.fromisoformat(beat) > SILENT)


def touched(session: AnySession, which: ColumnElement[bool]) -> Sentence | None:
    """Why an import cannot be undone: names the first of its agreements to which something happened since; or None.

    `which` says which agreements are looked at: a payment, a charge, another entry, a link mailed, or a person who came
    or went keeps an agreement, and with it its whole import.
    """
    named = exists().where(
        ImportRow.agreement_id == AgreementParty.agreement_id,
        or_(*(ImportRow.prepared[place].as_integer() == AgreementParty.person_id for place in PEOPLE)),
    )
    moved = exists().where(
        AgreementParty.agreement_id == Agreement.id, or_(AgreementParty.until_on.is_not(None), ~named)
    )
    happened = [
        exists().where(model.agreement_id == Agreement.id, *own)
        for model, own in ((Payment, ()), (Charge, (Charge.rule != "opening",)), (Token, ()))
    ]
    number = session.scalar(
        select(Agreement.number)
        .join(Standing, Standing.agreement_id == Agreement.id)
        .where(which, or_(Standing.entries > 1, moved, *happened))
        .order_by(Agreement.id)
        .limit(1)
    )
    if number is None:
        return None
    return Sentence(
        N_("Agreement %(number)s has had a payment, a fee, a person or a mail since. It cannot be undone."),
        {"number": number},
    )


def why_not_undone(batch: ImportBatch) -> Sentence | None:
    """Why a batch cannot be undone, or None while it can."""
    if batch.state != "live":
        return Sentence(N_("Only an import that is live can be undone."))
    return touched(db.session, Agreement.batch_id == batch.id)


def old(batch: ImportBatch, on: date) -> bool:
    """Whether the balances of a batch are of a day more than a year ago."""
    return batch.as_of is not None and add_months(batch.as_of, 12) < on


def _page(query: Any, number: int, *, columns: bool = False) -> Page:
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(-(-total // PAGE), 1)
    number = min(max(number, 1), pages)
    found = db.session.execute(query.limit(PAGE).offset((number - 1) * PAGE))
    return Page(list(found.all() if columns else found.scalars()), number, pages, total)
