"""Another password, chosen while signed in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

pytestmark = pytest.mark.database("sqlite")
NEW = "four plain words of mine"


def sign_in(app, name, password):
    return app.test_client().post("/sign-in", data={"name": name, "password": password})


@pytest.mark.safety("A24", "S2", "S5")
def test_the_new_one_opens_and_the_old_one_does_not(app, house, mails):
    client, elsewhere = house.client("bo"), house.client("bo")
    stolen = app.test_client()
    stolen.set_cookie("duebook", client.get_cookie("duebook").value)
    answer = client.post("/account/password", data={"password": NEW})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert stolen.get("/account").status_code == 303  # this sign-in goes on under a new id
    assert sign_in(app, "bo", NEW).status_code == 303
    assert sign_in(app, "bo", house.password("bo")).status_code == 422
    [told] = mails("security_alert")
    assert told.data["place"] == "127.0.0.1"


@pytest.mark.parametrize("weak", ["", "short", "bo", "Harbor Motors", "password1234567", "x" * 2000])
def test_a_weak_one_is_refused_with_the_reason_and_changes_nothing(app, house, weak):
    client, elsewhere = house.client("bo"), house.client("bo")
    page = client.post("/account/password", data={"password": weak})
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert elsewhere.get("/account").status_code == 200
    assert sign_in(app, "bo", house.password("bo")).status_code == 303


@pytest.mark.safety("A10")
def test_links_to_a_new_password_stop_working(app, house, mails):
    app.test_client().post("/recover", data={"name": "bo"})
    link = mails("recover_password")[0].secret["link"].removeprefix("http://localhost")
    assert house.client("bo").post("/account/password", data={"password": NEW}).status_code == 303
    assert app.test_client().get(link).status_code == 410


@pytest.mark.safety("A22")
@pytest.mark.parametrize("page", ["password", "username", "email", "phone"])
def test_every_change_of_credentials_asks_for_a_fresh_proof(house, page):
    client = house.client("bo")
    assert client.get(f"/account/{page}").status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        for answer in (client.get(f"/account/{page}"), client.post(f"/account/{page}", data={})):
            assert answer.location == f"/account/step-up?next=/account/{page}"
