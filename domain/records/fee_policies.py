"""Read the late-fee policies and legal caps, once for a run. Verbs: `policies`, `legal_caps`, `rate_caps`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from domain.records.position import AnySession
from domain.records.writers import Writer
from domain.rules import late_fees
from domain.rules.legal_caps import LegalCap
from models import LateFeePolicy as PolicyRow
from models import LegalCap as CapRow
from models import Property, Unit

_POLICIES = select(PolicyRow.kind, PolicyRow.property_id, PolicyRow.agreement_id, PolicyRow.body).order_by(
    PolicyRow.id
)
_JURISDICTION = (
    select(Property.jurisdiction)
    .join(Unit, Unit.property_id == Property.id)
    .where(Unit.id == bindparam("of"))
)
_CAPS = select(*CapRow.__table__.c).where(CapRow.what == bindparam("what")).order_by(CapRow.id)


@dataclass(frozen=True, slots=True)
class Policies:
    """Every late-fee policy and legal cap, as read once for a run."""

    rows: tuple[tuple[str, int | None, int | None, late_fees.LateFeePolicy], ...]
    caps: tuple[LegalCap, ...]

    def of(
        self, kind: str, property_id: int | None, agreement_id: int
    ) -> Mapping[str, Sequence[late_fees.LateFeePolicy]]:
        """The policies that may count for an agreement, by scope."""
        found: dict[str, list[late_fees.LateFeePolicy]] = defaultdict(list)
        for of_kind, of_property, of_agreement, policy in self.rows:
            if of_agreement == agreement_id:
                found["agreement"].append(policy)
            elif of_agreement is None and of_kind == kind and of_property is None:
                found["company"].append(policy)
            elif of_agreement is None and of_kind == kind and of_property == property_id:
                found["property"].append(policy)
        return found

    def caps_of(self, kind: str, jurisdiction: str) -> Sequence[LegalCap]:
        """The figures of law on late fees that count for a kind in a place: its own and those that count everywhere."""
        return [cap for cap in _in_place(self.caps, jurisdiction) if cap.kind in ("", kind)]

    def any_of(self, kind: str) -> bool:
        return any(row[0] == kind for row in self.rows)


def policies(session: Writer) -> Policies:
    """All policies and caps."""
    rows = tuple(
        (kind, property_id, agreement_id, late_fees.from_json(body))
        for kind, property_id, agreement_id, body in session.execute(_POLICIES)
    )
    return Policies(rows, legal_caps(session, "late_fee"))


def legal_caps(session: AnySession, what: str) -> tuple[LegalCap, ...]:
    """The figures of law that the operator keeps on one thing: "late_fee", "rate", "returned_payment_fee"."""
    return tuple(
        LegalCap(
            jurisdiction=row.jurisdiction,
            what=row.what,
            effective_from=row.effective_from,
            source=row.source,
            verified_on=row.verified_on,
            kind=row.kind,
            amount_minor=row.amount_minor,
            percent=row.percent,
            earliest_days=row.earliest_days,
            combine=row.combine,
        )  # fmt: skip
        for row in session.execute(_CAPS, {"what": what})
    )


def rate_caps(session: Writer, unit_id: int | None = None) -> Sequence[LegalCap]:
    """The ceilings on rates that count for an agreement: see `caps_at`."""
    return caps_at(session, "rate", unit_id)


def caps_at(session: AnySession, what: str, unit_id: int | None = None) -> Sequence[LegalCap]:
    """The figures of law on one thing that count for an agreement, as late-fee caps do: those without a place, the
    business's own, and those of the place where its unit is, if it is of one.
    """
    place = session.execute(_JURISDICTION, {"of": unit_id}).scalar() if unit_id else None
    return _in_place(legal_caps(session, what), place or "")


def _in_place(caps: Sequence[LegalCap], jurisdiction: str) -> Sequence[LegalCap]:
    """Of figures of law, those that count in a place: its own, and those that count everywhere."""
    return [cap for cap in caps if cap.jurisdiction in ("", jurisdiction)]
