"""One movement at a time: a suggestion taken, a transfer split, a match taken back, and what is not ours."""

from __future__ import annotations

import re

import pytest

from models import Payment
from tests.blueprints.office.test_bank import bring_in, count, line, state
from tests.domain.banking.samples import ofx, ofx_line
from tests.fixtures.forms import fields_of

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-11-04"), pytest.mark.database("sqlite")]


@pytest.fixture
def dana(house):
    return house.client("dana")


def test_a_suggestion_is_taken_with_one_key_and_leads_to_the_next(app, house, dana, open_agreement):
    open_agreement("bo", number="L-7")
    bring_in(dana)
    first, second = line(app, "F1"), line(app, "F2")
    page = dana.get(f"/office/bank/movements/{first}").text
    assert "Transfer for L-7" in page
    assert "The text has the agreement&#39;s number: L-7." in page
    assert "autofocus" in page
    form = fields_of(page, f"/office/bank/movements/{first}/matches")
    assert form["kind"] == "transfer"
    answer = dana.post(f"/office/bank/movements/{first}/matches", data=form)
    assert answer.location == f"/office/bank/movements/{second}"
    assert state(app, first) == "matched"
    twice = dana.post(f"/office/bank/movements/{first}/matches", data=form)
    assert twice.status_code == 422
    assert count(app, Payment) == 1


def test_a_transfer_is_split_over_two_agreements(app, dana, open_agreement):
    open_agreement("bo", number="L-7")
    open_agreement("stan", number="L-8")
    bring_in(dana)
    ref = line(app, "F1")
    where = f"/office/bank/movements/{ref}/parts"
    form = fields_of(dana.get(f"/office/bank/movements/{ref}").text, where)
    parts = {"parts-0-agreement": "l-7", "parts-0-amount": "100", "parts-1-agreement": "L-8"}
    wrong = [
        ({"parts-1-amount": "49.99"}, "The parts come to $149.99, the movement is $150.00."),
        ({"parts-1-amount": "50", "parts-1-agreement": "L-99"}, "There is no agreement with this number."),
        ({"parts-1-amount": ""}, "Enter an amount above zero."),
        ({"parts-1-amount": "fifty"}, "parts-1-amount-error"),
    ]
    for more, words in wrong:
        answer = dana.post(where, data=form | parts | more)
        assert answer.status_code == 422
        assert words in answer.text
        assert 'value="l-7"' in answer.text
    assert count(app, Payment) == 0
    assert dana.post(where, data=form | parts | {"parts-1-amount": "50"}).status_code == 303
    page = dana.get(f"/office/bank/movements/{ref}").text
    assert "$100.00" in page
    assert "$50.00" in page


def test_a_match_is_taken_back_after_a_look_at_what_that_does(app, dana, open_agreement):
    open_agreement("bo", number="L-7")
    bring_in(dana)
    ref = line(app, "F1")
    where = f"/office/bank/movements/{ref}/matches"
    dana.post(where, data=fields_of(dana.get(f"/office/bank/movements/{ref}").text, where))
    undo = re.search(
        r'href="(/office/bank/matches/[^"]+/undo)"', dana.get(f"/office/bank/movements/{ref}").text
    )[1]
    asked = dana.get(undo).text
    assert "What it had paid is owed again" in asked
    assert state(app, ref) == "matched"
    assert dana.post(undo, data=fields_of(asked, undo)).location == f"/office/bank/movements/{ref}"
    assert state(app, ref) == "open"
    assert "taken back already" in dana.get(undo).text


def test_a_fee_and_what_is_not_ours(app, dana):
    bring_in(dana)
    ref = line(app, "F2")
    page = dana.get(f"/office/bank/movements/{ref}").text
    assert "A transfer of a customer" not in page
    leave = f"/office/bank/movements/{ref}/ignore"
    form = fields_of(page, leave)
    assert dana.post(leave, data=form | {"reason": ""}).status_code == 422
    dana.post(leave, data=form | {"reason": "the owner's own water"})
    page = dana.get(f"/office/bank/movements/{ref}").text
    assert "the owner&#39;s own water" in page
    again = f"/office/bank/movements/{ref}/look-again"
    dana.post(again, data=fields_of(page, again))
    dana.post(f"/office/bank/movements/{ref}/matches", data=form | {"kind": "other", "target": "fees"})
    assert state(app, ref) == "matched"
    assert "1 movement is not explained yet" in dana.get("/office/bank").text


def test_money_that_came_in_is_no_fee_of_the_bank(app, dana):
    bring_in(dana)
    came, went = (dana.get(f"/office/bank/movements/{line(app, one)}").text for one in ("F1", "F2"))
    assert "A fee that the bank gave back" in came
    assert "A fee of the bank" not in came
    assert "A fee of the bank" in went


def test_what_was_matched_is_named_since_the_next_movement_is_shown(app, dana):
    bring_in(dana)
    where = f"/office/bank/movements/{line(app, 'F2')}"
    form = fields_of(dana.get(where).text, f"{where}/ignore") | {"kind": "other", "target": "fees"}
    assert "is matched." in dana.post(f"{where}/matches", data=form, follow_redirects=True).text


def test_texts_of_the_bank_are_text(app, dana):
    bring_in(dana, ofx(ofx_line("1.00", "F1", "&lt;script&gt;alert(1)&lt;/script&gt;"), closing="1.00"))
    page = dana.get(f"/office/bank/movements/{line(app, 'F1')}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
