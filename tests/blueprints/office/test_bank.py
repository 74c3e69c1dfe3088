"""Dana brings statements of the bank in: shown first, taken once, explained one movement at a time, and taken back."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import func, select

from models import BankLine, BankStatement, db
from tests.domain.banking.samples import ofx, ofx_line
from tests.fixtures.forms import fields_of

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-11-04"), pytest.mark.database("sqlite")]
TWO = ofx(
    ofx_line("150.00", "F1", "BO BORROWER", "loan L-7") + ofx_line("-20.00", "F2", "WATER"), closing="1130.00"
)
CSV = "Date,Text,Amount\n2026-11-02,rent,5.00\n"


@pytest.fixture
def dana(house):
    return house.client("dana")


def upload(client, content: str, name: str = "november.ofx"):
    data = fields_of(client.get("/office/bank/files/new").text, "/office/bank/files/new")
    data["file"] = (io.BytesIO(content.encode()), name)
    return client.post("/office/bank/files/new", data=data, content_type="multipart/form-data")


def bring_in(client, content: str = TWO):
    where = upload(client, content).location
    form = fields_of(client.get(where).text, f"{where}/statements")
    return client.post(f"{where}/statements", data=form)


def count(app, model) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))


def line(app, bank_ref: str) -> str:
    with app.app_context():
        return db.session.scalars(select(BankLine.ref).where(BankLine.bank_ref == bank_ref)).one()


def state(app, ref: str) -> str:
    with app.app_context():
        return db.session.scalars(select(BankLine.state).where(BankLine.ref == ref)).one()


def test_a_file_is_shown_before_anything_is_written(app, dana):
    page = dana.get(upload(dana, TWO).location).text
    for words in ("••0001", "2 movements will be added", "$130.00", "Is it the right one?", "WATER"):
        assert words in page
    assert (count(app, BankStatement), count(app, BankLine)) == (0, 0)


def test_what_is_brought_in_is_listed_and_the_same_file_adds_nothing(app, dana):
    where = bring_in(dana).location
    page = dana.get(where).text
    assert page.count("Not explained</span>") == 2
    assert "2 movements are not explained yet" in dana.get("/office/bank").text
    again = upload(dana, TWO).location
    assert "in the books of the bank already" in dana.get(again).text
    assert count(app, BankLine) == 2
    assert dana.get(f"{where}?state=matched").text.count("<tbody>") == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [(TWO[:-30], "ends in the middle"), ("<html></html>", "not a bank statement"), ("", "empty")],
)
def test_a_wrong_file_says_why_and_stays_for_a_look(app, dana, content, words):
    page = dana.get(upload(dana, content).location).text
    assert words in page
    assert "Nothing was written" in page
    assert "Refused" in dana.get("/office/bank").text
    assert count(app, BankStatement) == 0


def test_no_file_is_422(dana):
    assert upload(dana, TWO, name="").status_code == 422


def test_an_unknown_csv_is_explained_once(app, dana):
    where = upload(dana, CSV, "bank.csv").location
    page = dana.get(where).text
    assert "Which column is what?" in page
    form = fields_of(page, f"{where}/columns") | {
        "name": "First Bank", "column-booked_on": "Date", "column-text": "Text", "column-amount": "Amount",
    }  # fmt: skip
    missing = dana.post(f"{where}/columns", data=form)
    assert missing.status_code == 422
    assert "of which account" in missing.text
    assert dana.post(f"{where}/columns", data=form | {"column-amount": "", "account": "1"}).status_code == 422
    assert dana.post(f"{where}/columns", data=form | {"account": "77700042"}).status_code == 303
    shown = dana.get(where).text
    assert "1 movement will be added" in shown
    assert "nobody can tell whether lines are missing" in shown
    second = dana.get(upload(dana, CSV + "2026-11-03,more,1.00\n", "bank.csv").location).text
    assert "2 movements will be added" in second


def test_a_statement_is_taken_out_while_nothing_of_it_is_matched(app, dana):
    where = bring_in(dana).location
    undo = f"{where}/undo"
    ref = line(app, "F2")
    form = fields_of(dana.get(undo).text, undo)
    dana.post(f"/office/bank/movements/{ref}/matches", data=form | {"kind": "other", "target": "fees"})
    refused = dana.post(undo, data=form)
    assert refused.status_code == 409
    assert "Undo those matches first" in refused.text
    page = dana.get(f"/office/bank/movements/{ref}").text
    back = re.search(r'href="(/office/bank/matches/[^"]+/undo)"', page)[1]
    dana.post(back, data=form)
    assert dana.post(undo, data=form).location == "/office/bank"
    assert "was taken out on" in dana.get(where).text
    assert "No statement was brought in yet" in dana.get("/office/bank").text


def test_a_stranger_gets_404_and_a_landlord_403(house, dana):
    where = bring_in(dana).location
    for name, status in (("stan", 404), ("lena", 403)):
        for address in ("/office/bank", where, "/office/bank/files/new"):
            assert house.client(name).get(address).status_code == status, (name, address)


def test_who_may_change_settings_finds_the_ways_to_pay_beside_the_bank(house):
    assert 'href="/office/ways-to-pay"' in house.client("adam").get("/office/bank").text
    assert 'href="/office/ways-to-pay"' not in house.client("dana").get("/office/bank").text
