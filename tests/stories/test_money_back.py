"""Money comes back in each way it can: a refund, a dispute that is won, a debit that returns."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.fixture
def differences(house):
    def verify() -> list[str]:
        from domain.reports.book_check import check
        from models import db

        with house.app.app_context():
            return check(db.session).differences

    return verify


def balance(house, account: str) -> int:
    from models import Balance, db

    with house.app.app_context():
        return sum(db.session.scalars(select(Balance.amount_minor).where(Balance.account == account)))


def test_dana_gives_back_what_bo_paid_and_both_read_it(
    house, open_agreement, pay, mails, differences
) -> None:
    loan = open_agreement("bo")
    paid = pay("bo", loan, 30_000, "card")
    owed = balance(house, "loan_principal")
    dana, bo = house.client("dana"), house.client("bo")

    # Dana opens the payment, types, reads what it does, and presses twice.
    start = f"/office/payments/{paid}/refunds"
    assert f"{start}/new" in dana.get(f"/office/payments/{paid}").text
    form = fields_of(dana.get(f"{start}/new").text, f"{start}/review") | {"amount": "120", "reason": "agreed"}
    review = dana.get(f"{start}/review", query_string=form).text
    assert "Before and after" in review
    for _ in range(2):
        assert dana.post(start, data=fields_of(review, start)).status_code == 303
    assert balance(house, "loan_principal") == owed + 12_000

    # Bo reads it, gets one mail, and owes that part again.
    page = bo.get(f"/payments/{paid}").text
    assert "We gave $120.00 of this payment back." in page
    assert "Money was given back" in page
    assert len(mails("payment_refunded")) == 1
    assert differences() == []


def test_a_dispute_takes_the_money_and_brings_it_back_when_it_is_won(
    house, open_agreement, pay, days_pass, differences
) -> None:
    paid = pay("bo", open_agreement("bo"), 30_000, "card_dispute_won")
    owed = balance(house, "loan_principal")
    days_pass(4)
    dana, bo = house.client("dana"), house.client("bo")
    assert balance(house, "loan_principal") > owed
    assert "This payment was disputed on" in bo.get(f"/payments/{paid}").text
    case = (
        "/office/disputes/"
        + dana.get("/office/disputes").text.split('href="/office/disputes/')[1].split('"')[0]
    )
    answer = fields_of(dana.get(case).text, f"{case}/answers") | {"note": "receipt and contract"}
    assert dana.post(f"{case}/answers", data=answer).status_code == 303
    days_pass(14)
    assert "Won" in dana.get(case).text
    assert "the dispute was decided for us" in bo.get(f"/payments/{paid}").text
    # It counts from the day it came again, so the interest of the days between is paid of it first.
    assert owed < balance(house, "loan_principal") < owed + 30_000
    assert balance(house, "clearing_sandbox") == 30_000
    assert differences() == []


def test_a_debit_comes_back_and_says_why_and_what_to_do(
    house, open_agreement, pay, days_pass, differences
) -> None:
    paid = pay("bo", open_agreement("bo"), 30_000, "bank_r01")
    days_pass(6)
    page = house.client("bo").get(f"/payments/{paid}").text
    assert "This payment came back on" in page
    assert "There was not enough money" in page
    assert (
        "Presented again so far: 0 of 2 times." in house.client("dana").get(f"/office/payments/{paid}").text
    )
    assert differences() == []
