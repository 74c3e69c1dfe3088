"""The list of agreements for the office: found, filtered and sorted by the database, fifty at a time.

What is due comes from each agreement's kind and is computed for the shown page alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, func, select

from domain.access import Scope
from domain.reports import word_search
from domain.reports.agreements import WITH_TERMS
from domain.reports.finding import Found, Wanted, order, page_of
from domain.reports.office_views import OWED, Held, held
from models import Agreement, AgreementParty, Balance, ImportBatch, Person, db

STATUSES = ("active", "closed", "charged_off", "undone")
PEOPLE = ("with", "without")

_OWED = (
    select(func.coalesce(func.sum(Balance.amount_minor), 0))
    .where(Balance.agreement_id == Agreement.id, Balance.account.in_(OWED))
    .correlate(Agreement)
    .scalar_subquery()
)
_FIRST = (
    select(Person.name)
    .join(AgreementParty, AgreementParty.person_id == Person.id)
    .where(AgreementParty.agreement_id == Agreement.id, AgreementParty.until_on.is_(None))
    .order_by(AgreementParty.id)
    .limit(1)
    .correlate(Agreement)
    .scalar_subquery()
)
SORTS: dict[str, Any] = {
    "number": Agreement.number,
    "title": Agreement.title,
    "person": func.coalesce(_FIRST, ""),
    "opened": Agreement.opened_on,
    "balance": _OWED,
}


def agreements(scope: Scope, wanted: Wanted, on: date) -> Found[Held]:
    """One page of agreements with their standing as of `on`. Filters: status, person (with, without), batch (a ref)."""
    query = _filtered(scope.select(Agreement, Agreement.id), wanted)
    found = page_of(query, wanted, order(wanted, SORTS, "number", Agreement.id))
    return replace(found, rows=these(scope, [row.id for row in found.rows], on))


def these(scope: Scope, ids: Sequence[int], on: date) -> list[Held]:
    """The agreements of these ids as they stand, in the order of the ids."""
    rows = db.session.scalars(
        scope.select(Agreement).where(Agreement.id.in_(ids)).options(*WITH_TERMS)
    ).unique()
    known = {agreement.id: agreement for agreement in rows}
    return held([known[key] for key in ids if key in known], on)


def _filtered(query: Select[Any], wanted: Wanted) -> Select[Any]:
    status, person = wanted.filters.get("status", ""), wanted.filters.get("person", "")
    if status in STATUSES:
        query = query.where(Agreement.status == status)
    elif status != "all":
        query = query.where(Agreement.status != "undone")
    if person in PEOPLE:
        on_it = exists().where(AgreementParty.agreement_id == Agreement.id, AgreementParty.until_on.is_(None))
        query = query.where(on_it if person == "with" else ~on_it)
    if batch := wanted.filters.get("batch", ""):
        query = query.where(Agreement.batch_id.in_(select(ImportBatch.id).where(ImportBatch.ref == batch)))
    words = word_search.fits(wanted.q, word_search.agreements(Agreement.id))
    return query if words is None else query.where(words)


def batches(scope: Scope) -> list[tuple[str, str]]:
    """(ref, file name) of the imports that stand, newest first, to filter by."""
    query = scope.select(ImportBatch, ImportBatch.ref, ImportBatch.filename).where(
        ImportBatch.state == "live"
    )
    return [(ref, name) for ref, name in db.session.execute(query.order_by(ImportBatch.id.desc()).limit(50))]


def of_person(scope: Scope, person_id: int, on: date) -> list[Held]:
    """Every agreement the person is on today (at most 200), open ones first."""
    mine = select(AgreementParty.agreement_id).where(
        AgreementParty.person_id == person_id, AgreementParty.until_on.is_(None)
    )
    query = scope.select(Agreement).where(Agreement.id.in_(mine)).options(*WITH_TERMS)
    rows = db.session.scalars(query.order_by(Agreement.status, Agreement.number).limit(200)).unique().all()
    return held(rows, on)


def exact(scope: Scope, number: str) -> str | None:
    """The ref of the agreement with exactly this number (in any case), if there is one."""
    tries = {number, number.upper()}
    return db.session.scalar(
        scope.select(Agreement, Agreement.ref).where(Agreement.number.in_(tries)).limit(1)
    )
