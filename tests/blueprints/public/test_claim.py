"""From the mailed link to an account, on the pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from domain.actions import claims, people
from models import Outbox, SignIn, Token, User, db
from tests.fixtures.forms import without_own

GOOD = "moss lantern teacup drive"


@pytest.fixture
def link(house, mails) -> str:
    """The path of a fresh link for Nora, who has no account."""
    nora = people.create_person("Nora Novak", "nora.novak@example.org", by="t", now=house.now)
    claims.invite(nora, None, by="staff", now=datetime.now(UTC), base_url="http://localhost")
    return mails("claim")[-1].secret["link"].removeprefix("http://localhost")


def test_the_link_shows_who_we_are_and_claiming_signs_in(client, house, link):
    page = client.get(link)
    assert page.status_code == 200
    assert "Harbor Motors" in page.text
    assert "Hello, Nora Novak" in page.text
    assert 'value="nora.novak"' in page.text
    answer = client.post(link, data={"username": "nora", "password": GOOD})
    assert answer.status_code == 303
    assert b"Nora Novak" in client.get("/profile").data


@pytest.mark.safety("A11")
def test_opening_the_link_ten_times_changes_nothing(app, client, link):
    def rows() -> list[int]:
        with app.app_context():
            used = db.session.scalar(select(func.count()).where(Token.used_at.is_not(None)))
            return [
                used,
                *(db.session.scalar(select(func.count(table.id))) for table in (User, Outbox, SignIn)),
            ]

    before = rows()
    for _time in range(10):
        assert client.get(link).status_code == 200
        client.head(link)
    assert rows() == before


@pytest.mark.safety("A13")
def test_the_page_tells_nobody_where_it_came_from(client, link):
    assert client.get(link).headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/claim").headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"username": "nora", "password": "short"}, "password"),
        ({"username": "bo", "password": GOOD}, "username"),
        ({"username": "", "password": GOOD}, "username"),
        ({"username": "nora", "password": ""}, "password"),
        ({"username": "nora", "password": "nora.novak@example.org"}, "password"),
        ({}, "username"),
    ],
)
def test_what_may_not_be_chosen_is_said_beside_the_field_and_the_link_lives_on(client, link, typed, field):
    page = client.post(link, data=typed)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert 'role="alert"' in page.text
    if typed.get("username") == "nora":
        assert 'value="nora"' in page.text
    assert f'value="{GOOD}"' not in page.text
    assert client.post(link, data={"username": "nora", "password": GOOD}).status_code == 303


@pytest.mark.safety("A10", "A14")
def test_a_used_link_says_so_and_opens_nothing(app, client, link, mails):
    client.post(link, data={"username": "nora", "password": GOOD})
    stranger = app.test_client()
    assert stranger.get(link).status_code == 410
    page = stranger.post(link, data={"username": "thief", "password": GOOD})
    assert page.status_code == 410
    assert "set up already" in page.text
    assert stranger.get("/profile").status_code == 303
    assert mails("second_claim") == []  # it may be the second of two clicks


@pytest.mark.safety("A14")
def test_an_hour_later_a_used_link_alarms_its_owner(app, client, link, mails):
    client.post(link, data={"username": "nora", "password": GOOD})
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        app.test_client().get(link)
        assert mails("second_claim") == []
        app.test_client().post(link, data={"username": "thief", "password": GOOD})
    assert [mail.to_address for mail in mails("second_claim")] == ["nora.novak@example.org"]


@pytest.mark.safety("A14")
def test_an_old_link_says_so_and_sends_a_new_one_to_the_address_on_file(client, link, mails):
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=73)):
        page = client.get(link)
        assert page.status_code == 410
        assert "too old" in page.text
        assert f'action="{link}/new"' in page.text
        assert client.post(link, data={"username": "nora", "password": GOOD}).status_code == 410
        assert client.post(f"{link}/new", data={"email": "thief@example.org"}).status_code == 200
        newer = mails("claim")[-1]
        assert newer.to_address == "nora.novak@example.org"
        assert client.get(newer.secret["link"].removeprefix("http://localhost")).status_code == 200


@pytest.mark.parametrize("secret", ["x", "..", "a" * 3000, "%00", "%F0%9F%99%82", "claim"])
def test_a_link_that_never_was_is_not_found_and_breaks_nothing(client, house, secret):
    assert client.get(f"/claim/{secret}").status_code in (404, 308)
    assert client.post(f"/claim/{secret}", data={"username": "x1", "password": GOOD}).status_code == 404
    assert client.post(f"/claim/{secret}/new").status_code in (200, 404)


@pytest.mark.safety("A6", "A14")
@pytest.mark.parametrize(
    "name", ["nora.novak@example.org", "bo@example.org", "nobody@example.org", "C-99999", "' OR 1=1"]
)
def test_asking_for_the_link_again_is_answered_the_same_for_everybody(app, client, house, link, name):
    first = client.post("/claim", data={"name": "entirely@unknown.example"})
    answer = app.test_client().post("/claim", data={"name": name})
    assert answer.status_code == first.status_code == 200
    assert without_own(answer.text, name) == without_own(first.text, "entirely@unknown.example")


def test_asking_without_a_name_is_answered_with_the_form(client, house):
    page = client.post("/claim", data={"name": ""})
    assert page.status_code == 422
    assert 'id="name-error"' in page.text


@pytest.mark.safety("A13")
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:80"])
def test_no_header_bends_the_link_in_a_mail(client, link, mails, house, host):
    client.post(
        "/recover", data={"name": "bo"}, headers={"X-Forwarded-Host": host, "X-Forwarded-Proto": "http"}
    )
    assert client.post("/recover", data={"name": "tess"}, headers={"Host": host}).status_code == 400
    assert len(mails("recover_password")) == 1
    for mail in mails("recover_password"):
        assert mail.secret["link"].startswith("http://localhost/recover/")


def test_claiming_while_somebody_else_is_signed_in_ends_their_sign_in_here(app, house, link):
    client = house.client("stan")
    before = client.get_cookie("duebook").value
    client.post(link, data={"username": "nora", "password": GOOD})
    assert b"Nora Novak" in client.get("/profile").data
    other = app.test_client()
    other.set_cookie("duebook", before)
    assert other.get("/profile").status_code == 303
