"""Dana sees what is due for the bank, makes the file, takes it, and says what became of it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from gateways.ach_file.parser import parse
from models import AuditEvent, Batch, BatchLine, PaymentMethod, db
from tests.domain.actions.conftest import till, works
from tests.domain.actions.paying import TODAY
from tests.fixtures.ach import ACH

__all__ = ["till", "works"]

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **ACH)


@pytest.fixture
def dana(house):
    return house.client("dana")


def counted(app, model) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_list_says_what_is_due_and_how_a_file_comes_about(dana, works):
    page = dana.get("/office/batches").text
    assert "No file was made yet" in page
    assert "0 debits" in page
    works.plan(2)
    page = dana.get("/office/batches").text
    assert "2 debits" in page
    assert "$311.95" in page


def test_a_preview_shows_what_would_be_in_the_file_and_changes_nothing(app, dana, works):
    works.plan(1)
    page = dana.get("/office/batches/new/ach_file").text
    assert "What would be in the file if it were made now." in page
    assert "$155.97" in page
    assert "••6789" in page
    assert "000123456789" not in page
    assert counted(app, Batch) == 0


def test_a_file_is_made_downloaded_handed_over_and_answered(app, dana, works):
    [ref] = works.plan(1)
    made = dana.post("/office/batches/new/ach_file")
    assert made.status_code == 303
    page = dana.get(made.location).text
    assert "Ready for the bank" in page
    assert "000123456789" not in page
    # Where another proof is asked for first, a link that must download would save that page as the file.
    assert " download>" not in page
    assert "Sent to your bank" not in page

    answer = dana.post(f"{made.location}/file")
    assert answer.status_code == 200
    assert re.search(r'attachment; filename="ach-\d{8}-A\.ach"', answer.headers["Content-Disposition"])
    [entry] = parse(answer.data).batches[0].entries
    assert entry.fields["account"] == "000123456789"
    assert entry.fields["trace"] in page

    assert dana.post(f"{made.location}/handed-over").status_code == 303
    page = dana.get(made.location).text
    assert "With the bank" in page
    assert "Sent to your bank" in page
    assert dana.post(f"{made.location}/answer", data={"answer": "accepted", "note": "ok"}).status_code == 303
    assert "Taken by the bank" in dana.get(made.location).text
    assert works.till.state(ref) == "pending"


def test_without_a_plain_word_of_the_bank_nothing_is_debited_again(dana, works):
    [ref] = works.plan(1)
    made = dana.post("/office/batches/new/ach_file").location
    dana.post(f"{made}/handed-over")
    for said in ({}, {"note": "?"}, {"answer": "perhaps"}):
        assert dana.post(f"{made}/answer", data=said).status_code == 400
    assert "With the bank" in dana.get(made).text
    assert works.till.state(ref) == "pending"


def test_a_file_of_new_accounts_alone_can_be_made_by_hand(app, dana, ach_account) -> None:
    ach_account("bo", verification="sent")
    page = dana.get("/office/batches/new/ach_file").text
    assert "New accounts and refunds" in page
    assert "Make the file" in page
    assert dana.post("/office/batches/new/ach_file").status_code == 303
    assert counted(app, BatchLine) == 1
    assert "Make the file" not in dana.get("/office/batches/new/ach_file").text


def test_making_a_file_twice_makes_one(app, dana, works):
    works.plan(1)
    dana.post("/office/batches/new/ach_file")
    again = dana.post("/office/batches/new/ach_file")
    assert again.location == "/office/batches"
    assert "Nothing was due for a file." in dana.get(again.location).text
    assert counted(app, Batch) == 1


def test_a_file_that_the_bank_refused_gives_its_payments_back(dana, works):
    [ref] = works.plan(1)
    address = dana.post("/office/batches/new/ach_file").location
    dana.post(f"{address}/handed-over")
    dana.post(f"{address}/answer", data={"answer": "refused", "note": "Unknown company"})
    page = dana.get(address).text
    assert "Refused by the bank" in page
    assert "Unknown company" in page
    assert "Planned again" in page
    assert works.till.state(ref) == "scheduled"


def test_a_file_is_taken_apart_only_while_the_bank_does_not_have_it(dana, works):
    [ref] = works.plan(1)
    address = dana.post("/office/batches/new/ach_file").location
    dana.post(f"{address}/handed-over")
    dana.post(f"{address}/withdraw")
    assert "Nothing was changed" in dana.get(address).text
    assert works.till.state(ref) == "pending"


def test_a_note_that_is_too_long_is_refused_and_nothing_is_noted(dana, works):
    works.plan(1)
    address = dana.post("/office/batches/new/ach_file").location
    dana.post(f"{address}/handed-over")
    answer = dana.post(f"{address}/answer", data={"answer": "accepted", "note": "x" * 301})
    assert answer.status_code == 422
    assert "With the bank" in dana.get(address).text


def test_the_file_is_given_to_nobody_without_the_right(house, dana, works):
    works.plan(1)
    address = dana.post("/office/batches/new/ach_file").location
    assert house.client("bo").post(f"{address}/file").status_code == 404
    assert house.client("lena").post(f"{address}/file").status_code == 403


def test_who_takes_a_file_and_when_is_noted_and_shown(app, dana, works):
    works.plan(1)
    address = dana.post("/office/batches/new/ach_file").location
    assert "Last downloaded" not in dana.get(address).text
    assert dana.get(f"{address}/file").status_code == 405
    dana.post(f"{address}/file")
    assert "Last downloaded on" in dana.get(address).text
    with app.app_context():
        [event] = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "batch.downloaded"))
    assert event.by.startswith("user:")
    assert "by Dana" in dana.get(address).text


def test_a_file_that_was_downloaded_is_taken_apart_only_by_who_is_sure(dana, works):
    [ref] = works.plan(1)
    address = dana.post("/office/batches/new/ach_file").location
    dana.post(f"{address}/file")
    assert "the bank may have it" in dana.get(address).text
    refused = dana.post(f"{address}/withdraw")
    assert refused.status_code == 409
    assert "debited twice" in refused.text
    assert works.till.state(ref) == "pending"
    assert dana.post(f"{address}/withdraw", data={"sure": "y"}).status_code == 303
    assert works.till.state(ref) == "scheduled"


def test_a_file_that_was_taken_apart_is_given_to_nobody(dana, works):
    works.plan(1)
    address = dana.post("/office/batches/new/ach_file").location
    dana.post(f"{address}/withdraw")
    answer = dana.post(f"{address}/file")
    assert answer.status_code == 409
    assert "must not reach the bank" in answer.text
    assert "Download the file" not in answer.text


def test_an_unknown_way_or_file_is_not_there(dana):
    assert dana.get("/office/batches/new/nothing").status_code == 404
    assert dana.post("/office/batches/new/nothing").status_code == 404
    assert dana.get("/office/batches/nothing").status_code == 404


@pytest.mark.settings(DUEBOOK_TODAY="2026-03-07", **ACH)
def test_on_a_day_without_banks_no_file_is_made(app, dana, works):
    works.till.pay(works.open_agreement("bo"), 15_597, works.account, today=TODAY)
    assert "Banks are closed today" in dana.get("/office/batches/new/ach_file").text
    assert dana.post("/office/batches/new/ach_file").status_code == 422
    assert counted(app, BatchLine) == 0


def test_no_page_shows_more_of_an_account_than_its_last_digits(app, dana, works, house):
    works.plan(1)
    address = dana.post("/office/batches/new/ach_file").location
    with app.app_context():
        label = db.session.scalars(select(PaymentMethod.label)).first()
    for page in ("/office/batches", address):
        assert "0001234" not in dana.get(page).text
    assert label in dana.get(address).text
