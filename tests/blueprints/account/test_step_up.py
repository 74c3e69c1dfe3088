"""Before something risky the person proves once more that it is them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine

from blueprints.shared.step_up import needs_step_up, required

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def risky(app, house):
    """Two pages of somebody's own that ask for a step-up: one bound to an amount, one to nothing."""
    from flask import request
    from flask_login import login_required

    @app.get("/risky")
    @login_required
    @needs_step_up()
    def risky() -> str:
        return "open"

    @app.route("/refund", methods=["GET", "POST"])
    @login_required
    def refund():
        amount = request.values["amount"]
        return (
            required(about=f"refund:{amount}", words=f"Refund {amount}", back=f"/refund?amount={amount}")
            or "done"
        )

    return house


def at(minutes: int):
    return time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes))


def prove(client, house, name, **more):
    code = pyotp.TOTP(house.seed(name)).now() if house.seed(name) else ""
    typed = {"password": house.password(name), "code": code, **more}
    return client.post("/account/step-up", data=typed)


@pytest.mark.safety("A22")
def test_a_fresh_sign_in_counts_and_after_ten_minutes_it_is_asked_again(risky):
    for name in ("bo", "dana"):
        client = risky.client(name)
        assert client.get("/risky").text == "open"
        with at(9):
            assert client.get("/risky").text == "open"
        with at(11):
            answer = client.get("/risky")
            assert (answer.status_code, answer.location) == (303, "/account/step-up?next=/risky")
            back = prove(client, risky, name, next="/risky")
            assert (back.status_code, back.location) == (303, "/risky")
            assert client.get("/risky").text == "open"


@pytest.mark.safety("A22", "A28")
def test_a_password_alone_does_not_count_for_somebody_who_has_more(app, risky):
    from domain.actions import sign_ins
    from models import User, db

    for strength, open_ in {
        "password": False,
        "trusted": False,
        "device": False,
        "totp": True,
        "passkey": True,
    }.items():
        with app.app_context():
            dana = db.session.query(User.id).filter_by(ref=risky.user("dana")).scalar()
        client = app.test_client()
        secret = sign_ins.begin(
            dana, stage="full", address="", device="", now=datetime.now(UTC), strength=strength
        )
        client.set_cookie("duebook", secret)
        assert (client.get("/risky").status_code == 200) is open_, strength


@pytest.mark.safety("A22")
@pytest.mark.parametrize(
    "wrong", [{"password": "not it"}, {"password": ""}, {"code": "000000"}, {"code": ""}]
)
def test_what_is_wrong_steps_nobody_up(risky, wrong):
    client = risky.client("dana")
    with at(11):
        assert prove(client, risky, "dana", **wrong).status_code == 422
        assert client.get("/risky").status_code == 303


@pytest.mark.safety("A18")
def test_a_code_works_once_and_not_at_the_sign_in_after(risky):
    client, other = risky.client("dana"), risky.client("dana")
    with at(11):
        code = pyotp.TOTP(risky.seed("dana")).now()
        assert prove(client, risky, "dana", code=code).status_code == 303
        assert prove(other, risky, "dana", code=code).status_code == 422


def test_wrong_tries_are_counted_and_end_in_a_wait(risky):
    client = risky.client("bo")
    for minute in range(10):
        with at(minute):
            prove(client, risky, "bo", password="not it")
    with at(11):
        assert prove(client, risky, "bo").status_code == 422
    with at(29):
        assert prove(client, risky, "bo").status_code == 303


@pytest.mark.safety("S2")
def test_the_sign_in_gets_a_new_id_and_the_old_one_is_worth_nothing(risky):
    client, thief = risky.client("bo"), risky.app.test_client()
    thief.set_cookie("duebook", client.get_cookie("duebook").value)
    assert prove(client, risky, "bo").status_code == 303
    assert thief.get("/account").status_code == 303
    assert client.get("/account").status_code == 200


@pytest.mark.safety("S4")
def test_it_makes_no_sign_in_last_longer(risky):
    client = risky.client("bo")
    for minutes in range(0, 24 * 60, 25):
        with at(minutes):
            prove(client, risky, "bo")
    with at(24 * 60 + 5):
        assert client.get("/account").status_code == 303


@pytest.mark.safety("A23")
def test_a_proof_is_good_for_just_what_was_shown(risky):
    client = risky.client("bo")
    with at(11):
        asked = client.post("/refund", data={"amount": "5.00"})
        assert asked.location.startswith("/account/step-up?next=/refund")
        assert "Refund 5.00" in client.get(asked.location).text
        assert prove(client, risky, "bo", next="/refund").status_code == 303
        assert client.post("/refund", data={"amount": "5.00"}).text == "done"
        assert client.post("/refund", data={"amount": "500.00"}).status_code == 303
        assert client.get("/risky").status_code == 303


@pytest.mark.safety("W12")
def test_it_leads_back_into_this_portal_only(risky):
    client = risky.client("bo")
    for trap in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert f'value="{trap}' not in client.get("/account/step-up", query_string={"next": trap}).text
        assert prove(client, risky, "bo", next=trap).location == "/account"


def test_htmx_is_told_to_leave_the_page(risky):
    client = risky.client("bo")
    with at(11):
        answer = client.get("/risky", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/account/step-up?next=/risky"


def test_the_page_asks_for_what_the_person_has(risky):
    assert 'name="code"' in risky.client("dana").get("/account/step-up").text
    page = risky.client("bo").get("/account/step-up").text
    assert 'name="code"' not in page
    assert re.search(r'type="password"', page)
