"""What a lease says of itself: when the rent is due, what it comes to in all, how large the home is."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from domain.reports.document_values import values
from domain.rules.rent_terms import RentLine
from domain.transaction import transaction
from tests.fixtures.agreements import clock_today, scope_of
from tests.fixtures.documents import voice
from tests.fixtures.rentals import let_flat

pytestmark = pytest.mark.database("sqlite")


def lease_values(house, **wishes) -> dict[str, Any]:
    """The places of a contract of a flat let to Tess."""
    from domain.reports.agreements import WITH_TERMS, view
    from models import Agreement, Unit, db

    flat, who = let_flat(house, "tess", **wishes), scope_of(house, "dana")
    with house.app.app_context():
        with transaction() as session:
            session.execute(sa.update(Unit).values(size=900))
        row = db.session.scalars(
            who.select(Agreement).where(Agreement.ref == flat.agreement).options(*WITH_TERMS)
        ).unique().one()  # fmt: skip
        return values(who, view(row, clock_today(house)), voice(house), {}, clock_today(house))


def test_a_lease_names_its_due_day_its_total_and_the_tenant(house) -> None:
    lines = (RentLine("rent", "Rent", 145_000), RentLine("addon", "Parking", 7_500))
    found = lease_values(house, lines=lines, due_day=5)
    assert (found["payment"], found["payment.total"]) == ("$1,450.00", "$1,525.00")
    assert found["payment.due"] == "on day 5 of each month"
    assert found["people"] == {"lines": ["Tess Okafor, Tenant"]}
    assert ["Size", "900 sq ft"] in found["home"]["rows"]


def test_rent_alone_has_no_other_total_and_a_late_due_day_tells_of_short_months(house) -> None:
    found = lease_values(house, due_day=31)
    assert "payment.total" not in found
    assert found["payment.due"] == "on day 31 of each month, or on its last day where it is shorter"
