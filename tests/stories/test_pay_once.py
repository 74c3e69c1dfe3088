"""Bo's payment, from the first look to the settled receipt: he clicks twice, goes back, comes again, and pays once."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.fixtures.forms import fields_of


@pytest.fixture
def charged():
    """What the processor itself took, by its own record."""
    from gateways import registry

    return lambda: [charge.amount_minor for charge in registry.default().charges()]


def balances(house) -> dict[str, int]:
    from models import Balance, db

    with house.app.app_context():
        return dict(db.session.execute(select(Balance.account, Balance.amount_minor)).all())


def test_bo_pays_once_although_he_clicks_twice(house, open_agreement, days_pass, mails, charged) -> None:
    ref = open_agreement("bo", age_days=14)
    bo = house.client("bo")

    # He sees what is owed, why, and that no way to pay is saved yet.
    assert "$155.97" in bo.get("/dashboard").text
    assert "Payment 1" in bo.get(f"/agreements/{ref}/why/due").text
    form = bo.get(f"/agreements/{ref}/payments/new").text
    assert "Or save a way to pay." in form

    # He picks a bank account on the processor's own page and comes back to where he was.
    away = bo.post("/methods/new", data=fields_of(form, "/methods/new")).headers["Location"]
    setup = away.rsplit("/", 1)[1]
    picked = bo.post(away.replace("http://localhost", ""), data={"method": "bank"})
    back = picked.headers["Location"].replace("http://localhost", "")
    assert back == f"/methods/return?setup={setup}"
    onward = bo.post("/methods", data=fields_of(bo.get(back).text, "/methods")).headers["Location"]

    # He chooses what is due, reads what it will do, and presses the button three times.
    first = fields_of(bo.get(onward).text, f"/agreements/{ref}/payments/review")
    review = bo.post(f"/agreements/{ref}/payments/review", data=first, follow_redirects=True).text
    assert "Nothing has moved yet." in review
    assert charged() == []
    last = fields_of(review, f"/agreements/{ref}/payments") | {"agree": "y"}
    answers = {bo.post(f"/agreements/{ref}/payments", data=last).headers["Location"] for _ in range(3)}
    assert len(answers) == 1
    assert charged() == [15597]
    page = bo.get(answers.pop())
    assert "Sent to your bank, expected to settle" in page.text

    # Back to the old pages: they find the same payment. A new form asks before it pays twice.
    again = bo.post(f"/agreements/{ref}/payments/review", data=first, follow_redirects=True)
    assert again.status_code == 422
    late = bo.get(f"/agreements/{ref}/payments/new").text
    assert "$155.97 is already on its way" in late
    assert charged() == [15597]

    # Days pass and it settles: receipt, books and the processor's record say the same.
    days_pass(4)
    paid = re.search(r"/payments/([\w-]{22})", bo.get("/payments").text).group(1)
    receipt = bo.get(f"/payments/{paid}").text
    assert "Receipt R-000001" in receipt
    assert "Your bank can still return it until" in receipt
    assert bo.get(f"/payments/{paid}/receipt.pdf").data.startswith(b"%PDF")
    at = balances(house)
    assert at["loan_principal"] == 900000 - 8348
    assert at["loan_interest"] == 0
    assert sum(at.values()) == 0
    assert "You are up to date." in bo.get("/dashboard").text
    assert [mail.data["payment_ref"] for mail in mails("receipt")] == [paid]


def test_the_money_that_came_back_is_owed_again_and_paid_another_way(
    house, open_agreement, save_method, pay, days_pass, charged
) -> None:
    ref = open_agreement("bo", age_days=14)
    lost = pay("bo", ref, 15597, method="bank_r01")
    clock = house.app.extensions["clock"]
    house.app.extensions["clock"] = replace(clock, pinned=days_pass(6))
    bo = house.client("bo")
    assert "came back" in bo.get("/dashboard").text
    assert "2021 Toyota Camry is 6 days late." in bo.get("/dashboard").text
    retry = re.search(r'href="(/agreements/[^"]+/payments/new)"', bo.get(f"/payments/{lost}").text).group(1)
    card = save_method("bo", "card")
    form = fields_of(bo.get(retry).text, f"/agreements/{ref}/payments/review") | {"method": card}
    review = bo.post(f"/agreements/{ref}/payments/review", data=form, follow_redirects=True).text
    last = fields_of(review, f"/agreements/{ref}/payments") | {"agree": "y"}
    answer = bo.post(f"/agreements/{ref}/payments", data=last)
    assert (
        answer.status_code == 409
    )  # the same amount within minutes of the real clock: he is asked, and says yes
    again = fields_of(answer.text, f"/agreements/{ref}/payments")
    answer = bo.post(f"/agreements/{ref}/payments", data=again)
    assert "Settled on" in bo.get(answer.headers["Location"]).text
    assert "came back." not in bo.get("/dashboard").text.split("Recent")[0]
    assert charged() == [15597, 15597]
    assert sum(balances(house).values()) == 0
