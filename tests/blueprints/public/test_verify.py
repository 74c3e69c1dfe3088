"""Checking a receipt that somebody was shown."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from domain.reports.verification import token_of
from models import Receipt, db

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def token(app, house, open_agreement, pay) -> str:
    pay("bo", open_agreement("bo"), 15_597, method="card_disputed")
    with app.app_context():
        return token_of(db.session.scalars(select(Receipt.id)).one())


def test_a_receipt_is_confirmed_without_telling_who_paid(app, token) -> None:
    page = app.test_client().get(f"/verify/{token}")
    assert page.status_code == 200
    for words in ("This receipt is ours", "R-000001", "$155.97", "Harbor Motors"):
        assert words in page.text
    for name in ("Bo ", "Rivera", "Camry"):
        assert name not in page.text


def test_it_says_when_the_money_went_back_since(app, token, days_pass) -> None:
    days_pass(4)
    page = app.test_client().get(f"/verify/{token}").text
    assert "This receipt proves no payment any more" in page


@pytest.mark.parametrize(
    "change", [lambda t: "2" + t[1:], lambda t: t[:-1] + "x", lambda _t: "1", lambda _t: "1-é"]
)
def test_a_token_that_nobody_gave_out_opens_nothing(app, token, change) -> None:
    assert app.test_client().get(f"/verify/{change(token)}").status_code == 404


def test_the_receipt_and_its_pdf_carry_the_address(house, app, token) -> None:
    from models import Payment

    bo = house.client("bo")
    with app.app_context():
        ref = db.session.scalars(select(Payment.ref)).one()
    assert f"/verify/{token}" in bo.get(f"/payments/{ref}").text
    assert bo.get(f"/payments/{ref}/receipt.pdf").data.startswith(b"%PDF")
