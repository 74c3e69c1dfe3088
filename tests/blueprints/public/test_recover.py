"""Forgotten password and username, on the pages."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from blueprints.public.throttle import SECONDS_TO_ANSWER
from domain.records.tries import HARD_STOP
from tests.fixtures.forms import without_own

GOOD = "moss lantern teacup drive"


def ask(client, mails, name: str = "bo") -> str:
    client.post("/recover", data={"name": name})
    return mails("recover_password")[-1].secret["link"].removeprefix("http://localhost")


@pytest.mark.safety("A12", "S5")
def test_a_new_password_by_link_signs_nobody_in_and_ends_every_sign_in(app, client, house, mails):
    elsewhere = house.client("bo")
    link = ask(client, mails)
    page = client.get(link)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    answer = client.post(link, data={"password": GOOD})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert client.get("/profile").status_code == 303
    assert elsewhere.get("/profile").status_code == 303
    assert client.post("/sign-in", data={"name": "bo", "password": GOOD}).status_code == 303
    assert [mail.to_address for mail in mails("security_alert")] == ["bo@example.org"]


@pytest.mark.safety("A10", "A11")
def test_opening_the_link_does_not_use_it_up_and_posting_does_once(client, house, mails):
    link = ask(client, mails)
    for _time in range(10):
        assert client.get(link).status_code == 200
    assert client.post(link, data={"password": "short"}).status_code == 422
    assert client.post(link, data={"password": GOOD}).status_code == 303
    assert client.post(link, data={"password": "another long enough phrase"}).status_code == 410
    assert client.get(link).status_code == 410


@pytest.mark.safety("A10")
def test_a_link_ends_after_half_an_hour(client, house, mails):
    link = ask(client, mails)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=31)):
        assert client.get(link).status_code == 410
        assert client.post(link, data={"password": GOOD}).status_code == 410


@pytest.mark.safety("A6")
@pytest.mark.parametrize("name", ["bo", "bo@example.org", "stan", "nobody", "nobody@example.org", "C-4711"])
def test_the_answer_is_the_same_for_everybody(app, client, house, name):
    for _wrong in range(HARD_STOP):
        client.post("/sign-in", data={"name": "stan", "password": "wrong"})
    for path, field in (("/recover", "name"), ("/recover/username", "email")):
        first = client.post(path, data={field: "entirely unknown"})
        answer = app.test_client().post(path, data={field: name})
        assert answer.status_code == first.status_code == 200
        assert without_own(answer.text, name) == without_own(first.text, "entirely unknown")


@pytest.mark.safety("A12")
def test_staff_still_need_their_second_step_after_a_new_password(client, house, mails):
    client.post(ask(client, mails, "dana"), data={"password": GOOD})
    answer = client.post("/sign-in", data={"name": "dana", "password": GOOD})
    assert answer.location == "/second-factor"


def test_a_username_is_mailed_to_its_address(client, house, mails):
    assert client.post("/recover/username", data={"email": "bo@example.org"}).status_code == 200
    [mail] = mails("username_reminder")
    assert (mail.to_address, mail.data["username"]) == ("bo@example.org", "bo")


@pytest.mark.parametrize("path", ["/recover", "/recover/username"])
def test_an_empty_form_is_answered_with_the_form(client, house, path):
    page = client.post(path, data={})
    assert page.status_code == 422
    assert 'role="alert"' in page.text


@pytest.mark.parametrize("secret", ["x", "a" * 3000, "%00"])
def test_a_link_that_never_was_is_not_found(client, house, secret):
    assert client.get(f"/recover/{secret}").status_code == 404
    assert client.post(f"/recover/{secret}", data={"password": GOOD}).status_code == 404


@pytest.mark.safety("A6")
@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("path", "field"), [("/recover", "name"), ("/recover/username", "email"), ("/claim", "name")]
)
def test_the_answer_takes_its_time_whether_or_not_a_mail_is_made(app, client, house, path, field):
    app.config["THROTTLE"] = True
    for name in ("bo@example.org", "nobody@example.org"):
        began = time.monotonic()
        client.post(path, data={field: name})
        assert time.monotonic() - began >= SECONDS_TO_ANSWER
