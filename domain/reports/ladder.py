"""The delinquency ladder for its page: the rungs that count, their versions, and whom it would reach today. Read-only.

The preview asks the same questions as the climb itself; a large book is looked at in parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.access import Scope
from domain.records.ladder import Case, cases, fee_of, rung_of
from domain.reports.actors import Name, names_of
from domain.reports.office_views import Holder, holders_of
from domain.rules.ladder import ACTS, DEFAULT, Rung
from domain.words import N_, Sentence
from models import Agreement, LadderAct, LadderStep, db

PART = 300
KIND_WORDS = {
    "": N_("Every kind"),
    "loan": N_("Loans"),
    "lease_to_own": N_("Leases to own"),
    "rental": N_("Rentals"),
    "credit_line": N_("Credit lines"),
}


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a rung, and who wrote it when."""

    ref: str
    rung: Rung
    at: datetime
    by: Name


@dataclass(frozen=True, slots=True)
class Reached:
    """An agreement that is late: the rungs it would climb today, or why it waits."""

    case: Case
    holders: Sequence[Holder]
    do: Sequence[Rung]
    passed: int
    waits: Sentence | None
    fees: dict[str, int]


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom the ladder would reach on a day, among `looked` agreements; `after` is where to read on, 0 at the end."""

    rows: Sequence[Reached]
    looked: int
    after: int


@dataclass(frozen=True, slots=True)
class Done:
    """A rung that an agreement climbed."""

    act: str
    name: str
    on: date
    late_since: date
    passed: bool


def versions(scope: Scope, name: str | None = None) -> list[Version]:
    """The versions of a rung, the last first; without a name, the last version of every rung by its days."""
    query = scope.select(LadderStep).order_by(LadderStep.id.desc())
    rows = db.session.scalars(query if name is None else query.where(LadderStep.name == name)).all()
    if name is None:
        newest: dict[str, LadderStep] = {}
        for row in rows:
            newest.setdefault(row.name, row)
        rows = sorted(newest.values(), key=lambda row: (row.days_late, row.name))
    names = names_of({row.recorded_by for row in rows})
    return [Version(row.ref, rung_of(row), row.recorded_at, names[row.recorded_by]) for row in rows]


def preview(scope: Scope, on: date, after: int = 0) -> Preview:
    """Whom the ladder would reach today as it stands; while it is off, whom the usual one would."""
    ladder = [rung_of(row) for row in db.session.scalars(scope.select(LadderStep).order_by(LadderStep.id))]
    if not any(rung.active for rung in ladder):
        ladder = list(DEFAULT)
    ids = list(
        db.session.scalars(
            scope.select(Agreement, Agreement.id)
            .where(Agreement.status == "active", Agreement.id > after)
            .order_by(Agreement.id)
            .limit(PART)
        )
    )
    late = [case for case in cases(db.session, ids, ladder, on) if case.late]
    people = holders_of([case.row.id for case in late])
    rows = []
    for case in late:
        climb = case.climb
        if climb.do or climb.waits:
            fees = {
                rung.name: fee_of(db.session, case, rung).amount_minor
                for rung in climb.do
                if rung.act == "fee"
            }
            holders = people.get(case.row.id, ())
            rows.append(Reached(case, holders, climb.do, len(climb.passed), climb.waits, fees))
    rows.sort(key=lambda row: row.case.late.since if row.case.late else on)
    return Preview(rows, len(ids), ids[-1] if len(ids) == PART else 0)


def climbed(scope: Scope, agreement: Agreement, count: int = 20) -> list[Done]:
    """What the ladder did about an agreement, the newest first."""
    rows = db.session.execute(
        scope.select(
            LadderAct,
            LadderStep.act,
            LadderAct.step_name,
            LadderAct.done_on,
            LadderAct.late_since,
            LadderAct.result,
        )
        .join(LadderStep, LadderStep.id == LadderAct.step_id)
        .where(LadderAct.agreement_id == agreement.id)
        .order_by(LadderAct.id.desc())
        .limit(count)
    )
    return [
        Done(ACTS[act], name, on, since, bool((result or {}).get("passed")))
        for act, name, on, since, result in rows
    ]


def on(scope: Scope) -> bool:
    """Whether any rung is switched on."""
    return any(one.rung.active for one in versions(scope))
