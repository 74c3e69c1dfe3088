"""Which figures of law count for an agreement: the business's own, and those of the place where its unit is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from domain.records.fee_policies import rate_caps
from domain.transaction import transaction
from models import LegalCap, Property, Unit
from tests.fixtures.four_kinds import unit_for


@pytest.fixture
def keep_cap(house):
    def keep(place: str, percent: int) -> None:
        with transaction() as session:
            session.add(
                LegalCap(
                    ref=f"cap-{place}-{percent}", jurisdiction=place, what="rate", effective_from=date(2020, 1, 1),
                    percent=Decimal(percent), source="Invented Code 1", verified_on=date(2026, 1, 1),
                    recorded_at=house.now, recorded_by=house.by,
                )
            )  # fmt: skip

    return keep


def counting(unit_id: int | None) -> list[int]:
    with transaction() as session:
        return sorted(int(cap.percent or 0) for cap in rate_caps(session, unit_id))


def test_a_ceiling_on_rates_counts_where_the_agreements_unit_is(house, keep_cap) -> None:
    for place, percent in (("", 30), ("US-ME", 20), ("US-MA", 10)):
        keep_cap(place, percent)
    ref = unit_for(house)
    with transaction() as session:
        unit = session.scalars(select(Unit).where(Unit.ref == ref)).one()
        unit_id = unit.id
        session.get(Property, unit.property_id).jurisdiction = "US-ME"
    assert counting(unit_id) == [20, 30]


def test_an_agreement_of_no_unit_has_the_ceilings_of_the_businesss_own_place(house, keep_cap) -> None:
    for place, percent in (("", 30), ("US-ME", 20)):
        keep_cap(place, percent)
    assert counting(None) == [30]
