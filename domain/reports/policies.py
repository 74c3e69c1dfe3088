"""Late-fee policies and figures of law for their pages.

Verbs: `policies`, `versions`, `caps`, `caps_at`, `preview`, and the choices of their forms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from domain.access import Scope
from domain.records.fee_policies import legal_caps
from domain.reports.actors import Name, names_of
from domain.reports.policy_words import words_of
from domain.rules.late_fee_check import check_policy
from domain.rules.late_fee_policy import LateFeePolicy
from domain.rules.late_fee_preview import CalendarRow, calendar
from domain.rules.late_fees import from_json
from domain.rules.legal_caps import LegalCap
from domain.words import N_, Refused, Sentence
from models import Agreement, Business, Person, Property, Unit, db
from models import LateFeePolicy as PolicyRow
from models import LegalCap as CapRow

KIND_WORDS = {
    "rental": N_("Rentals"),
    "loan": N_("Loans"),
    "lease_to_own": N_("Leases to own"),
    "credit_line": N_("Credit lines"),
}
WHAT_WORDS = {
    "late_fee": N_("Late fees"),
    "rate": N_("Yearly rates"),
    "returned_payment_fee": N_("Fees for payments that come back"),
    "card_fee": N_("Fees for paying by card"),
    "bank_fee": N_("Fees for paying from a bank account"),
    "interest_reported": N_("Interest of a year, to be reported from this amount"),
    "rent_reported": N_("Rents of a year, to be reported from this amount"),
}
PREVIEW_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a policy, with what it is for (`property_name`, `agreement_number`, else all of the kind)."""

    ref: str
    kind: str
    property_name: str
    property_ref: str
    jurisdiction: str
    agreement_number: str
    agreement_ref: str
    recorded_at: datetime
    by: Name
    policy: LateFeePolicy

    @property
    def narrow(self) -> bool:
        """Whether it is for one property or one agreement only."""
        return bool(self.property_name or self.agreement_number)

    @property
    def scope_words(self) -> Sentence:
        if self.agreement_number:
            return Sentence(N_("Agreement %(number)s"), {"number": self.agreement_number})
        if self.property_name:
            return Sentence(N_("Property %(name)s"), {"name": self.property_name})
        return Sentence(KIND_WORDS[self.kind])

    def words(self, due_on: date) -> Sequence[Sentence]:
        """What it says, with the date of the first fee for a payment due on a day."""
        return words_of(self.policy, due_on)


@dataclass(frozen=True, slots=True)
class Known:
    """A policy by its name: the version that counts on the day asked about (or the first, to come) and the last one."""

    now: Version
    last: Version
    counts: bool


def _rows(scope: Scope, name: str | None = None) -> list[Version]:
    query = (
        scope.select(
            PolicyRow, PolicyRow, Property.name, Property.ref, Property.jurisdiction, Agreement.number, Agreement.ref
        )
        .outerjoin(Agreement, Agreement.id == PolicyRow.agreement_id)
        .outerjoin(Unit, Unit.id == Agreement.unit_id)
        .outerjoin(Property, Property.id.in_([PolicyRow.property_id, Unit.property_id]))
        .order_by(PolicyRow.name, PolicyRow.version.desc())
    )  # fmt: skip
    if name is not None:
        query = query.where(PolicyRow.name == name)
    rows = db.session.execute(query).all()
    names = names_of(row[0].recorded_by for row in rows)
    return [
        Version(
            row.ref, row.kind, house if row.property_id else "", ref or "", law or "", number or "", agreement or "",
            row.recorded_at, names[row.recorded_by], from_json(row.body),
        )
        for row, house, ref, law, number, agreement in rows
    ]  # fmt: skip


def policies(scope: Scope, on: date) -> list[Known]:
    """Every policy as it counts on a day."""
    named: dict[str, list[Version]] = {}
    for version in _rows(scope):
        named.setdefault(version.policy.name, []).append(version)
    found = []
    for known in named.values():
        begun = [one for one in known if one.policy.effective_from <= on]
        newest = max(begun, key=lambda one: (one.policy.effective_from, one.policy.version), default=None)
        found.append(Known(newest or known[-1], known[0], newest is not None))
    return found


def versions(scope: Scope, name: str) -> list[Version]:
    """Every version of a policy, the last one first."""
    return _rows(scope, name)


def places(scope: Scope) -> list[str]:
    """Whose law the business's properties are under."""
    query = scope.select(Property, Property.jurisdiction).where(Property.jurisdiction != "").distinct()
    return sorted(db.session.scalars(query))


def property_choices(scope: Scope) -> list[tuple[str, str]]:
    """(ref, name) of every property."""
    query = scope.select(Property, Property.ref, Property.name).order_by(Property.name)
    return [(ref, name) for ref, name in db.session.execute(query)]


def payer_keys(scope: Scope, numbers: Sequence[str]) -> Mapping[str, str]:
    """Customer number -> the key under which that payer's shares stand; nothing for a number nobody has."""
    query = scope.select(Person, Person.number, Person.id).where(Person.number.in_(numbers))
    return {number: str(person_id) for number, person_id in db.session.execute(query)}


def payer_numbers(scope: Scope, keys: Sequence[str]) -> list[str]:
    """The customer numbers of payers' keys."""
    ids = [int(key) for key in keys if key.isdigit()]
    query = scope.select(Person, Person.number).where(Person.id.in_(ids)).order_by(Person.number)
    return list(db.session.scalars(query)) if ids else []


# --- the law -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of law with its row's ref; `counts`: whether it is the one in force in its place on the day."""

    ref: str
    cap: LegalCap
    by: Name
    counts: bool
    past: bool


def caps(scope: Scope, on: date) -> list[Figure]:
    """Every figure of law the operator keeps, by place and by what it limits, the newest first."""
    rows = db.session.scalars(
        scope.select(CapRow).order_by(
            CapRow.what, CapRow.jurisdiction, CapRow.kind, CapRow.effective_from.desc(), CapRow.id.desc()
        )
    ).all()
    names = names_of(row.recorded_by for row in rows)
    found, seen = [], set()
    for row in rows:
        place = (row.what, row.jurisdiction, row.kind)
        begun = row.effective_from <= on
        found.append(
            Figure(row.ref, cap_of(row), names[row.recorded_by], begun and place not in seen, place in seen)
        )
        if begun:
            seen.add(place)
    return found


def cap_of(row: CapRow) -> LegalCap:
    return LegalCap(
        jurisdiction=row.jurisdiction, what=row.what, effective_from=row.effective_from, source=row.source,
        verified_on=row.verified_on, kind=row.kind, amount_minor=row.amount_minor, percent=row.percent,
        earliest_days=row.earliest_days, combine=row.combine,  # type: ignore[arg-type]
    )  # fmt: skip


def caps_at(scope: Scope, what: str, place: str) -> list[LegalCap]:
    """The figures on one thing that count in a place: its own and those of the business's own place."""
    scope.require("office")
    return [cap for cap in legal_caps(db.session(), what) if cap.jurisdiction in ("", place)]


def returned_fee(scope: Scope) -> int:
    """What the business charges for a payment that comes back, in minor units."""
    scope.require("office")
    return db.session.scalar(select(Business.returned_payment_fee_minor)) or 0


# --- the preview -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Preview:
    """A policy as its form shows it beside itself: day by day, in words, and where the law allows less.

    `missing` is what must be said first; then there is nothing else.
    """

    rows: Sequence[CalendarRow] = ()
    words: Sequence[Sentence] = ()
    stricter: Sequence[Sentence] = ()
    missing: Sentence | None = None
    currency: str = ""


def preview(
    scope: Scope, policy: LateFeePolicy, place: str, due_on: date, amount_minor: int, *, everywhere: bool
) -> Preview:
    """What the policy does to a payment of `amount_minor` due on a day, under the law of a place, that stays unpaid.

    It counts on that day whatever day it is to begin, and needs no name yet. `everywhere`: it is for every property, so
    the law of each is asked.
    """
    policy = replace(
        policy, name=policy.name.strip() or "-", effective_from=min(policy.effective_from, due_on)
    )
    if amount_minor <= 0:
        return Preview(missing=Sentence(N_("Enter an amount above zero.")))
    try:
        check_policy(policy, (), due_on)
    except Refused as refused:
        return Preview(missing=refused.sentence)
    rows = calendar(policy, due_on, amount_minor, PREVIEW_MONTHS, caps_at(scope, "late_fee", place))
    stricter = _strict_places(scope, policy) if everywhere else ()
    return Preview(rows, words_of(policy, due_on), stricter, currency=policy.currency)


def _strict_places(scope: Scope, policy: LateFeePolicy) -> list[Sentence]:
    """Where the law allows less than a policy asks, and what it says there: fees there are held to that."""
    found = []
    known = legal_caps(db.session(), "late_fee")
    for place in places(scope):
        try:
            check_policy(policy, [cap for cap in known if cap.jurisdiction == place], policy.effective_from)
        except Refused as refused:
            found.append(refused.sentence)
    return found
