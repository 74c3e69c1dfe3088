"""Late fees that wait for a person: what "propose" policies would ask for. Counted anew, kept nowhere.

A large book is read on in parts, in the order in which agreements came, and says how far it looked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select

from domain.access import Scope
from domain.records.fee_policies import Policies, policies
from domain.records.late_fees import due_late_fees
from domain.reports.agreements import WITH_TERMS, View, standing
from domain.reports.office_views import Holder, holders_of
from domain.rules.late_fees import Fee
from models import Agreement, AuditEvent, Unit, db

PART = 150
LEFT = "late_fee.left"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One fee that waits. `left`: why somebody decided not to ask for it, None when nobody did."""

    view: View
    holders: Sequence[Holder]
    fee: Fee
    left: str | None


@dataclass(frozen=True, slots=True)
class Proposals:
    """The fees found among `looked` agreements. `after`: where to read on, 0 at the end. `any`: a policy proposes."""

    rows: Sequence[Proposal]
    looked: int
    after: int
    any: bool

    @property
    def waiting(self) -> Sequence[Proposal]:
        return [row for row in self.rows if row.left is None]

    @property
    def decided(self) -> Sequence[Proposal]:
        return [row for row in self.rows if row.left is not None]


def proposals(scope: Scope, today: date, at: datetime, zone: ZoneInfo, after: int = 0) -> Proposals:
    """The fees that wait on the day `today`, as of the local time `at`, among agreements that came after `after`."""
    session = db.session()
    rules = policies(session)
    wanted = _concerned(rules)
    if not wanted:
        return Proposals((), 0, 0, any=False)
    found = list(
        session.scalars(
            scope.select(Agreement)
            .where(Agreement.status == "active", Agreement.id > after, or_(*wanted))
            .options(*WITH_TERMS)
            .order_by(Agreement.id)
            .limit(PART)
        )
    )
    fees: list[tuple[View, Fee]] = []
    for view in standing(found, today):
        asked, _ = due_late_fees(
            session, view.agreement, view.terms, view.position, rules, today=today, at=at, zone=zone
        )
        fees += [(view, fee) for fee in asked if fee.proposed and fee.amount_minor]
    ids = [view.agreement.id for view, _ in fees]
    people, left = holders_of(ids), _left(scope, ids)
    rows = [
        Proposal(view, people.get(view.agreement.id, ()), fee, left.get((view.agreement.id, fee.key)))
        for view, fee in fees
    ]
    return Proposals(rows, len(found), found[-1].id if len(found) == PART else 0, any=True)


def _concerned(rules: Policies) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for kind, property_id, agreement_id, policy in rules.rows:
        if policy.posting != "propose":
            continue
        if agreement_id is not None:
            found.append(Agreement.id == agreement_id)
        elif property_id is not None:
            units = select(Unit.id).where(Unit.property_id == property_id)
            found.append(and_(Agreement.kind == kind, Agreement.unit_id.in_(units)))
        else:
            found.append(Agreement.kind == kind)
    return found


def _left(scope: Scope, ids: Sequence[int]) -> Mapping[tuple[int, str], str]:
    rows = db.session.scalars(
        scope.select(AuditEvent).where(
            AuditEvent.action == LEFT, AuditEvent.subject == "agreement", AuditEvent.subject_id.in_(ids)
        )
    )
    return {(row.subject_id or 0, row.detail["key"]): row.detail.get("reason", "") for row in rows}
