"""The words by which people know our mail."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import User, db

pytestmark = pytest.mark.database("sqlite")


def phrase(app, house, name="bo"):
    with app.app_context():
        return db.session.scalar(select(User.phrase).where(User.ref == house.user(name)))


def test_three_words_are_there_from_the_first_sign_in_and_stay(app, house):
    client = house.client("bo")
    made = phrase(app, house)
    assert len(made.split()) == 3
    assert made in client.get("/account/phrase").text
    house.client("bo")
    assert phrase(app, house) == made
    assert phrase(app, house, "stan") == ""  # who never came in has none yet


def test_it_is_mine_to_choose_and_i_am_told(app, house, mails):
    sent = {"phrase": "  the green   boat "}
    assert house.client("bo").post("/account/phrase", data=sent).location == "/account"
    assert phrase(app, house) == "the green boat"
    assert len(mails("security_alert")) == 1


BAD = ["", "abc", "x" * 61, "123456789", "see http://evil.example", "a@evil.example", "<b>boat</b>"]


@pytest.mark.parametrize("bad", BAD)
def test_addresses_and_nothings_are_refused(app, house, bad):
    client = house.client("bo")
    made = phrase(app, house)
    assert client.post("/account/phrase", data={"phrase": bad}).status_code == 422
    assert phrase(app, house) == made
