"""Tess asks about a charge and about a payment that is missing, and reads what became of it."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select

from models import Inquiry, Task, Thread, db
from tests.fixtures.forms import fields_of
from tests.fixtures.talking import png

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-02"), pytest.mark.database("sqlite")]


@pytest.fixture
def home(open_rental) -> str:
    return open_rental()


@pytest.fixture
def rent(home, charges_of):
    return charges_of(home)[0]


def asked(client, home: str, what: str, **typed):
    address = f"/agreements/{home}/ask/{what}"
    sent = fields_of(client.get(address).text, address) | typed
    return client.post(address, data=sent, content_type="multipart/form-data"), sent


def count(app, model, *which) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model).where(*which))


def test_from_the_reason_of_an_amount_one_asks_about_it_once(house, app, home, rent):
    tess = house.client("tess")
    why = tess.get(f"/agreements/{home}/why/charge-{rent.entry}").text
    assert f"/agreements/{home}/ask/charge-{rent.entry}" in why
    page = tess.get(f"/agreements/{home}/ask/charge-{rent.entry}").text
    assert "At most $1,200.00" in page
    address = f"/agreements/{home}/ask/charge-{rent.entry}"
    other_tab = fields_of(page, address)
    assert "12 March 2026" in page
    answer, sent = asked(
        tess, home, f"charge-{rent.entry}", text="The heating was off.", amount="200",
        file=(io.BytesIO(png()), "cold.png"),
    )  # fmt: skip
    assert answer.status_code == 303
    sent["file"] = (io.BytesIO(png()), "cold.png")
    assert tess.post(f"/agreements/{home}/ask/charge-{rent.entry}", data=sent).location == answer.location
    assert (count(app, Inquiry), count(app, Thread), count(app, Task, Task.kind == "inquiry")) == (1, 1, 1)
    shown = tess.get(answer.location).text
    for words in ("We have it", "The heating was off.", "$200.00", "cold.png", "12 March 2026"):
        assert words in shown
    assert "We have it" in tess.get("/questions").text
    once_more = tess.get(f"/agreements/{home}/ask/charge-{rent.entry}").text
    assert "You asked about this on" in once_more
    assert f'href="{answer.location}"' in once_more
    again = tess.post(address, data=other_tab | {"text": "Hello?"})
    assert again.status_code == 422
    assert "asked already" in again.text


def test_a_figure_is_asked_about_once_and_named_with_its_amount(house, app, home):
    tess = house.client("tess")
    answer, _sent = asked(tess, home, "due", text="Why so much?")
    assert ": $1,200.00</h1>" in tess.get(answer.location).text
    assert f'href="{answer.location}"' in tess.get(f"/agreements/{home}/ask/due").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": ""}, "Say in a few words what is wrong."), ({"amount": "1200.01"}, "no more can come off"),
        ({"amount": "0"}, "above zero"), ({"amount": "soon"}, "amount"), ({"text": "x" * 5001}, "at most 5000"),
        ({"form_ref": ""}, "out of date"), ({"file": (io.BytesIO(b"MZ\x90"), "a.pdf")}, "or plain text (.txt)"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_keeps_what_was_typed(house, app, home, rent, typed, words):
    tess = house.client("tess")
    answer, _sent = asked(tess, home, f"charge-{rent.entry}", **({"text": "Cold in here"} | typed))
    assert answer.status_code == 422
    assert words in answer.text
    assert "text" in typed or "Cold in here" in answer.text
    assert count(app, Inquiry) == 0


def test_a_payment_that_is_missing_is_told_with_day_amount_and_way(house, app, home):
    tess = house.client("tess")
    for typed, words in (
        ({}, "Enter how much you paid."),
        ({"amount": "600"}, "Choose the day on which you paid."),
        ({"amount": "600", "day": "2026-03-03"}, "This day has not come."),
        ({"amount": "600", "day": "2026-02-27"}, "Choose how you paid."),
    ):
        answer, _sent = asked(tess, home, "missing", **({"way": ""} | typed))
        assert answer.status_code == 422
        assert words in answer.text
    answer, _sent = asked(tess, home, "missing", amount="600", day="2026-02-27", way="transfer")
    shown = tess.get(answer.location).text
    assert "$600.00 was paid on 27 February 2026 and is missing." in shown
    assert "By a transfer from my bank" in shown


def test_one_takes_ones_own_question_back(house, app, home, rent):
    tess = house.client("tess")
    answer, _sent = asked(tess, home, f"charge-{rent.entry}", text="Why so much?")
    assert tess.post(f"{answer.location}/withdraw").status_code == 303
    assert "You took your question back." in tess.get(answer.location).text
    assert count(app, Task, Task.closed_at.is_(None), Task.kind == "inquiry") == 0


@pytest.mark.safety("W9")
def test_nobody_else_sees_or_asks(house, home, rent):
    answer, _sent = asked(house.client("tess"), home, f"charge-{rent.entry}", text="Why so much?")
    bo = house.client("bo")
    for path in (
        answer.location,
        f"/agreements/{home}/ask/charge-{rent.entry}",
        f"/agreements/{home}/ask/missing",
    ):
        assert bo.get(path).status_code == 404
    assert bo.post(f"{answer.location}/withdraw").status_code == 404
    assert house.client("tess").get(f"/agreements/{home}/ask/charge-99").status_code == 404
    assert house.client("tess").get(f"/agreements/{home}/ask/payment-nothing").status_code == 404
