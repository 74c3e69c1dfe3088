"""Dana hands in what the bank sent, and reads what each line did."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select

from models import BankFile, db
from tests.domain.actions.conftest import till, works
from tests.domain.actions.paying import INSTALLMENT
from tests.fixtures.ach import ACH
from tests.gateways.ach_file.conftest import return_file

__all__ = ["till", "works"]

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **ACH)


@pytest.fixture
def dana(house):
    return house.client("dana")


def hand_in(client, content: bytes, name: str = "returns.ach"):
    data = {"file": (io.BytesIO(content), name)}
    return client.post("/office/bank-files/new", data=data, content_type="multipart/form-data")


@pytest.fixture
def sent(works):
    [ref] = works.plan(1)
    works.build()
    works.hand_over()
    return ref, works.lines()[0].trace


def test_a_return_file_is_taken_and_its_lines_say_what_they_did(dana, works, sent):
    ref, trace = sent
    answer = hand_in(dana, return_file([("R01", trace, INSTALLMENT)]))
    assert answer.status_code == 303
    page = dana.get(answer.location).text
    assert "There was not enough money in the bank account." in page
    assert "Done" in page
    assert "$155.97" in page
    assert works.till.state(ref) == "failed"
    assert "returns.ach" in dana.get("/office/batches").text


def test_the_same_file_again_does_nothing_more_and_says_so(dana, works, sent):
    content = return_file([("R01", sent[1], INSTALLMENT)])
    first = hand_in(dana, content).location
    again = hand_in(dana, content).location
    assert again.startswith(first)
    assert "This file came before. Nothing more was done." in dana.get(again).text


def test_a_file_of_another_company_is_kept_with_the_reason_and_nothing_is_done(dana, works, sent):
    answer = hand_in(dana, return_file([("R01", sent[1], INSTALLMENT)], company="5550001111"))
    page = dana.get(answer.location).text
    assert "The file was refused and nothing was done" in page
    assert "for another company" in page
    assert works.till.state(sent[0]) == "pending"


def test_a_correction_and_an_unknown_debit_are_said_in_words(dana, works, sent):
    content = return_file([("C01", sent[1], 0), ("C02", "091000019999999", 0)], corrected="777788889999")
    page = dana.get(hand_in(dana, content).location).text
    assert "The account number was not right." in page
    assert "We know no such debit; a task waits on the desk" in page


def test_no_file_or_an_empty_one_is_asked_for_again(app, dana):
    answer = dana.post("/office/bank-files/new", data={}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "Choose the file that the bank sent." in answer.text
    assert "The file is empty." in hand_in(dana, b"").text or hand_in(dana, b"").status_code == 422
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(BankFile)) == 0


def test_a_name_with_markup_in_it_stays_a_name(dana, sent):
    answer = hand_in(dana, b"nothing", name="../<b>x</b>.ach")
    page = dana.get(answer.location).text
    assert "<b>x" not in page
    assert "../" not in page


def test_others_have_no_such_page(house, dana, sent):
    address = hand_in(dana, return_file([("R01", sent[1], INSTALLMENT)])).location
    assert house.client("bo").get(address).status_code == 404
    assert house.client("lena").get(address).status_code == 403
