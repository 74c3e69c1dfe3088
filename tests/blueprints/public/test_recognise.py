"""How to tell our mail from a forged one: the page, and the phrase in each mail."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from domain.actions import people
from domain.actions.mailbox import received
from domain.actions.outbox import deliver
from models import User, db

pytestmark = pytest.mark.database("sqlite")


def test_the_page_names_sender_site_and_what_we_never_ask(app, house):
    page = app.test_client().get("/recognise").text
    assert app.config["SETTINGS"].mail_from in page
    assert app.config["BASE_URL"] in page
    assert "See my phrase" not in page
    assert 'href="/account/phrase"' in house.client("bo").get("/recognise").text
    assert 'href="/verify"' in app.test_client().get("/recognise").text, (
        "whoever is handed a paper looks here"
    )
    assert 'href="/recognise"' in app.test_client().get("/").text


def phrase(app, house, name) -> str:
    with app.app_context():
        return db.session.scalar(select(User.phrase).where(User.ref == house.user(name)))


def posted(app) -> dict[str, str]:
    """Address -> the text of the newest mail to it."""
    deliver(app.extensions["post"], now=datetime.now(UTC))
    return {mail.to: mail.text for mail in reversed(received(app.config["SETTINGS"].mailbox))}


def test_every_mail_to_a_person_quotes_their_own_phrase(app, house):
    for name in ("bo", "stan"):
        house.client(name).post("/account/phone", data={"phone": "+1 207 555 0142"})
    mails = posted(app)
    assert phrase(app, house, "bo") in mails["bo@example.org"]
    assert phrase(app, house, "stan") in mails["stan@example.org"]
    assert phrase(app, house, "bo") not in mails["stan@example.org"]


def test_two_who_share_a_mailbox_each_read_their_own(app, house):
    people.set_email(house.person("stan"), "bo@example.org", by="test", now=house.now)
    house.client("bo").get("/account")
    house.client("stan").post("/account/phone", data={"phone": "+1 207 555 0142"})
    assert phrase(app, house, "stan") in posted(app)["bo@example.org"]


def test_an_address_that_nobody_confirmed_learns_no_phrase(app, house):
    client = house.client("bo")
    client.post("/account/email", data={"email": "nobody.knows@elsewhere.example"})
    mails = posted(app)
    assert phrase(app, house, "bo") not in mails["nobody.knows@elsewhere.example"]
    assert phrase(app, house, "bo") in mails["bo@example.org"]
