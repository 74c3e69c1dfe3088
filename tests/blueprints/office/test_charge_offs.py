"""Adam charges an agreement off; money that comes later is taken at the counter as a recovery."""

from __future__ import annotations

import pytest

from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.fixture
def adam(house):
    return house.client("adam")


def reviewed(client, home: str, reason: str = "moved away"):
    address = f"/office/agreements/{home}/charge-offs"
    start = fields_of(client.get(f"{address}/new").text, f"{address}/review")
    return client.get(f"{address}/review", query_string=start | {"reason": reason})


def status(app, ref: str) -> str:
    from sqlalchemy import select

    from models import Agreement, db

    with app.app_context():
        return db.session.scalar(select(Agreement.status).where(Agreement.ref == ref))


def test_the_loss_is_shown_then_booked_once(app, house, adam, open_rental):
    home = open_rental()
    review = reviewed(adam, home)
    for words in ("$1,200.00", "Charged off", "Rent receivable", "moved away"):
        assert words in review.text
    assert status(app, home) == "active"
    sent = fields_of(review.text, f"/office/agreements/{home}/charge-offs")
    answers = [adam.post(f"/office/agreements/{home}/charge-offs", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert status(app, home) == "charged_off"
    page = adam.get(answers[0].location).text
    assert "This agreement was charged off." in page
    assert "Add a charge" not in page
    dana = house.client("dana")
    taking = dana.get(f"/office/agreements/{home}/payments/new")
    assert "booked as a recovery" in taking.text
    form = fields_of(taking.text, f"/office/agreements/{home}/payments/review")
    told = dana.get(
        f"/office/agreements/{home}/payments/preview",
        query_string=form | {"choice": "other", "amount": "100"}, headers={"HX-Request": "true"},
    )  # fmt: skip
    assert "Paid after the debt was charged off." in told.text


def test_figures_that_changed_since_the_review_are_told_and_nothing_is_booked(app, adam, open_rental, clock):
    from domain.actions import counter

    home = open_rental()
    sent = fields_of(reviewed(adam, home).text, f"/office/agreements/{home}/charge-offs")
    counter.take(home, 1_000, "cash", "cash-1", **clock())
    answer = adam.post(f"/office/agreements/{home}/charge-offs", data=sent)
    assert answer.status_code == 409
    assert "changed to $1,190.00" in answer.text
    assert status(app, home) == "active"


def test_no_reason_is_422_and_only_an_administrator_charges_off(app, house, adam, open_rental):
    home = open_rental()
    assert reviewed(adam, home, reason="").status_code == 422
    assert adam.post(f"/office/agreements/{home}/charge-offs", data={"reason": "x"}).status_code == 422
    dana = house.client("dana")
    assert "Charge off" not in dana.get(f"/office/agreements/{home}").text
    for name, code in (("dana", 403), ("lena", 403), ("tess", 404)):
        client = house.client(name)
        assert client.get(f"/office/agreements/{home}/charge-offs/new").status_code == code
        assert client.get(f"/office/agreements/{home}/charge-offs/review").status_code == code
        assert client.post(f"/office/agreements/{home}/charge-offs").status_code == code
    assert status(app, home) == "active"
