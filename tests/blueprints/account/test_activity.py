"""What happened in my account, and locking it when it was not me."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from domain.actions import people
from models import AuditEvent, SignIn, User, db

pytestmark = pytest.mark.database("sqlite")


def lines(page: str) -> list[str]:
    strong = re.findall(r"<strong>(.*?)</strong>", page.partition("<main")[2])
    return [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in strong]


def sign_in(app, name, password):
    client = app.test_client()
    sent = {"name": name, "password": password}
    client.post("/sign-in", data=sent, headers={"User-Agent": "X Firefox/9 Android"})
    return client


def test_sign_ins_that_worked_and_that_failed_are_told_apart(app, house):
    sign_in(app, "bo", "a wrong password of mine")
    page = sign_in(app, "bo", house.password("bo")).get("/account/activity").text
    assert lines(page)[:2] == ["Signed in", "A sign-in that failed"]
    assert page.count("A sign-in that failed") == 2  # in the line, and in the words of its link
    assert "from 127.0.0.0/24" in page
    assert "Firefox · Android" in page


def test_payments_and_changes_stand_there_with_their_amounts(house, open_agreement, pay):
    agreement = open_agreement("bo")
    payment = pay("bo", agreement, 12_345)
    client = house.client("bo")
    client.post("/account/phone", data={"phone": "+1 207 555 0142"})
    page = client.get("/account/activity").text
    assert f'href="/payments/{payment}"' in page
    assert "Payment of $123.45 begun" in page
    assert lines(page)[0] == "Telephone number changed"
    for other in ("stan", "dana"):
        seen = house.client(other).get("/account/activity").text
        assert "123.45" not in seen
        assert payment not in seen


def test_what_the_business_did_is_told_as_done_on_our_side(app, house):
    with app.app_context():
        dana = db.session.scalar(select(User.id).where(User.ref == house.user("dana")))
    people.set_email(house.person("bo"), "bo@new.example", by=f"user:{dana}", now=house.now)
    page = house.client("bo").get("/account/activity").text
    assert "Done on our side" in page
    assert "Dana" not in page


def test_older_things_stand_on_further_pages(app, house):
    for _ in range(30):
        client = house.client("bo")
    first, second = client.get("/account/activity").text, client.get("/account/activity?page=2").text
    assert "Page 1 of 2" in first
    assert "Page 2 of 2" in second
    for odd in ("0", "-3", "99", "x", "1e9", ""):
        assert client.get("/account/activity", query_string={"page": odd}).status_code == 200


def test_not_me_asks_first_and_then_locks_the_account(app, house, mails):
    client, elsewhere, stan = house.client("bo"), house.client("bo"), house.client("stan")
    assert client.get("/account/not-me").status_code == 200
    assert client.post("/account/not-me", data={}).status_code == 422
    assert elsewhere.get("/account").status_code == 200
    answer = client.post("/account/not-me", data={"sure": "1"})
    assert (answer.status_code, answer.location) == (303, "/alarm")
    assert [one.get("/account").status_code for one in (client, elsewhere, stan)] == [303, 303, 200]
    assert [mail.to_address for mail in mails("alarm_raised")] == ["office@harbor.example"]
    assert [mail.to_address for mail in mails("account_frozen")] == ["bo@example.org"]
    with app.app_context():
        ended = db.session.scalars(select(SignIn.ended_why).where(SignIn.ended_why != "")).all()
        assert ended == ["reported"] * 2
        assert db.session.scalar(select(AuditEvent.address).where(AuditEvent.action == "user.frozen"))


@pytest.mark.safety("S5")
def test_a_frozen_account_lets_nobody_in_until_a_new_password(app, house, mails):
    house.client("bo").post("/account/not-me", data={"sure": "1"})
    known = {"name": "bo", "password": house.password("bo")}
    refused = app.test_client().post("/sign-in", data=known)
    assert refused.status_code == 422
    app.test_client().post("/recover", data={"name": "bo"})
    link = mails("recover_password")[0].secret["link"].removeprefix("http://localhost")
    assert app.test_client().post(link, data={"password": "four plain words of mine"}).status_code == 303
    known["password"] = "four plain words of mine"
    assert app.test_client().post("/sign-in", data=known).status_code == 303
