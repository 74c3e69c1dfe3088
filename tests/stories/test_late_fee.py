"""A late fee from the policy to the books: the day shown in the calendar is the day on which it is asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.fixtures.forms import fields_of
from tests.fixtures.rentals import let_flat

TODAY = date(2026, 11, 20)
pytestmark = pytest.mark.settings(DUEBOOK_TODAY=TODAY.isoformat())


def asked(app) -> list[tuple[date, int, date]]:
    from models import Charge, db

    with app.app_context():
        query = sa.select(Charge.due_on, Charge.amount_minor, Charge.posted_on).where(
            Charge.type == "late_fee"
        )
        return [tuple(row) for row in db.session.execute(query.order_by(Charge.id))]


def test_the_office_makes_a_policy_the_tenant_reads_it_and_the_fee_comes_on_the_day_shown(app, house):
    from domain.actions.day import run_day

    adam = house.client("adam")
    flat = let_flat(house, "tess")
    form = fields_of(adam.get("/office/policies/new").text, "/office/policies") | {
        "name": "Rent, standard", "effective_from": "2026-12-01", "base1_amount": "50.00",
    }  # fmt: skip
    shown = adam.post("/office/policies/preview", data=form, headers={"HX-Request": "true"}).text
    assert "5 Dec 2026" in shown
    assert adam.post("/office/policies", data=form).status_code == 303

    page = house.client("tess").get(f"/agreements/{flat.agreement}").text
    assert "Due on 1 December 2026. From 5 December 2026 a late fee of $50.00 is added." in page

    for number in range(1, 21):  # through 10 December
        day = TODAY + timedelta(days=number)
        run_day(day, now=datetime.now(UTC))
        fee = (date(2026, 12, 5), 5_000, date(2026, 12, 5))
        assert asked(app) == ([fee] if day >= date(2026, 12, 5) else []), day
    run_day(date(2026, 12, 10), now=datetime.now(UTC))
    assert len(asked(app)) == 1
