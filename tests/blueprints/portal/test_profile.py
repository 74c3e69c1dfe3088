"""My profile: what I may change, and what I may not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Person, User, db


def row(app, house, name: str = "bo") -> Person:
    with app.app_context():
        return db.session.scalars(select(Person).where(Person.ref == house.person(name))).one()


def test_telephone_address_and_language_are_mine_to_change(app, house):
    client = house.client("bo")
    sent = {"phone": "+1 555 0142", "address": "12 Mill Lane\nPortland", "language": "es"}
    answer = client.post("/profile", data=sent)
    assert (answer.status_code, answer.location) == (303, "/profile")
    bo = row(app, house)
    assert (bo.phone, bo.address, bo.language) == ("+1 555 0142", "12 Mill Lane\nPortland", "es")
    assert '<html lang="es">' in client.get("/profile").text


def test_nothing_else_is(app, house):
    before = row(app, house)
    columns = {column.name: "999" for table in (Person, User) for column in table.__table__.columns}
    house.client("bo").post(
        "/profile", data=columns | {"language": "", "phone": "1", "address": "", "role": "admin"}
    )
    after = row(app, house)
    for name in ("id", "ref", "number", "name", "email", "email_folded", "created_at"):
        assert getattr(after, name) == getattr(before, name)
    with app.app_context():
        assert db.session.scalar(select(User.role).where(User.username == "bo")) == "customer"


@pytest.mark.parametrize("sent", [{"phone": "1" * 41}, {"address": "x" * 501}, {"language": "xx"}])
def test_what_does_not_fit_is_said_and_kept_on_the_page_and_not_stored(app, house, sent):
    page = house.client("bo").post("/profile", data={"phone": "", "address": "", "language": ""} | sent)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    if value := sent.get("phone") or sent.get("address"):
        assert value in page.text
    assert row(app, house).phone == ""


def test_one_sees_oneself_only(house):
    page = house.client("stan").get("/profile").text
    assert "Stan Wu" in page
    assert "Bo Rivera" not in page
