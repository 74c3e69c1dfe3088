"""The meter beside a new password."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from domain.actions import claims, people
from models import AuditEvent, Outbox, Throttle, db

GOOD = "moss lantern teacup drive"


def said(client, password: str, **more: str) -> str:
    page = client.post("/passwords/strength", data={"password": password, **more})
    assert page.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", ""),
        ("moss", "Too easy to guess: Use at least 15 characters."),
        ("aaaaaaaaaaaaaaaaaaaa", "Too easy to guess: This is easy to guess: it repeats itself"),
        ("correct horse battery staple", "lists"),
        (GOOD, "Very strong"),
        ("harbor motors harbor", "name of the business"),
        ("x" * 5000, "at most 256"),
    ],
)
def test_it_says_in_words_how_the_password_stands(client, house, password, words):
    answer = said(client, password)
    assert words in answer
    assert bool(words) == bool(answer)


def test_it_takes_the_username_beside_it_for_known(client, house):
    assert "Very strong" in said(client, "kettleorbit kettleorbit velvet", username="somebody")
    assert "mostly your name" in said(client, "kettleorbit-kettleorbit", username="kettleorbit")


def test_behind_a_mailed_link_it_knows_whose_password_it_is(client, house, mails):
    nora = people.create_person("Kettle Orbitsen", "kettle.orbitsen@example.org", by="t", now=house.now)
    claims.invite(nora, None, by="t", now=house.now, base_url="http://localhost")
    secret = mails("claim")[-1].secret["link"].rpartition("/")[2]
    page = client.get(f"/claim/{secret}").text
    assert f'<input type="hidden" name="link" value="{secret}">' in page
    assert 'hx-post="/passwords/strength"' in page
    assert "mostly your name" in said(client, "orbitsen kettle orbitsen", link=secret)
    assert "mostly your name" not in said(client, "orbitsen kettle orbitsen", link="made up")


def test_for_who_is_signed_in_it_goes_by_their_own_rules(house):
    staff = house.client("dana")
    assert "at least 12" in said(staff, "k7Vq!x2zR#4")
    assert "Use at least" not in said(staff, "k7Vq!x2zR#4m")
    assert "mostly your name" in said(house.client("bo"), "bo rivera rivera rivera")


@pytest.mark.safety("A1", "D7")
def test_what_is_typed_is_kept_nowhere(app, client, house, caplog):
    def rows() -> list[int]:
        with app.app_context():
            return [len(db.session.scalars(select(table)).all()) for table in (AuditEvent, Outbox, Throttle)]

    before = rows()
    answer = client.post("/passwords/strength", data={"password": GOOD})
    assert rows() == before
    assert GOOD not in answer.text + caplog.text


@pytest.mark.csrf
def test_a_page_of_another_site_cannot_ask(client, house):
    assert client.post("/passwords/strength", data={"password": GOOD}).status_code == 400


@pytest.mark.parametrize("path", ["/claim", "/recover"])
def test_pasting_and_programs_that_keep_passwords_work_on_the_fields(client, house, mails, path):
    if path == "/claim":
        nora = people.create_person("Nora", "nora@example.org", by="t", now=house.now)
        claims.invite(nora, None, by="t", now=house.now, base_url="http://localhost")
        link = mails("claim")[-1].secret["link"]
    else:
        client.post("/recover", data={"name": "bo"})
        link = mails("recover_password")[-1].secret["link"]
    page = client.get(link.removeprefix("http://localhost")).text
    field = re.search(r'<input[^>]*type="password"[^>]*>', page).group(0)
    assert 'autocomplete="new-password"' in field
    assert "onpaste" not in page
    assert "maxlength" not in field or int(re.search(r'maxlength="(\d+)"', field).group(1)) >= 256
    assert 'autocomplete="username"' in page
