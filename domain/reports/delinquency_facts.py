"""What stands beside the figures of agreements that are late: people, last payment, promise, notices, hold, note.

These are today's, whatever day the figures are of. Question: `facts`, in a fixed number of statements for any number
of agreements. Landlords learn no telephone numbers and addresses, and read no notes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from domain.access import Scope
from domain.records.charging import payer_key
from domain.records.ladder import Case, cases, rung_of
from domain.reports import notes
from domain.reports.holds import TYPE_WORDS
from domain.words import N_, Money, Sentence
from models import (
    Agreement,
    AgreementParty,
    Hold,
    LadderAct,
    LadderStep,
    MoveNotice,
    Payment,
    PaymentReturn,
    Person,
    Promise,
    Property,
    Unit,
    db,
)

STATUS_WORDS = {
    "active": N_("Active"),
    "closed": N_("Closed"),
    "charged_off": N_("Charged off"),
    "notice": N_("On notice"),
    "eviction": N_("Eviction"),
}


@dataclass(slots=True)
class Facts:
    """One agreement: where and whose it is, and what is known of its debt. `people` are (ref, name) of its holders.

    `agencies` are the payer's keys of those who pay a share. Days and amounts are None where there is nothing.
    """

    ref: str
    number: str
    title: str
    status: str
    place: str = ""
    unit: str = ""
    people: list[tuple[str, str]] = field(default_factory=list)
    agencies: set[str] = field(default_factory=set)
    phone: str = ""
    email: str = ""
    paid_on: date | None = None
    paid_minor: int | None = None
    promise: Promise | None = None
    notice_on: date | None = None
    step: Sentence | None = None
    hold: str = ""
    note: str = ""

    @property
    def tenants(self) -> str:
        return ", ".join(name for _ref, name in self.people)

    @property
    def held(self) -> Sentence | None:
        return Sentence(self.hold) if self.hold else None

    @property
    def promised(self) -> Sentence | None:
        """The promise that stands, or the request that waits, in words."""
        if self.promise is None:
            return None
        given = {
            "amount": Money(self.promise.amount_minor, self.promise.currency),
            "day": self.promise.until_on,
        }
        if self.promise.state == "asked":
            return Sentence(N_("Asks for time until %(day)s"), given)
        return Sentence(N_("%(amount)s by %(day)s"), given)


def facts(scope: Scope, ids: Sequence[int], today: date) -> dict[int, Facts]:
    """Agreement id -> its facts, for those of `ids` that the person sees."""
    found = _agreements(scope, ids)
    _people(scope, found)
    _last_payments(scope, found)
    for promise in db.session.scalars(
        scope.select(Promise)
        .where(Promise.agreement_id.in_(found), Promise.state.in_(("asked", "open")))
        .order_by(Promise.id)
    ):
        found[promise.agreement_id].promise = promise
    _holds_and_notices(scope, found, today)
    for agreement_id, step in next_steps(scope, list(found), today).items():
        found[agreement_id].step = step
    for agreement_id, note in notes.latest(scope, list(found)).items():
        found[agreement_id].note = note.text
    return found


def _agreements(scope: Scope, ids: Sequence[int]) -> dict[int, Facts]:
    rows = db.session.execute(
        scope.select(
            Agreement, Agreement.id, Agreement.ref, Agreement.number, Agreement.title, Agreement.status,
            Property.name, Unit.name,
        )
        .outerjoin(Unit, Unit.id == Agreement.unit_id)
        .outerjoin(Property, Property.id == Unit.property_id)
        .where(Agreement.id.in_(ids))
    )  # fmt: skip
    return {
        key: Facts(ref, number, title, status, place or "", unit or "")
        for key, ref, number, title, status, place, unit in rows
    }


def _people(scope: Scope, found: Mapping[int, Facts]) -> None:
    rows = db.session.execute(
        select(
            AgreementParty.agreement_id, AgreementParty.role, Person.id, Person.ref, Person.name,
            Person.phone, Person.email,
        )
        .join(Person, Person.id == AgreementParty.person_id)
        .where(AgreementParty.agreement_id.in_(found), AgreementParty.until_on.is_(None))
        .order_by(AgreementParty.id)
    )  # fmt: skip
    for agreement_id, role, person_id, ref, name, phone, email in rows:
        one = found[agreement_id]
        if role == "payer":
            one.agencies.add(payer_key(person_id))
        elif role in ("customer", "joint"):
            one.people.append((ref, name))
            if scope.staff:
                one.phone, one.email = one.phone or phone, one.email or email


def _last_payments(scope: Scope, found: Mapping[int, Facts]) -> None:
    """The payment begun last among those that settled and did not come back."""
    place = func.row_number().over(
        partition_by=Payment.agreement_id, order_by=(Payment.begun_on.desc(), Payment.id.desc())
    )
    ranked = (
        scope.select(
            Payment, Payment.agreement_id, Payment.begun_on, Payment.amount_minor, place.label("place")
        )
        .where(Payment.agreement_id.in_(found), Payment.state == "settled")
        .where(Payment.id.not_in(select(PaymentReturn.payment_id)))
        .subquery()
    )
    for agreement_id, on, amount, _place in db.session.execute(select(ranked).where(ranked.c.place == 1)):
        found[agreement_id].paid_on, found[agreement_id].paid_minor = on, int(amount)


def _holds_and_notices(scope: Scope, found: Mapping[int, Facts], today: date) -> None:
    held: dict[int, list[str]] = defaultdict(list)
    query = scope.select(Hold, Hold.agreement_id, Hold.type).where(
        Hold.agreement_id.in_(found), Hold.lifted_at.is_(None)
    )
    for agreement_id, type_ in db.session.execute(query.order_by(Hold.id)):
        held[agreement_id].append(type_)
    for agreement_id, types in held.items():
        evicted = "eviction" in types
        found[agreement_id].hold = TYPE_WORDS["eviction" if evicted else types[0]]
        if evicted:
            found[agreement_id].status = "eviction"
    leaving = scope.select(MoveNotice, MoveNotice.agreement_id).where(
        MoveNotice.agreement_id.in_(found), MoveNotice.withdrawn_on.is_(None), MoveNotice.leaves_on >= today
    )
    for agreement_id in db.session.scalars(leaving):
        if found[agreement_id].status == "active":
            found[agreement_id].status = "notice"
    sent = (
        scope.select(LadderAct, LadderAct.agreement_id, func.max(LadderAct.done_on))
        .join(LadderStep, LadderStep.id == LadderAct.step_id)
        .where(LadderAct.agreement_id.in_(found), LadderStep.act == "notice")
        .group_by(LadderAct.agreement_id)
    )
    for agreement_id, on in db.session.execute(sent):
        found[agreement_id].notice_on = on


def next_steps(scope: Scope, ids: Sequence[int], today: date) -> dict[int, Sentence]:
    """Agreement id -> what the ladder does next about it, or why it waits; nothing while the ladder is off."""
    ladder = [rung_of(row) for row in db.session.scalars(scope.select(LadderStep).order_by(LadderStep.id))]
    if not any(rung.active for rung in ladder):
        return {}
    told = {case.row.id: _next_step(case) for case in cases(db.session, ids, ladder, today)}
    return {key: step for key, step in told.items() if step is not None}


def _next_step(case: Case) -> Sentence | None:
    if case.late is None:
        return None
    climb, days = case.climb, case.late.days(case.on)
    if climb.waits:
        return climb.waits
    if climb.do:
        return Sentence(N_("%(name)s, with the next run"), {"name": climb.do[0].name})
    ahead: list[Any] = [rung for rung in case.rungs if rung.name not in case.done and rung.days_late > days]
    if not ahead:
        return Sentence(N_("Every rung is climbed."))
    rung = ahead[0]
    on = case.late.since + timedelta(days=rung.days_late)
    return Sentence(N_("%(name)s on %(day)s"), {"name": rung.name, "day": on})
