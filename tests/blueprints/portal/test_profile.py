"""My profile: what I may change, and what I may not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Person, User, db

WHOLE = {"address": "", "language": "", "zone": "", "contact_from_hour": "", "contact_until_hour": ""}


def row(app, house, name: str = "bo") -> Person:
    with app.app_context():
        return db.session.scalars(select(Person).where(Person.ref == house.person(name))).one()


def test_address_language_zone_and_hours_are_mine_to_change(app, house, mails):
    client = house.client("bo")
    sent = {
        "address": "12 Mill Lane\nPortland", "language": "es", "zone": "America/Denver", "contact_from_hour": "9",
        "contact_until_hour": "17",
    }  # fmt: skip
    answer = client.post("/profile", data=sent)
    assert (answer.status_code, answer.location) == (303, "/profile")
    bo = row(app, house)
    assert (bo.address, bo.language, bo.zone) == ("12 Mill Lane\nPortland", "es", "America/Denver")
    assert (bo.contact_from_hour, bo.contact_until_hour) == (9, 17)
    page = client.get("/profile").text
    assert '<html lang="es">' in page
    assert '<option selected value="17">' in page
    assert [mail.to_address for mail in mails("security_alert")] == ["bo@example.org"]


def test_nothing_else_is(app, house):
    before = row(app, house)
    columns = {column.name: "999" for table in (Person, User) for column in table.__table__.columns}
    house.client("bo").post("/profile", data=columns | WHOLE | {"role": "admin"})
    after = row(app, house)
    for name in ("id", "ref", "number", "name", "email", "email_folded", "phone", "created_at"):
        assert getattr(after, name) == getattr(before, name)
    with app.app_context():
        assert db.session.scalar(select(User.role).where(User.username == "bo")) == "customer"


@pytest.mark.parametrize(
    "sent",
    [
        {"address": "x" * 501},
        {"language": "xx"},
        {"zone": "Mars/Olympus"},
        {"zone": "../etc/passwd"},
        {"contact_from_hour": "9"},
        {"contact_until_hour": "17"},
        {"contact_from_hour": "17", "contact_until_hour": "9"},
        {"contact_from_hour": "24", "contact_until_hour": "24"},
    ],
)
def test_what_does_not_fit_is_said_and_kept_on_the_page_and_not_stored(app, house, sent):
    page = house.client("bo").post("/profile", data=WHOLE | {"address": "12 Mill Lane"} | sent)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert (sent.get("zone") or sent.get("address") or "12 Mill Lane") in page.text
    assert row(app, house).address == ""


def test_one_sees_oneself_only(house):
    page = house.client("stan").get("/profile").text
    assert "Stan Wu" in page
    assert "Bo Rivera" not in page


def test_times_of_day_are_shown_by_the_clock_one_chose(app, house):
    client = house.client("bo")
    with app.app_context():
        at = db.session.scalar(select(User.created_at).where(User.ref == house.user("bo")))
    from zoneinfo import ZoneInfo

    for zone in ("America/New_York", "Asia/Kolkata"):
        client.post("/profile", data=WHOLE | {"zone": zone})
        shown = at.astimezone(ZoneInfo(zone))
        assert f"{shown:%H}:" in client.get("/account/sign-ins").text
