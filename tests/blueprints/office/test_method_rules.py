"""Adam decides which ways to pay are taken and what they cost; the page says what that does to a payment."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.fixtures.forms import fields_of
from tests.fixtures.late_fees import keep_cap

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-11-20")
RULE = {
    "instrument": "credit", "agreement_kind": "rental", "from_on": "2026-11-20", "accepted": "yes",
    "fee_percent": "3.49",
}  # fmt: skip


@pytest.fixture
def adam(house):
    return house.client("adam")


def kept(app):
    from models import MethodRule, db

    with app.app_context():
        return list(db.session.scalars(sa.select(MethodRule).order_by(MethodRule.id)))


def test_without_a_rule_everything_is_taken_and_nothing_costs_more(app, adam):
    page = adam.get("/office/ways-to-pay").text
    assert "No rule yet: everything is taken, and nothing costs more." in page
    assert "Rentals: $1,200.00 by bank account, $1,200.00 by credit card" in page


def test_the_effect_of_a_rule_is_said_in_whole_amounts(app, adam):
    form = fields_of(adam.get("/office/ways-to-pay/new").text, "/office/ways-to-pay")
    answer = adam.post("/office/ways-to-pay", data=form | RULE)
    assert answer.status_code == 303, answer.text
    page = adam.get("/office/ways-to-pay").text
    # Rules of the product, section 7: 1,200.00 by bank, 1,241.88 by card at 3.49 %.
    assert "Rentals: $1,200.00 by bank account, $1,241.88 by credit card, $1,200.00 by debit card" in page
    assert "Loans: $1,200.00 by bank account, $1,200.00 by credit card" in page
    assert "Credit cards: taken, 3.49 percent on top." in page
    assert "In force" in page


def test_rules_follow_each_other_and_each_is_kept(app, adam):
    adam.post("/office/ways-to-pay", data=RULE)
    adam.post(
        "/office/ways-to-pay",
        data=RULE | {"fee_percent": "", "fee_fixed_minor": "2.50", "from_on": "2026-12-01"},
    )
    adam.post(
        "/office/ways-to-pay", data=RULE | {"instrument": "prepaid", "fee_percent": "", "accepted": "no"}
    )
    assert [(row.instrument, row.accepted, row.fee_fixed_minor) for row in kept(app)] == [
        ("credit", True, 0), ("credit", True, 250), ("prepaid", False, 0),
    ]  # fmt: skip
    page = adam.get("/office/ways-to-pay").text
    assert "To come" in page
    assert "Not taken" in page
    assert "$2.50 on top" in page


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"from_on": "2026-11-19"}, "Choose today or a later day"),
        ({"from_on": "soon"}, "Choose the day."),
        ({"fee_percent": "21"}, "between 0 and 20"),
        ({"fee_percent": "lots"}, "Write a number"),
        ({"fee_fixed_minor": "-1"}, "must not be negative"),
        ({"fee_cap_minor": "0"}, "must be above zero"),
        ({"instrument": "transfer"}, "Only payments by card or from a bank account can cost more."),
        ({"instrument": "bitcoin"}, "Not a valid choice"),
        ({"accepted": "no"}, "What is not taken has no fee."),
        ({"accepted": ""}, "Choose whether it is taken."),
        ({"instrument": "counter", "fee_percent": "", "accepted": "no"}, "cannot be turned away"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field_and_nothing_is_kept(app, adam, typed, sentence):
    answer = adam.post("/office/ways-to-pay", data=RULE | typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert kept(app) == []


@pytest.mark.parametrize(
    ("law", "sentence"), [({"percent": "0"}, "forbids this fee"), ({"percent": "2"}, "allows at most $20.00")]
)
def test_a_fee_that_the_law_forbids_is_refused_with_its_source(app, house, adam, law, sentence):
    from decimal import Decimal

    keep_cap(
        house,
        what="card_fee",
        jurisdiction="",
        kind="",
        percent=Decimal(law["percent"]),
        source="Gen. Stat. 9-9",
    )
    answer = adam.post("/office/ways-to-pay", data=RULE)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Gen. Stat. 9-9" in answer.text
    assert kept(app) == []


def test_where_a_primary_is_required_is_set_and_shown(app, adam):
    from models import Business, db

    assert adam.post("/office/ways-to-pay/primary", data={"kinds": ["rental"]}).status_code == 303
    assert fields_of(adam.get("/office/ways-to-pay").text, "/office/ways-to-pay/primary")["kinds"] == "rental"
    with app.app_context():
        assert db.session.get(Business, 1).primary_required == ["rental"]
    assert adam.post("/office/ways-to-pay/primary", data={"kinds": ["mortgage"]}).status_code == 422
    assert adam.post("/office/ways-to-pay/primary", data={}).status_code == 303
    with app.app_context():
        assert db.session.get(Business, 1).primary_required == []


def test_staff_without_the_right_may_not(house):
    assert house.client("dana").get("/office/ways-to-pay").status_code == 403
