"""Another username: free, valid, and telling nothing of others."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.database("sqlite")


def change(client, username):
    return client.post("/account/username", data={"username": username})


def test_one_signs_in_by_the_new_name_and_not_by_the_old_one(app, house, mails):
    client = house.client("bo")
    assert change(client, "bo.rivera").location == "/account"
    for name, status in (("bo.rivera", 303), ("BO.RIVERA", 303), ("bo", 422)):
        sent = {"name": name, "password": house.password("bo")}
        assert app.test_client().post("/sign-in", data=sent).status_code == status
    assert len(mails("security_alert")) == 1


@pytest.mark.safety("A4", "A6")
def test_a_name_that_is_taken_or_is_somebodys_number_gets_the_same_answer(app, house):
    from models import Person, db

    client = house.client("bo")
    taken = change(client, "stan")
    assert taken.status_code == 422
    assert "cannot be used" in taken.text
    assert "taken" not in taken.text
    with app.app_context():
        number = db.session.query(Person.number).filter_by(ref=house.person("stan")).scalar()
    assert change(client, number).status_code == 422


@pytest.mark.parametrize(
    "bad", ["", "b", "bo rivera", "bo@example.org", "бо", "12345", "c-10001", "-bo", "b" * 41]
)
def test_what_cannot_be_a_username_is_refused(house, bad):
    assert change(house.client("bo"), bad).status_code == 422


def test_ones_own_name_in_other_letters_is_free(house):
    assert change(house.client("bo"), "Bo").status_code == 303


def test_nobody_tries_names_all_day(house):
    client = house.client("bo")
    for number in range(20):
        change(client, f"name{number}x")
    refused = change(client, "one.more")
    assert refused.status_code == 422
    assert "too often" in refused.text
