"""The days that law gives, as the operator keeps them: the list, and what counts for one agreement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.access import Scope
from domain.records.legal_days import law_of
from domain.reports.actors import Name, names_of
from domain.rules.legal_days import LegalDays
from models import Agreement, db
from models import LegalDays as Row


@dataclass(frozen=True, slots=True)
class Line:
    """One row with who kept it; `counts` on the day asked about, `past` where a later row has taken its place."""

    days: LegalDays
    by: Name
    counts: bool
    past: bool


def rows(scope: Scope, on: date) -> Sequence[Line]:
    """Every row by what it is for and where, the newest first."""
    found = db.session.scalars(
        scope.select(Row).order_by(Row.what, Row.jurisdiction, Row.effective_from.desc(), Row.id.desc())
    ).all()
    names, seen, lines = names_of(row.recorded_by for row in found), set(), []
    for row in found:
        place, begun = (row.what, row.jurisdiction), row.effective_from <= on
        says = LegalDays(
            row.jurisdiction, row.what, row.effective_from, row.days, row.source, row.verified_on
        )
        lines.append(Line(says, names[row.recorded_by], begun and place not in seen, begun and place in seen))
        if begun:
            seen.add(place)
    return lines


def law_for(scope: Scope, agreement: Agreement, what: str, on: date) -> LegalDays | None:
    """The row that counts on a day for the place of an agreement's unit; None where nobody keeps one."""
    scope.require("office")
    return law_of(db.session, agreement, what, on)
