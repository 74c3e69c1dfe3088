"""A card number typed anywhere ends nowhere: not in a row, not on a page, not in a mail."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models import db
from tests.access.world import SENDING, World, rules

NUMBER = "4242424242424242"
WRITTEN = ["4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242"]


def everything(app) -> str:
    """Every row of every table, as one text."""
    with app.app_context():
        return "\n".join(
            repr(tuple(row))
            for table in db.metadata.tables.values()
            for row in db.session.execute(sa.select(table))
        )


@pytest.mark.safety("W23")
@pytest.mark.parametrize("written", WRITTEN)
def test_it_is_taken_out_of_a_profile_and_the_person_is_told(app, house, written):
    client = house.client("bo")
    answer = client.post(
        "/profile",
        data={"phone": "555-0142", "address": f"1 Dock St\ncard {written}", "language": ""},
        follow_redirects=True,
    )
    assert "We took a card number out" in answer.text
    assert "•••• 4242" in answer.text
    assert written not in everything(app) + answer.text


@pytest.mark.safety("W23")
def test_what_is_searched_for_does_not_come_back(house):
    page = house.client("dana").get("/office/search", query_string={"q": NUMBER})
    assert NUMBER not in page.text


@pytest.mark.safety("W23")
def test_no_form_of_any_page_keeps_one(app, house, open_agreement, save_method, pay):
    """Every field that a form of ours is read for, filled with a card number."""
    agreement = open_agreement("bo")
    world = World(house, agreement, pay("bo", agreement, 1_000), save_method("bo"))
    names = ["name", "phone", "address", "note", "reason", "email", "username", "title", "label", "phrase", "q", "body",
             "subject", "number", "description", "serial", "item", "line", "tagline", "source", "text"]  # fmt: skip
    for kind in ("customer", "staff", "admin"):
        for rule, method in rules(app, SENDING):
            if rule.endpoint in ("public.sign_out", "account.end_other_sign_ins"):
                continue
            client = world.visitor(kind)
            client.open(world.address(rule), method=method, data=dict.fromkeys(names, f"x {NUMBER}"))
    assert NUMBER not in everything(app)


def test_a_password_is_left_as_it_is(house):
    """It is hashed and kept nowhere; changed on the way it would open nothing."""
    from flask import request

    with house.app.test_request_context("/", method="POST", data={"password": NUMBER, "note": NUMBER}):
        house.app.preprocess_request()
        assert request.form["password"] == NUMBER
        assert request.form["note"] == "•••• 4242"
