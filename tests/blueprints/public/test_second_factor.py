"""The second step: staff reach their pages by it and only by it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pyotp
import pytest
from sqlalchemy import select, update

from domain.transaction import transaction
from models import User, db


def code(seed: str) -> str:
    return pyotp.TOTP(seed).at(datetime.now(UTC))


def forget_app(house, name: str) -> None:
    with transaction() as session:
        session.execute(update(User).where(User.ref == house.user(name)).values(totp_sealed=None))


@pytest.mark.safety("S2")
def test_the_right_code_opens_the_office_with_a_new_cookie(app, house):
    client = house.client("dana", stage="password")
    before = client.get_cookie("duebook").value
    answer = client.post("/second-factor", data={"code": code(house.seed("dana"))})
    assert answer.status_code == 303
    assert client.get_cookie("duebook").value != before
    assert client.get("/sign-in").location != "/second-factor"
    replay = app.test_client()
    replay.set_cookie("duebook", before)
    assert replay.get("/second-factor").location == "/sign-in"


def test_a_wrong_code_is_answered_with_the_form_and_the_same_code_does_not_work_twice(house):
    client, seed = house.client("dana", stage="password"), house.seed("dana")
    page = client.post("/second-factor", data={"code": "000000"})
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    right = code(seed)
    assert client.post("/second-factor", data={"code": right}).status_code == 303
    assert (
        house.client("dana", stage="password").post("/second-factor", data={"code": right}).status_code == 422
    )


def test_next_is_kept_through_the_step(house):
    client = house.client("dana", stage="password")
    assert 'name="next" value="/office"' in client.get("/second-factor?next=/office").text
    answer = client.post("/second-factor", data={"code": code(house.seed("dana")), "next": "/office"})
    assert answer.location == "/office"
    assert (
        'name="next"'
        not in house.client("dana", stage="password").get("/second-factor?next=//evil.example").text
    )


@pytest.mark.safety("A21")
def test_staff_without_an_app_set_it_up_here_and_the_picture_is_the_key(app, house):
    forget_app(house, "dana")
    client = house.client("dana", stage="password")
    page = client.get("/second-factor").text
    seed = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    assert f"secret={seed}" in page
    assert 'src="data:image/svg+xml' in page
    assert seed in client.get("/second-factor").text.replace(" ", "")  # the same on every load
    assert client.post("/second-factor", data={"code": "000000"}).status_code == 422
    with app.app_context():
        assert db.session.scalar(select(User.totp_sealed).where(User.ref == house.user("dana"))) is None
    assert client.post("/second-factor", data={"code": code(seed)}).status_code == 303


@pytest.mark.safety("A21")
def test_an_app_that_is_set_up_is_never_shown_again(house):
    page = house.client("dana", stage="password").get("/second-factor").text
    assert "otpauth" not in page
    assert house.seed("dana") not in page.replace(" ", "")


def test_strangers_and_those_who_are_through_are_led_away(client, house):
    assert client.get("/second-factor").location == "/sign-in"
    assert client.post("/second-factor", data={"code": "123456"}).location == "/sign-in"
    assert house.client("adam").get("/second-factor").status_code == 303
    assert house.client("bo").post("/second-factor", data={"code": "123456"}).status_code == 303
