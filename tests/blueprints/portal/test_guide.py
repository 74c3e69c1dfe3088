""" "My payment failed": the reader's own payment with its reason, its code, and what to do."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.database("sqlite")


def test_a_payment_that_failed_is_shown_with_its_code_and_the_next_step(house, open_agreement, pay):
    payment = pay("bo", open_agreement("bo"), 1_000, method="card_insufficient")
    page = house.client("bo").get("/guide/payments/failed").text
    assert "There was not enough money for this payment." in page
    assert "<code>insufficient_funds</code>" in page
    assert "What to do now:</strong> Make sure the money is there" in page
    assert f'href="/payments/{payment}"' in page
    assert 'href="/help/payment-failed"' in page


def test_a_payment_that_came_back_says_what_is_owed_again(house, open_agreement, pay, days_pass):
    payment = pay("bo", open_agreement("bo"), 1_000, method="bank_r01")
    days_pass(12)
    page = house.client("bo").get("/guide/payments/failed").text
    assert f'href="/payments/{payment}"' in page
    assert "<code>R01</code>" in page
    assert "is owed again" in page


@pytest.mark.safety("W9")
def test_what_is_on_its_way_is_no_failure_and_nobody_else_sees_it(house, open_agreement, pay):
    payment = pay("bo", open_agreement("bo"), 1_000)
    client = house.client("bo")
    assert f"/payments/{payment}" in client.get("/guide/payments/pending").text
    assert f"/payments/{payment}" in client.get("/guide/payments/missing").text
    none = client.get("/guide/payments/failed").text
    assert "There is none" in none
    assert '<a href="/guide/payments/pending">Payments on their way</a>' in none
    assert f"/payments/{payment}" not in house.client("stan").get("/guide/payments/lately").text
    assert client.get("/guide/payments/x").status_code == 404
