"""Dana brings in the till's list of purchases: checked, posted, and told what did not fit."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import func, select

from tests.fixtures.forms import fields_of


@pytest.fixture
def dana(house):
    return house.client("dana")


def posted(app) -> int:
    from models import Charge, db

    with app.app_context():
        return db.session.scalar(select(func.count()).where(Charge.type == "purchase").select_from(Charge))


def number_of(app, ref: str) -> str:
    from models import Agreement, db

    with app.app_context():
        return db.session.scalars(select(Agreement.number).where(Agreement.ref == ref)).one()


def send(dana, text: str, name: str = "till.csv"):
    page = dana.get("/office/purchases/new").text
    form = fields_of(page, "/office/purchases/check") | {"file": (BytesIO(text.encode()), name)}
    return dana.post("/office/purchases/check", data=form, content_type="multipart/form-data")


def test_a_list_is_checked_before_it_is_posted_and_a_second_press_posts_nothing_more(
    app, dana, open_line, clock
):
    number, today = number_of(app, open_line("bo")), clock("dana")["today"]
    checked = send(dana, f"agreement,day,what,amount\n{number},{today},Tyres,412.50\nCR-0,{today},Oil,3\n")
    assert checked.status_code == 200
    assert "There is no such agreement" in checked.text
    assert posted(app) == 0
    form = fields_of(checked.text, "/office/purchases")
    answer = dana.post("/office/purchases", data=form)
    assert answer.status_code == 200
    assert posted(app) == 1
    dana.post("/office/purchases", data=form)
    assert posted(app) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The file is empty"),
        ("day,what\n2026-01-01,Oil\n", "agreement, amount"),
        ("x" * 300_000, "too large"),
    ],
)
def test_what_is_no_list_is_refused_beside_the_field(app, dana, text, words):
    page = send(dana, text)
    assert page.status_code == 422
    assert words in page.text
    assert posted(app) == 0


def test_a_tampered_check_posts_nothing(app, dana, open_line, clock):
    number, today = number_of(app, open_line("bo")), clock("dana")["today"]
    checked = send(dana, f"agreement,day,what,amount\n{number},{today},Tyres,412.50\n")
    form = fields_of(checked.text, "/office/purchases") | {"content": "not base64!"}
    assert dana.post("/office/purchases", data=form).status_code == 422
    assert posted(app) == 0
