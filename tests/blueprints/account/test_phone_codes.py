"""Codes by text message: to a number that was proved, with the risk said, and for customers only (safety A16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from models import User, db
from tests.fixtures.getting_in import NUMBER


def number_of(app, house, name: str = "bo") -> str:
    with app.app_context():
        return db.session.scalar(select(User.sms_number).where(User.ref == house.user(name)))


def ask(client, number: str = "(202) 555-0143"):
    return client.post("/account/phone-codes", data={"number": number})


@pytest.mark.safety("A16")
def test_the_risk_is_said_and_app_and_passkey_stand_beside(house):
    page = house.client("bo").get("/account/phone-codes").text
    assert "can be stolen" in page
    assert 'href="/account/authenticator"' in page
    assert 'href="/account/passkeys"' in page


@pytest.mark.safety("A16", "A24")
def test_a_number_counts_once_its_code_was_typed(app, house, texted, mails):
    client, elsewhere = house.client("bo"), house.client("bo")
    assert ask(client).location == "/account/phone-codes/code"
    assert NUMBER in client.get("/account/phone-codes/code").text
    assert number_of(app, house) == ""
    [code] = texted()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert client.post("/account/phone-codes/code", data={"code": wrong}).status_code == 422
    assert client.post("/account/phone-codes/code", data={"code": code}).location == "/account/recovery-codes"
    assert number_of(app, house) == NUMBER
    assert elsewhere.get("/account").status_code == 303
    assert len(mails("security_alert")) == 1
    assert client.post("/account/phone-codes/removed").status_code == 303
    assert number_of(app, house) == ""


@pytest.mark.safety("A17")
def test_the_code_of_a_number_proves_that_number_and_no_step_of_a_sign_in(
    app, house, full, with_number, texted
):
    with_number("bo")
    client = full("bo")
    ask(client, "+12025550199")
    waiting = house.client("bo", stage="password")
    assert waiting.post("/second-factor/text-code", data={"code": texted()[0]}).status_code == 422
    assert client.post("/account/phone-codes/code", data={"code": texted()[0]}).status_code == 303
    assert number_of(app, house) == "+12025550199"


@pytest.mark.parametrize(
    "typed", ["", "12", "+1 202 555", "call me", "+1 900 555 0143", "202 555 0143 x5", "\x00"]
)
def test_what_no_text_reaches_is_refused(app, house, texted, typed):
    page = ask(house.client("bo"), typed)
    assert page.status_code == 422
    assert texted() == []


@pytest.mark.safety("W21")
def test_no_more_than_a_few_are_sent_to_one_number(house, texted):
    start = datetime.now(UTC).replace(minute=0, second=5) + timedelta(hours=1)
    for minute in range(7):
        with time_machine.travel(start + timedelta(minutes=2 * minute), tick=False):
            answer = ask(house.client("bo"))
    assert answer.status_code == 422
    assert len(texted()) == 5


def test_one_a_minute(house, texted):
    client = house.client("bo")
    assert ask(client).status_code == 303
    assert ask(client).status_code == 422
    assert len(texted()) == 1


@pytest.mark.safety("A16")
def test_the_office_has_none(house):
    for who in ("dana", "lena", "adam"):
        assert house.client(who).get("/account/phone-codes").status_code == 404
        assert ask(house.client(who)).status_code == 404


@pytest.mark.settings(DUEBOOK_SMTP_HOST="127.0.0.1")
def test_without_a_gateway_the_way_is_not_offered(house, with_number, texted):
    assert 'href="/account/phone-codes/new"' not in house.client("bo").get("/account/phone-codes").text
    assert ask(house.client("bo")).status_code == 422
    with_number("bo")
    page = house.client("bo", stage="password")
    assert "Send the code" not in page.get("/second-factor?way=sms").text
    assert page.post("/second-factor/text").status_code == 422
    assert texted() == []


@pytest.mark.safety("A16", "A22")
def test_it_wants_fresh_proof(house, with_number):
    with_number("bo")
    client = house.client("bo")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        assert ask(client).location.startswith("/account/step-up")
        assert client.post("/account/phone-codes/removed").location.startswith("/account/step-up")
