"""The link "this was not me" in our mails works without a sign-in."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import KnownDevice, Person, Token, User, db

pytestmark = pytest.mark.database("sqlite")


def alarms(mails) -> dict[str, str]:
    """Address -> the path of the newest alarm mailed to it."""
    return {m.to_address: m.secret["link"].removeprefix("http://localhost") for m in mails("security_alert")}


def state(app, house, name="bo"):
    with app.app_context():
        return db.session.execute(
            select(User.frozen_at.is_not(None), Person.email)
            .join(Person, Person.id == User.person_id)
            .where(User.ref == house.user(name))
        ).one()


def changed_phone(house):
    client = house.client("bo")
    client.post("/account/phone", data={"phone": "+1 207 555 0142"})
    return client


@pytest.mark.safety("A11", "S5")
def test_looking_changes_nothing_and_the_button_locks_the_account_once(app, house, mails):
    client = changed_phone(house)
    path = alarms(mails)["bo@example.org"]
    stranger = app.test_client()
    for _look in range(10):
        assert stranger.get(path).status_code == 200
        assert stranger.head(path).status_code == 200
    assert state(app, house)[0] is False
    assert stranger.post(path).location == "/alarm"
    assert tuple(state(app, house)) == (True, "bo@example.org")
    assert client.get("/account").status_code == 303
    assert stranger.post(path).status_code == 410
    assert stranger.get(path).status_code == 410
    assert len(mails("alarm_raised")) == 1


def test_nothing_that_was_mailed_or_known_before_opens_anything(app, house, mails):
    sent = {"name": "bo", "password": house.password("bo")}
    app.test_client().post("/sign-in", data=sent)
    app.test_client().post("/recover", data={"name": "bo"})
    recover = mails("recover_password")[0].secret["link"].removeprefix("http://localhost")
    changed_phone(house)
    app.test_client().post(alarms(mails)["bo@example.org"])
    assert app.test_client().get(recover).status_code == 410
    with app.app_context():
        assert db.session.scalars(select(KnownDevice.id).where(KnownDevice.revoked_at.is_(None))).all() == []
        open_ = select(Token.id).where(Token.used_at.is_(None), Token.voided_at.is_(None))
        assert db.session.scalars(open_).all() == []


@pytest.mark.safety("A24")
def test_after_a_change_of_address_no_link_goes_to_the_new_one(app, house, mails):
    """Whoever stole the password and moved the account to their own mailbox must not get it back by mail."""
    thief = house.client("bo")
    thief.post("/account/email", data={"email": "thief@evil.example"})
    thief.post(mails("confirm_email")[0].secret["link"].removeprefix("http://localhost"))
    assert state(app, house)[1] == "thief@evil.example"
    assert app.test_client().post(alarms(mails)["bo@example.org"]).status_code == 303
    assert tuple(state(app, house)) == (True, "")
    for name in ("bo", "thief@evil.example", "bo@example.org"):
        app.test_client().post("/recover", data={"name": name})
    assert mails("recover_password") == []
    [told] = mails("alarm_raised")
    assert told.data["by_mail"] is False


def test_also_when_the_owner_says_so_from_a_signed_in_browser(app, house, mails):
    thief, owner = house.client("bo"), house.client("bo")
    thief.post("/account/email", data={"email": "thief@evil.example"})
    thief.post(mails("confirm_email")[0].secret["link"].removeprefix("http://localhost"))
    assert owner.post("/account/not-me", data={"sure": "1"}).status_code == 303
    assert tuple(state(app, house)) == (True, "")


def test_a_made_up_link_is_nothing(app, house):
    client = app.test_client()
    for path in ("/alarm/x", "/alarm/" + "a" * 500):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert client.get("/alarm").status_code == 200


@pytest.mark.safety("A13", "W8")
def test_its_page_keeps_the_link_to_itself(app, house, mails):
    changed_phone(house)
    answer = app.test_client().get(alarms(mails)["bo@example.org"])
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
