"""Units and their leases as the rent roll reads them: a few statements for any number of units. Verb: `lets`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from domain.records.contacts import house_zone
from domain.rules.documents import from_document
from domain.rules.rent_terms import FOREVER, RentTerms
from domain.rules.unit_status import Days, GivenNotice, Stay, stay_after, stay_on, unit_status
from models import Agreement, Hold, MarketRent, MoveNotice, OffMarket, db

_LEASE = (
    Agreement.id, Agreement.ref, Agreement.number, Agreement.unit_id, Agreement.start_on, Agreement.ended_on,
    Agreement.created_at, Agreement.currency, Agreement.terms,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease of a unit: its row, when it runs, and what was said about leaving."""

    row: Any
    stay: Stay

    @property
    def terms(self) -> RentTerms:
        """Its terms, read when asked for: most leases of a unit are over."""
        return from_document(RentTerms, self.row.terms["terms"])


@dataclass(frozen=True, slots=True)
class LetUnit:
    """A unit on a day: its status, who is there (several only where leases overlap), who comes next, its market rent.

    `unit` is a row with id, ref, name, beds, baths, size, market_rent_minor, property_id, property, property_ref.
    """

    unit: Any
    status: str
    here: tuple[Lease, ...]
    coming: Lease | None
    market_minor: int


def lets(units: Sequence[Any], on: date) -> list[LetUnit]:
    """These units as of a day, in their order."""
    ids = [unit.id for unit in units]
    leases, off, market = _leases(ids), _off_market(ids), _market_rents(ids, on)
    found = []
    for unit in units:
        own = leases.get(unit.id, ())
        stays = [lease.stay for lease in own]
        now, coming = stay_on(on, stays), stay_after(on, stays)
        here = [lease for lease in own if now and Days(lease.stay.first_on, lease.stay.last_on).hold(on)]
        here.sort(key=lambda lease: lease.stay is not now)
        found.append(
            LetUnit(
                unit, unit_status(on, stays, off.get(unit.id, ())), tuple(here),
                next((lease for lease in own if lease.stay is coming), None),
                market.get(unit.id, unit.market_rent_minor),
            )
        )  # fmt: skip
    return found


def _leases(ids: Sequence[int]) -> Mapping[int, list[Lease]]:
    rows = db.session.execute(
        select(*_LEASE)
        .where(Agreement.unit_id.in_(ids), Agreement.status != "undone", Agreement.kind == "rental")
        .order_by(Agreement.start_on, Agreement.id)
    ).all()
    of = [row.id for row in rows]
    notices, evictions = _notices(of), _evictions(of)
    found: dict[int, list[Lease]] = defaultdict(list)
    for row in rows:
        last = _last_on(row)
        if last < row.start_on:
            continue
        agreed = min(_day(row.created_at), row.start_on)
        stay = Stay(
            row.start_on, None if last >= FOREVER else last, agreed, tuple(notices.get(row.id, ())),
            tuple(evictions.get(row.id, ())), row.ref,
        )  # fmt: skip
        found[row.unit_id].append(Lease(row, stay))
    return found


def _last_on(row: Any) -> date:
    """The last day of a lease, as far as anybody has said."""
    document = (row.terms or {}).get("terms", {})
    agreed = document.get("to_on")
    last = FOREVER if agreed is None or document.get("goes_on") else date.fromisoformat(agreed)
    return min(last, row.ended_on or FOREVER)


def _notices(ids: Sequence[int]) -> Mapping[int, list[GivenNotice]]:
    found: dict[int, list[GivenNotice]] = defaultdict(list)
    for row in db.session.execute(
        select(
            MoveNotice.agreement_id, MoveNotice.given_on, MoveNotice.leaves_on, MoveNotice.withdrawn_on
        ).where(MoveNotice.agreement_id.in_(ids))
    ):
        found[row[0]].append(GivenNotice(*row[1:]))
    return found


def _evictions(ids: Sequence[int]) -> Mapping[int, list[Days]]:
    found: dict[int, list[Days]] = defaultdict(list)
    query = select(Hold.agreement_id, Hold.placed_at, Hold.lifted_at)
    for agreement_id, placed, lifted in db.session.execute(
        query.where(Hold.agreement_id.in_(ids), Hold.type == "eviction")
    ):
        found[agreement_id].append(Days(_day(placed), _day(lifted) if lifted else None))
    return found


def _off_market(ids: Sequence[int]) -> Mapping[int, list[Days]]:
    found: dict[int, list[Days]] = defaultdict(list)
    query = select(OffMarket.unit_id, OffMarket.from_on, OffMarket.until_on)
    for unit_id, first, last in db.session.execute(query.where(OffMarket.unit_id.in_(ids))):
        found[unit_id].append(Days(first, last))
    return found


def _market_rents(ids: Sequence[int], on: date) -> Mapping[int, int]:
    """Unit id -> its market rent as of the day, where one is kept for it; else that of today stands."""
    query = (
        select(MarketRent.unit_id, MarketRent.amount_minor)
        .where(MarketRent.unit_id.in_(ids), MarketRent.from_on <= on)
        .order_by(MarketRent.from_on)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _day(at: datetime) -> date:
    return at.astimezone(house_zone()).date()
