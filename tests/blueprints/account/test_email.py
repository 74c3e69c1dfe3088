"""A new e-mail address counts once its owner confirmed it, signed in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from models import Person, db

pytestmark = pytest.mark.database("sqlite")
NEW = "bo@elsewhere.example"


def on_file(app, house, name="bo"):
    with app.app_context():
        return db.session.scalar(select(Person.email).where(Person.ref == house.person(name)))


def asked(client, mails, address=NEW) -> str:
    assert client.post("/account/email", data={"email": address}).status_code == 200
    mail = mails("confirm_email")[-1]
    assert mail.to_address == address
    return mail.secret["link"].removeprefix("http://localhost")


@pytest.mark.safety("A11", "A10")
def test_it_counts_only_after_the_link(app, house, mails):
    client = house.client("bo")
    link = asked(client, mails)
    for _look in range(10):
        assert client.get(link).status_code == 200
    assert on_file(app, house) == "bo@example.org"
    assert client.post(link).location == "/account"
    assert on_file(app, house) == NEW
    assert client.post(link).status_code == 410
    sent = {"name": NEW, "password": house.password("bo")}
    assert app.test_client().post("/sign-in", data=sent).status_code == 303


@pytest.mark.safety("A24")
def test_the_old_address_is_told_at_once_and_both_when_it_counts(house, mails):
    client = house.client("bo")
    link = asked(client, mails)
    assert [mail.to_address for mail in mails("security_alert")] == ["bo@example.org"]
    client.post(link)
    assert [mail.to_address for mail in mails("security_alert")][1:] == [NEW, "bo@example.org"]


@pytest.mark.safety("A10")
def test_the_link_is_nothing_to_others_and_to_nobody(app, house, mails):
    link = asked(house.client("bo"), mails)
    stan, stranger = house.client("stan"), app.test_client()
    assert stan.get(link).status_code == 404
    assert stan.post(link).status_code == 404
    assert stranger.get(link).location.startswith("/sign-in?next=/account/email/")
    assert stranger.post(link).status_code == 303
    assert on_file(app, house) == "bo@example.org"
    assert on_file(app, house, "stan") == "stan@example.org"


@pytest.mark.safety("A10")
def test_it_works_for_an_hour_and_only_the_newest(app, house, mails):
    client = house.client("bo")
    first = asked(client, mails)
    second = asked(client, mails, "bo@third.example")
    assert client.post(first).status_code == 410
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
        assert house.client("bo").post(second).status_code == 410
    assert on_file(app, house) == "bo@example.org"


@pytest.mark.safety("A6")
def test_somebody_elses_address_is_taken_without_a_word_about_them(house, mails):
    page = house.client("bo").post("/account/email", data={"email": "stan@example.org"})
    assert page.status_code == 200
    assert "Stan" not in page.text


@pytest.mark.parametrize("bad", ["", "bo", "bo@", "bo@example", "bo@example.org", "a@b@c.org", "x" * 300])
def test_what_is_no_new_address_is_refused(house, mails, bad):
    page = house.client("bo").post("/account/email", data={"email": bad})
    assert page.status_code == 422
    assert mails("confirm_email") == []
