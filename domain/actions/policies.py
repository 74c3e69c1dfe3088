"""Late-fee policies and the figures of law they keep to. Nothing here changes a row: a change is a further one.

Verbs: `add_policy`, `change_policy`, `add_cap`, `set_returned_payment_fee`. A policy is for a kind of agreement, a
property or one agreement, and there is one of each: its versions follow each other. Agreements that a new row may
concern are looked at by the next day's billing, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records.fee_policies import Policies, policies
from domain.records.names import new_ref
from domain.records.words_out import audit
from domain.rules.late_fee_check import check_policy
from domain.rules.late_fee_policy import USUAL_TYPES
from domain.rules.late_fees import LateFeePolicy, to_json
from domain.rules.legal_caps import LegalCap, check_cap, returned_payment_fee
from domain.transaction import transaction
from domain.words import N_, Gone, Money, Refused, Sentence
from models import Agreement, Business, Property, Standing, Unit
from models import LateFeePolicy as PolicyRow
from models import LegalCap as CapRow

RIGHT = "settings"
MOST_NAME = 80
LARGEST_PAYMENT_MINOR = 10**12
_OF_PROPERTIES = "rental"


@dataclass(frozen=True, slots=True)
class Concerns:
    """What a policy is for: one agreement (by its number), else a property, else every agreement of its kind."""

    property_ref: str = ""
    agreement_number: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """A scope as it stands in a row, with whose law holds there."""

    kind: str
    property_id: int | None = None
    agreement_id: int | None = None
    jurisdiction: str = ""


def add_policy(policy: LateFeePolicy, concerns: Concerns, *, who: Scope, today: date, now: datetime) -> str:
    """Keep the first version of a policy; returns its ref.

    Raises NotAllowed; Refused, naming the field, for a policy that cannot be, a name in use, something that has one
    already, or fees that the law of the place does not allow.
    """
    who.require(RIGHT)
    name = " ".join(policy.name.split())
    if len(name) > MOST_NAME:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_NAME}), "name")
    with transaction() as session:
        _one_at_a_time(session)
        place = _place_of(session, policy.kind, concerns)
        if session.scalar(select(PolicyRow.id).where(func.lower(PolicyRow.name) == name.lower())):
            words = N_("Another one is named %(name)s. Choose another name.")
            raise Refused(Sentence(words, {"name": name}), "name")
        other = session.scalar(select(PolicyRow.name).where(*_same_scope(place)).limit(1))
        if other is not None:
            words = N_("There is a policy for this already, %(name)s. Change that one from a day on.")
            raise Refused(Sentence(words, {"name": other}), "concerns")
        policy = replace(_of_kind(policy, place.kind), name=name, version=1)
        return _keep(session, policy, place, who, today, now)


def change_policy(ref: str, policy: LateFeePolicy, *, who: Scope, today: date, now: datetime) -> str:
    """Add a version that counts from `policy.effective_from`; returns its ref. `ref` names the one it was made from.

    What fell due before that day keeps the version of then. Raises as `add_policy` does, Gone for an unknown ref, and
    Refused when the version it was made from is no longer the last one.
    """
    who.require(RIGHT)
    with transaction() as session:
        _one_at_a_time(session)
        before = session.scalar(select(PolicyRow).where(PolicyRow.ref == ref))
        if before is None:
            raise Gone(Sentence(N_("There is no such policy.")))
        last = session.scalar(select(func.max(PolicyRow.version)).where(PolicyRow.name == before.name)) or 0
        if before.version != last:
            words = N_("Somebody changed this policy meanwhile. Open it again and look at its last version.")
            raise Refused(Sentence(words))
        if policy.effective_from < before.effective_from:
            words = N_("The version before it counts from %(day)s: a change counts from that day or later.")
            raise Refused(Sentence(words, {"day": before.effective_from}), "effective_from")
        place = _Place(before.kind, before.property_id, before.agreement_id, _law_of(session, before))
        policy = replace(policy, name=before.name, version=last + 1, kind=before.kind)
        return _keep(session, policy, place, who, today, now)


def add_cap(cap: LegalCap, *, who: Scope, today: date, now: datetime) -> str:
    """Keep a figure of law from a day on; returns its ref. The row before it in the same place no longer counts then.

    Raises NotAllowed, or Refused (naming the field) for a figure that cannot be meant.
    """
    who.require(RIGHT)
    check_cap(cap, today)
    with transaction() as session:
        row = CapRow(
            ref=new_ref(), recorded_at=now, recorded_by=who.by, jurisdiction=cap.jurisdiction, kind=cap.kind,
            what=cap.what, effective_from=cap.effective_from, amount_minor=cap.amount_minor, percent=cap.percent,
            earliest_days=cap.earliest_days, combine=cap.combine, source=cap.source, verified_on=cap.verified_on,
        )  # fmt: skip
        session.add(row)
        session.flush()
        if cap.what == "late_fee":
            _look_again(session, true() if not cap.kind else Agreement.kind == cap.kind, today)
        audit(
            session, by=who.by, action="legal_cap.added", subject="legal_cap", subject_id=row.id, at=now,
            detail={"what": cap.what, "jurisdiction": cap.jurisdiction, "from": cap.effective_from.isoformat()},
        )  # fmt: skip
        return row.ref


def set_returned_payment_fee(
    amount_minor: int, caps: Sequence[LegalCap], *, who: Scope, today: date, now: datetime
) -> None:
    """Set what the business charges for a payment that comes back, in minor units; 0 for nothing.

    Raises Refused for a fee above what `caps`, the law of the business's own place, allow for any payment.
    """
    who.require(RIGHT)
    checked = returned_payment_fee(amount_minor, caps, "", LARGEST_PAYMENT_MINOR, today)
    with transaction() as session:
        business = session.scalars(select(Business).with_for_update()).one()
        if checked.clamped_from_minor is not None:
            words = N_("The law allows at most %(limit)s for a payment that comes back.")
            limit = Money(checked.amount_minor, business.currency)
            raise Refused(Sentence(words, {"limit": limit}), "returned_payment_fee")
        before, business.returned_payment_fee_minor = business.returned_payment_fee_minor, amount_minor
        if before != amount_minor:
            audit(
                session, by=who.by, action="settings.returned_payment_fee", subject="business", subject_id=1,
                at=now, detail={"before_minor": before, "after_minor": amount_minor},
            )  # fmt: skip


# --- what a policy is for --------------------------------------------------------------------------------------


def _one_at_a_time(session: Session) -> None:
    """Policies are made one after the other: two at once could both be the only one of their scope."""
    session.execute(select(Business.id).with_for_update())


def _of_kind(policy: LateFeePolicy, kind: str) -> LateFeePolicy:
    """The policy for another kind: what usually falls due under that one counts instead, what was added stays."""
    usual = USUAL_TYPES[policy.kind]
    added = tuple(name for name in policy.charge_types if name not in usual)
    return replace(
        policy, kind=kind, charge_types=(*USUAL_TYPES[kind], *added) if policy.charge_types else ()
    )


def _place_of(session: Session, kind: str, concerns: Concerns) -> _Place:
    if concerns.agreement_number:
        return _agreement_place(session, concerns.agreement_number)
    if concerns.property_ref:
        house = session.scalar(select(Property).where(Property.ref == concerns.property_ref))
        if house is None:
            raise Refused(Sentence(N_("This is not one of the choices.")), "property_ref")
        return _Place(_OF_PROPERTIES, house.id, None, house.jurisdiction)
    return _Place(kind)


def _agreement_place(session: Session, number: str) -> _Place:
    query = (
        select(Agreement.id, Agreement.kind, Property.jurisdiction)
        .outerjoin(Unit, Unit.id == Agreement.unit_id)
        .outerjoin(Property, Property.id == Unit.property_id)
        .where(Agreement.number == number, Agreement.status == "active")
    )
    row = session.execute(query).first()
    if row is None:
        words = N_("No agreement under way has this number.")
        raise Refused(Sentence(words), "agreement_number")
    return _Place(row.kind, None, row.id, row.jurisdiction or "")


def _law_of(session: Session, row: PolicyRow) -> str:
    if row.property_id is not None:
        return session.scalar(select(Property.jurisdiction).where(Property.id == row.property_id)) or ""
    if row.agreement_id is None:
        return ""
    query = (
        select(Property.jurisdiction)
        .join(Unit, Unit.property_id == Property.id)
        .join(Agreement, Agreement.unit_id == Unit.id)
        .where(Agreement.id == row.agreement_id)
    )
    return session.scalar(query) or ""


def _same_scope(place: _Place) -> list[ColumnElement[bool]]:
    if place.agreement_id is not None:
        return [PolicyRow.agreement_id == place.agreement_id]
    if place.property_id is not None:
        return [PolicyRow.property_id == place.property_id]
    return [
        PolicyRow.kind == place.kind,
        PolicyRow.property_id.is_(None),
        PolicyRow.agreement_id.is_(None),
    ]


def _keep(
    session: Session, policy: LateFeePolicy, place: _Place, who: Scope, today: date, now: datetime
) -> str:
    rules: Policies = policies(session)
    check_policy(policy, rules.caps_of(place.kind, place.jurisdiction), policy.effective_from)
    row = PolicyRow(
        ref=new_ref(), name=policy.name, version=policy.version, kind=place.kind, property_id=place.property_id,
        agreement_id=place.agreement_id, effective_from=policy.effective_from, body=to_json(policy),
        recorded_at=now, recorded_by=who.by,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _look_again(session, _concerned(place), today)
    audit(
        session, by=who.by, action="late_fee_policy.added" if policy.version == 1 else "late_fee_policy.changed",
        subject="late_fee_policy", subject_id=row.id, at=now,
        detail={"name": policy.name, "version": policy.version, "from": policy.effective_from.isoformat()},
    )  # fmt: skip
    return row.ref


def _concerned(place: _Place) -> ColumnElement[bool]:
    if place.agreement_id is not None:
        return Agreement.id == place.agreement_id
    if place.property_id is not None:
        units: Select[Any] = select(Unit.id).where(Unit.property_id == place.property_id)
        return Agreement.unit_id.in_(units)
    return Agreement.kind == place.kind


def _look_again(session: Session, which: ColumnElement[bool], today: date) -> None:
    """Let the day's billing look at these agreements with its next run."""
    session.execute(
        update(Standing)
        .where(
            Standing.agreement_id.in_(select(Agreement.id).where(Agreement.status == "active", which)),
            or_(Standing.next_bill_on.is_(None), Standing.next_bill_on > today),
        )
        .values(next_bill_on=today)
        .execution_options(synchronize_session=False)
    )
