"""A debit by file, against a bank that somebody else made: confirmed, filed, handed over, returned, and owed again."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.fixtures.ach import ACH
from tests.fixtures.bank import StartBank
from tests.fixtures.forms import fields_of

MONDAY = date(2026, 3, 2)
# The hour is the real one, so the cut-off of these tests is the end of the day.
SETTINGS = ACH | {"DUEBOOK_TODAY": str(MONDAY), "DUEBOOK_ACH_CUT_OFF": "23:59:59"}
pytestmark = [pytest.mark.settings(**SETTINGS), pytest.mark.database("sqlite")]


@pytest.fixture
def on_day(house):
    """Let the business's clock stand on a day."""

    def stand(day: date) -> None:
        house.app.extensions["clock"] = replace(house.app.extensions["clock"], pinned=day)

    return stand


def confirm(client, agreement: str, method: str) -> str:
    """Bo pays what is due from his account; the address of the payment."""
    form = client.get(f"/agreements/{agreement}/payments/new").text
    first = fields_of(form, f"/agreements/{agreement}/payments/review") | {"method": method}
    review = client.post(f"/agreements/{agreement}/payments/review", data=first, follow_redirects=True).text
    last = fields_of(review, f"/agreements/{agreement}/payments") | {"agree": "y"}
    answer = client.post(f"/agreements/{agreement}/payments", data=last)
    assert answer.status_code == 303, answer.text
    return re.search(r"/payments/[\w-]{22,}", answer.headers["Location"]).group(0)


def make_file(dana) -> tuple[str, bytes]:
    """Dana looks what is due, makes the file and takes it; its page and its bytes."""
    assert "1 debit" in dana.get("/office/batches").text
    preview = dana.get("/office/batches/new/ach_file").text
    address = dana.post(
        "/office/batches/new/ach_file", data=fields_of(preview, "/office/batches/new/ach_file")
    ).headers["Location"]
    return address, dana.post(f"{address}/file").data


def hand_in(dana, content: str):
    data = {"file": (io.BytesIO(content.encode()), "returns.ach")}
    answer = dana.post("/office/bank-files/new", data=data, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return dana.get(answer.headers["Location"]).text


def test_a_debit_that_the_bank_sends_back_is_owed_again(
    house, open_agreement, ach_account, on_day, start_bank: StartBank
) -> None:
    agreement, account = open_agreement("bo", age_days=14), ach_account("bo")
    bo, dana = house.client("bo"), house.client("dana")
    bank = start_bank(clock=f"{MONDAY}T12:00")
    bank.ach_account(name="HARBOR MOTORS")

    paid = confirm(bo, agreement, account)
    address, content = make_file(dana)
    assert bank.findings(content) == []
    assert bank.pay(content)["status"] == "ACCP"
    dana.post(f"{address}/handed-over")
    assert "Sent to your bank" in bo.get(paid).text
    assert "$155.97 is already on its way" in bo.get(f"/agreements/{agreement}/payments/new").text

    # The payer's bank says no the day after; Dana hands its file in.
    number = re.search(r"L-[\w-]+", content.decode()).group(0).strip()
    bank.refuse(number, "R01")
    bank.advance(str(MONDAY + timedelta(days=3)))
    [returns] = bank.messages("nacha.return")
    on_day(MONDAY + timedelta(days=3))
    page = hand_in(dana, returns)
    assert "There was not enough money in the bank account." in page
    assert "Done" in page
    assert "Nothing more was done" in hand_in(dana, returns)

    page = bo.get(paid).text
    assert "There was not enough money in the bank account." in page
    assert "already on its way" not in bo.get(f"/agreements/{agreement}/payments/new").text
    assert "Sent back (R01)" in dana.get(address).text


def test_a_debit_that_nobody_sends_back_settles_and_can_still_come_back_weeks_later(
    house, open_agreement, ach_account, on_day, start_bank: StartBank
) -> None:
    from domain.actions import batch_settling
    from domain.reports.book_check import check
    from models import db

    agreement, account = open_agreement("bo", age_days=14), ach_account("bo")
    bo, dana = house.client("bo"), house.client("dana")
    bank = start_bank(clock=f"{MONDAY}T12:00")
    bank.ach_account(name="HARBOR MOTORS")
    paid = confirm(bo, agreement, account)
    address, content = make_file(dana)
    bank.pay(content)
    dana.post(f"{address}/handed-over")

    thursday = MONDAY + timedelta(days=3)
    bank.advance(str(thursday))
    assert bank.messages("nacha.return") == []
    on_day(thursday)
    assert batch_settling.settle_due(today=thursday, now=house.now).settled == 1
    assert "Your bank can still return it until" in bo.get(paid).text

    number = re.search(r"L-[\w-]+", content.decode()).group(0).strip()
    bank.refuse(number, "R10")
    later = MONDAY + timedelta(days=40)
    bank.advance(str(later))
    [returns] = bank.messages("nacha.return")
    on_day(later)
    assert "Done" in hand_in(dana, returns)
    assert "The bank was told that this debit was not authorised." in bo.get(paid).text
    with house.app.app_context():
        assert check(db.session).differences == []
