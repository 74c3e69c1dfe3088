"""Keep a change of a running agreement: its row in the history, and the terms as they stand after it.

Verbs: `known`, `keep`, `plan_change`, `revise`, `set_terms`. Inside the caller's transaction, under the agreement's
lock. A change is a row that is only ever added; what the kinds read is the agreement itself, so both are written
together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from domain.kinds.loan_revisions import Proposal
from domain.records.holder_notices import tell_change
from domain.records.writers import Writer
from domain.rules.documents import to_document
from domain.rules.revisions import Revision
from domain.words import Step, Trace, trace_json
from models import Agreement, AgreementChange, Loan

_OF = select(AgreementChange.number, AgreementChange.type, AgreementChange.body).where(
    AgreementChange.agreement_id == bindparam("of")
)
_LAST = select(func.coalesce(func.max(AgreementChange.number), 0)).where(
    AgreementChange.agreement_id == bindparam("of")
)
_INSERT = insert(AgreementChange.__table__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A change to be kept. `trace` says in sentences what it did; `body` is what the rules or a letter need of it."""

    type: str
    effective_on: date
    trace: Trace
    reason: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)


def last_number(session: Writer, agreement_id: int) -> int:
    """How many changes the agreement has seen."""
    return int(session.execute(_LAST, {"of": agreement_id}).scalar_one())


def known(session: Writer, agreement_id: int, ref: str) -> tuple[int, str] | None:
    """(number, type) of the change that the form `ref` made before; None where it made none."""
    for row in session.execute(_OF, {"of": agreement_id}):
        if row.body.get("ref") == ref:
            return row.number, row.type
    return None


def keep(session: Writer, agreement_id: int, ref: str, change: Kept, *, now: datetime, by: str) -> int:
    """Add the change to the agreement's history and tell its holders; returns its number there."""
    number = last_number(session, agreement_id) + 1
    session.execute(
        _INSERT,
        {
            "agreement_id": agreement_id,
            "number": number,
            "type": change.type,
            "effective_on": change.effective_on,
            "body": {"ref": ref, "why": trace_json(change.trace), **change.body},
            "reason": change.reason,
            "recorded_at": now,
            "recorded_by": by,
        },
    )
    tell_change(session, agreement_id, number, change.type, change.effective_on, change.trace, now)
    return number


def plan_change(proposal: Proposal, *first: Step, reason: str = "") -> Kept:
    """The change that a proposal for a loan's plan is; `first` is said before what it does."""
    told, revision = proposal.trace, proposal.revision
    trace = Trace(told.rule, told.version, (*first, *told.steps))
    return Kept(revision.kind, revision.on, trace, reason, {"revision": revision.to_json()})


def revise(session: Writer, agreement: Any, revision: Revision) -> None:
    """Append a revision to the plan of a loan; `agreement` (as `stored` gives it) has it afterwards."""
    revisions = [*(agreement.loan.revisions or ()), revision.to_json()]
    session.execute(update(Loan).where(Loan.agreement_id == agreement.id).values(revisions=revisions))
    agreement.loan.revisions = revisions


def set_terms(session: Writer, agreement: Any, terms: Any = None, **columns: Any) -> None:
    """Write other terms into the agreement's document, and columns of the agreement itself (`ends_on`, `ended_on`)."""
    values = dict(columns)
    if terms is not None:
        values["terms"] = {**agreement.terms, "terms": to_document(terms)}
    session.execute(update(Agreement).where(Agreement.id == agreement.id).values(**values))
    for name, value in values.items():
        setattr(agreement, name, value)
