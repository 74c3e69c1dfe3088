"""What is handed over: the change, the particulars of paper, who pays, and what a hold lets through."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.blueprints.office.test_counter import confirmation, payments, reviewed
from tests.fixtures.agreements import clock_today, scope_of
from tests.fixtures.forms import fields_of


@pytest.fixture
def dana(house):
    return house.client("dana")


def test_the_change_is_worked_out_before_the_drawer_is_closed(dana, open_agreement):
    ref = open_agreement("bo")
    review = reviewed(dana, ref, choice="other", amount="155.97", given="200").text
    assert "Give back $44.03." in review
    sent = fields_of(review, f"/office/agreements/{ref}/payments")
    assert dana.post(f"/office/agreements/{ref}/payments", data=sent).status_code == 303


@pytest.mark.parametrize(
    ("instrument", "words", "printed"),
    [
        ("check", "Personal check", "#1042 · First Bank · for May"),
        ("certified", "Cashier&#39;s or certified check", "#1042 · First Bank · for May"),
        ("money_order", "Money order", "#1042 · First Bank · for May"),
        ("terminal", "Card terminal slip", "••4242 · #1042 · First Bank · for May"),
    ],
)
def test_paper_is_taken_with_its_particulars_and_the_receipt_prints_them(
    dana, open_agreement, instrument, words, printed
):
    ref = open_agreement("bo")
    wishes = {"number": "1042", "bank": "First Bank", "last4": "4242", "note": "for May", "given": "1"}
    review = reviewed(dana, ref, choice="other", amount="20", instrument=instrument, **wishes).text
    assert words in review
    sent = fields_of(review, f"/office/agreements/{ref}/payments")
    page = dana.get(dana.post(f"/office/agreements/{ref}/payments", data=sent).location).text
    assert words in page
    assert printed in page


def test_a_hold_for_certified_funds_lets_no_personal_check_through(app, house, dana, open_agreement):
    from domain.actions import holds

    ref = open_agreement("bo")
    holds.place(
        ref, "certified_funds", "two checks bounced", "hold-1", who=scope_of(house, "dana"),
        today=clock_today(house), now=datetime.now(UTC),
    )  # fmt: skip
    sent = confirmation(dana, ref, choice="other", amount="20", instrument="check", number="1042")
    answer = dana.post(f"/office/agreements/{ref}/payments", data=sent)
    assert answer.status_code == 422
    assert "only cash, a cashier&#39;s or certified check or a money order is taken" in answer.text
    assert payments(app) == 0


def test_who_pays_is_chosen_among_the_people_on_the_agreement(app, house, dana):
    from models import Payment, db
    from tests.fixtures.four_kinds import shared_rental

    ref = shared_rental(house)
    wishes = {"choice": "other", "amount": "960", "payer": house.person("tess")}
    review = reviewed(dana, ref, **wishes).text
    assert "Who pays" in review
    assert "t•••@example.org" in review or "tess@example.org" in review
    sent = fields_of(review, f"/office/agreements/{ref}/payments")
    page = dana.get(dana.post(f"/office/agreements/{ref}/payments", data=sent).location).text
    assert "Tess Okafor" in page
    with app.app_context():
        assert db.session.query(Payment).one().payer_named
