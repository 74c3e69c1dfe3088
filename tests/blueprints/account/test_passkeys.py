"""My passkeys on my own pages, and proving by one that it is me."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from domain.transaction import transaction
from models import Passkey, User, db
from tests.fixtures.authenticator import Phone, give_passkey

LATER = timedelta(minutes=11)


def add(client, phone: Phone, name: str = "My phone"):
    asked = client.post("/account/passkeys/question").json["create"]
    return client.post("/account/passkeys", data={"name": name, "credential": phone.make(asked)})


def phone_for(app) -> Phone:
    return Phone(app.config["BASE_URL"])


def prove(client, phone: Phone, back: str = ""):
    asked = client.post("/account/step-up/passkey/question").json["get"]
    return client.post("/account/step-up/passkey", data={"credential": phone.answer(asked), "next": back})


def refs(client) -> list[str]:
    return re.findall(r'href="/account/passkeys/([A-Za-z0-9_-]{22})"', client.get("/account/passkeys").text)


@pytest.mark.parametrize("who", ["bo", "dana", "lena"])
def test_a_passkey_is_added_under_its_name_and_listed(app, house, who, mails):
    client = house.client(who)
    assert 'href="/account/passkeys"' in client.get("/account").text
    assert "You have no passkey yet" in client.get("/account/passkeys").text
    page = client.get("/account/passkeys/new").text
    assert 'data-passkey="/account/passkeys/question"' in page
    assert 'data-rp="localhost"' in page
    answer = add(client, phone_for(app), "Grey phone")
    assert (answer.status_code, answer.location) == (303, "/account/passkeys")
    page = client.get("/account/passkeys").text
    assert "Grey phone" in page
    assert "Not used yet" in page
    assert len(mails("security_alert")) == 1


def test_an_only_factor_comes_with_advice_for_when_the_device_is_lost(app, house):
    give_passkey(app, house, "bo")
    give_passkey(app, house, "dana")
    assert "Print recovery codes" in house.client("bo").get("/account/passkeys").text
    assert (
        "Print recovery codes" not in house.client("dana").get("/account/passkeys").text
    )  # she has an app too


def test_who_has_passkeys_only_is_asked_for_nothing_else(app, house):
    give_passkey(app, house, "bo")
    page = house.client("bo").get("/account/step-up").text
    assert 'name="password"' not in page
    assert "use the device that has it" in page
    assert 'name="password"' in house.client("dana").get("/account/step-up").text


def test_what_is_wrong_is_said_and_what_was_typed_stays(app, house):
    client, phone = house.client("bo"), phone_for(app)
    page = client.post("/account/passkeys", data={"name": "", "credential": "{}"})
    assert (page.status_code, "Give the passkey a name" in page.text) == (422, True)
    page = client.post("/account/passkeys", data={"name": "Grey phone", "credential": "{}"})
    assert page.status_code == 422
    assert "could not be added" in page.text
    assert 'value="Grey phone"' in page.text
    asked = client.post("/account/passkeys/question").json["create"]
    forged = phone.make(asked, origin="https://evil.example")
    assert client.post("/account/passkeys", data={"name": "A", "credential": forged}).status_code == 422
    assert refs(client) == []


@pytest.mark.safety("A20")
def test_a_question_asked_in_one_browser_is_not_answered_in_another(app, house):
    here, elsewhere, phone = house.client("bo"), house.client("bo"), phone_for(app)
    elsewhere.post("/account/passkeys/question")
    made = phone.make(here.post("/account/passkeys/question").json["create"])
    assert elsewhere.post("/account/passkeys", data={"name": "A", "credential": made}).status_code == 422
    assert here.post("/account/passkeys", data={"name": "A", "credential": made}).status_code == 303


@pytest.mark.safety("S5")
def test_adding_one_ends_the_sign_ins_elsewhere(app, house):
    here, elsewhere = house.client("bo"), house.client("bo")
    assert add(here, phone_for(app)).status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


def test_it_is_renamed_and_removed(app, house):
    phone, client = give_passkey(app, house, "bo"), house.client("bo")
    [ref] = refs(client)
    assert client.post(f"/account/passkeys/{ref}/name", data={"name": " "}).status_code == 422
    assert client.post(f"/account/passkeys/{ref}/name", data={"name": "Old phone"}).status_code == 303
    assert "Old phone" in client.get(f"/account/passkeys/{ref}").text
    prove(client, phone)
    assert client.post(f"/account/passkeys/{ref}/removed").location == "/account/passkeys"
    assert refs(client) == []
    assert client.get(f"/account/passkeys/{ref}").status_code == 404


@pytest.mark.safety("W9")
def test_somebody_elses_passkey_is_not_there_for_me(app, house):
    give_passkey(app, house, "bo")
    [ref] = refs(house.client("bo"))
    for who in ("stan", "dana", "adam"):
        client = house.client(who)
        assert client.get(f"/account/passkeys/{ref}").status_code == 404
        assert client.post(f"/account/passkeys/{ref}/name", data={"name": "Mine"}).status_code == 404
        assert client.post(f"/account/passkeys/{ref}/removed").status_code == 404
    with app.app_context():
        row = db.session.scalars(select(Passkey)).one()
        assert (row.name, row.removed_at) == ("My phone", None)


def test_staff_are_told_why_the_last_factor_stays(app, house):
    give_passkey(app, house, "dana")
    with transaction() as session:
        session.execute(update(User).where(User.ref == house.user("dana")).values(totp_sealed=None))
    client = house.client("dana")
    [ref] = refs(client)
    page = client.post(f"/account/passkeys/{ref}/removed")
    assert (page.status_code, "only second factor" in page.text) == (422, True)


@pytest.mark.safety("A22")
def test_adding_and_removing_need_a_fresh_proof(app, house):
    give_passkey(app, house, "bo")
    client = house.client("bo")
    [ref] = refs(client)
    with time_machine.travel(datetime.now(UTC) + LATER):
        for way in (
            lambda: client.get("/account/passkeys/new"),
            lambda: client.post("/account/passkeys/question"),
            lambda: client.post("/account/passkeys", data={"name": "A", "credential": "{}"}),
            lambda: client.post(f"/account/passkeys/{ref}/removed"),
        ):
            answer = way()
            assert answer.status_code == 303
            assert answer.location.startswith("/account/step-up?next=/account/passkeys/")
        assert client.post(f"/account/passkeys/{ref}/name", data={"name": "Any"}).status_code == 303
        assert refs(client) == [ref]


@pytest.mark.safety("S2", "A22")
def test_a_passkey_alone_is_the_fresh_proof(app, house):
    phone, client = give_passkey(app, house, "bo"), house.client("bo")
    with time_machine.travel(datetime.now(UTC) + LATER):
        assert client.get("/account/passkeys/new").status_code == 303
        assert 'data-passkey="/account/step-up/passkey/question"' in client.get("/account/step-up").text
        before = client.get_cookie("duebook").value
        asked = client.post("/account/step-up/passkey/question").json["get"]
        sent = {"credential": phone.answer(asked), "next": "/account/passkeys/new"}
        answer = client.post("/account/step-up/passkey", data=sent)
        assert (answer.status_code, answer.location) == (303, "/account/passkeys/new")
        assert client.get_cookie("duebook").value != before
        assert client.get("/account/passkeys/new").status_code == 200
        again = client.post("/account/step-up/passkey", data=sent)
        assert (again.status_code, "not accepted" in again.text) == (422, True)


@pytest.mark.safety("W12")
@pytest.mark.parametrize("where", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_proof_leads_on_within_this_site_only(app, house, where):
    phone, client = give_passkey(app, house, "bo"), house.client("bo")
    asked = client.post("/account/step-up/passkey/question").json["get"]
    answer = client.post("/account/step-up/passkey", data={"credential": phone.answer(asked), "next": where})
    assert answer.location == "/account"


@pytest.mark.safety("A20")
def test_somebody_elses_passkey_is_no_proof_of_mine(app, house):
    give_passkey(app, house, "bo")
    phone, client = give_passkey(app, house, "stan"), house.client("bo")
    asked = client.post("/account/step-up/passkey/question").json["get"]
    answer = phone.answer(asked | {"allowCredentials": []})
    assert client.post("/account/step-up/passkey", data={"credential": answer}).status_code == 422


def test_who_has_none_is_told_so_instead_of_a_question(house):
    answer = house.client("bo").post("/account/step-up/passkey/question")
    assert (answer.status_code, answer.json["say"]) == (422, "You have no passkey. Use your password.")


@pytest.mark.settings(DUEBOOK_BASE_URL="http://127.0.0.1:8000")
def test_at_an_address_without_a_name_there_are_no_passkeys(house):
    client = house.client("bo")
    page = client.get("/account/passkeys").text
    assert 'data-passkey="' not in client.get("/account/passkeys/new").text
    assert "need a web address with https" in page
    assert client.post("/account/passkeys/question").status_code == 404
