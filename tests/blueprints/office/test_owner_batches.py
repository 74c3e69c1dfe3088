"""Adam ends the month of all houses: one list to close, one to pay, one press to mail; each is done once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from tests.fixtures.agreements import scope_of
from tests.fixtures.forms import fields_of
from tests.fixtures.rentals import let_flat

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.settings(DUEBOOK_TODAY="2026-06-02")]
MAY = date(2026, 5, 1)


@pytest.fixture
def adam(house):
    return house.client("adam")


@pytest.fixture
def flat(house):
    """Harbor House earned 1,104.00 in May after the fee: Lena owns 60, Stan 40 percent; 200.00 stay as the reserve."""
    from domain.actions import counter, owners
    from domain.rules.owner_statements import Terms

    who = scope_of(house, "adam")
    flat = let_flat(house, "tess", begins_in=timedelta(days=-32))
    shares = [(house.email("lena"), Decimal(60)), (house.email("stan"), Decimal(40))]
    owners.set_shares(flat.property, shares, MAY, who=who, now=house.now)
    owners.set_terms(flat.property, Terms(Decimal(8), reserve_minor=20_000), MAY, who=who, now=house.now)
    counter.take(flat.agreement, 120_000, "cash", "cash-1", who=who, today=date(2026, 5, 3),
                 now=datetime(2026, 5, 3, 12, tzinfo=UTC))  # fmt: skip
    return flat


def rows(app, name: str) -> list:
    import models

    with app.app_context():
        found = models.db.session.scalars(sa.select(getattr(models, name)).order_by(sa.text("id"))).all()
        models.db.session.expunge_all()
        return list(found)


def close(adam, flat):
    return adam.post("/office/owner-months", data={"picked": f"{flat.property}:2026-05"})


def test_the_months_to_close_are_listed_and_closed_in_one_step(app, adam, flat):
    page = adam.get("/office/owner-months").text
    assert "Harbor House" in page
    assert "$1,104.00" in page
    assert adam.post("/office/owner-months", data={}).status_code == 422
    assert rows(app, "OwnerStatement") == []
    for _twice in range(2):
        close(adam, flat)
    assert len(rows(app, "OwnerStatement")) == 2
    assert "Nothing to close" in adam.get("/office/owner-months").text


def test_owners_are_paid_from_one_list_after_one_confirmation_each_once(app, adam, flat):
    close(adam, flat)
    assert adam.post("/office/owner-payouts/review", data={}).status_code == 422
    page = adam.get("/office/owner-payouts").text
    picked = re.findall(r'name="picked" value="([^"]+)"', page)
    typed = fields_of(page, "/office/owner-payouts/review")
    review = adam.post(
        "/office/owner-payouts/review", data=typed | {"picked": picked, "reference": "June run"}
    )
    assert "$542.40" in review.text  # 662.40 - 120.00
    assert rows(app, "OwnerMovement") == []
    confirm = fields_of(review.text, "/office/owner-payouts")
    for _twice in range(2):
        assert adam.post("/office/owner-payouts", data=confirm).status_code == 303
    made = [(row.amount_minor, row.reference) for row in rows(app, "OwnerMovement")]
    assert made == [(-54_240, "June run"), (-36_160, "June run")]
    assert "Nothing to pay out" in adam.get("/office/owner-payouts").text


def test_owners_are_mailed_a_link_to_their_statements_once_and_no_figure(app, house, adam, flat):
    close(adam, flat)
    for _twice in range(2):
        assert adam.post("/office/owner-statements/mail").status_code == 303
    sent = [row for row in rows(app, "Outbox") if row.template == "owner_statements"]
    assert [row.to_address for row in sent] == [house.email("lena")], "Stan has no way into the office"
    assert not re.search(r"\d+\.\d\d", str(sent[0].data))
    assert house.client("lena").get(sent[0].data["path"]).status_code == 200
