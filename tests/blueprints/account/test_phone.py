"""The telephone number we call."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Person, db

pytestmark = pytest.mark.database("sqlite")


def on_file(app, house):
    with app.app_context():
        return db.session.scalar(select(Person.phone).where(Person.ref == house.person("bo")))


@pytest.mark.safety("A24")
def test_it_is_changed_taken_off_and_told(app, house, mails):
    client = house.client("bo")
    assert client.post("/account/phone", data={"phone": " +1  207 555 0142 "}).location == "/account"
    assert on_file(app, house) == "+1 207 555 0142"
    client.post("/account/phone", data={"phone": "+1 207 555 0142"})  # the same again tells nobody
    client.post("/account/phone", data={"phone": ""})
    assert on_file(app, house) == ""
    assert len(mails("security_alert")) == 2


@pytest.mark.parametrize("bad", ["12", "call me", "+++++", "1" * 41, "<b>12345</b>"])
def test_what_is_no_number_is_refused_and_kept_on_the_page(app, house, bad):
    assert house.client("bo").post("/account/phone", data={"phone": bad}).status_code == 422
    assert on_file(app, house) == ""
