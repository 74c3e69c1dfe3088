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


def test_the_strongest_way_stands_first_and_the_others_are_a_link_away(house, with_app, with_number):
    with_app("bo"), with_number("bo")
    client = house.client("bo", stage="password")
    page = client.get("/second-factor?next=/payments").text
    assert 'action="/second-factor"' in page
    assert 'href="/second-factor?way=sms&amp;next=/payments"' in page
    assert "recovery code" not in page.partition("<main")[2].partition("Lost your phone")[0]
    assert 'action="/second-factor/text"' in client.get("/second-factor?way=sms").text
    assert 'action="/second-factor"' in client.get("/second-factor?way=nonsense").text


@pytest.mark.safety("A16")
def test_a_text_message_is_asked_for_and_its_code_opens(house, with_number, texted):
    with_number("bo")
    client = house.client("bo", stage="password")
    page = client.get("/second-factor").text
    assert "••• 43" in page
    assert "+1202" not in page
    assert client.post("/second-factor/text", data={"next": "/payments"}).location == (
        "/second-factor?way=sms&next=/payments"
    )
    assert client.post("/second-factor/text").status_code == 422  # not twice within a minute
    [sent] = texted()
    other = f"{(int(sent) + 1) % 10**6:06d}"
    assert client.post("/second-factor/text-code", data={"code": other}).status_code == 422
    assert (
        client.post("/second-factor/text-code", data={"code": sent, "next": "/payments"}).location
        == "/payments"
    )
    assert client.get("/dashboard").status_code == 200


def test_a_clock_that_is_two_minutes_off_is_named(house, app_code):
    client = house.client("dana", stage="password")
    page = client.post("/second-factor", data={"code": app_code(house.seed("dana"), minutes=-2)})
    assert page.status_code == 422
    assert "about 2 min slow" in page.text


@pytest.mark.safety("A17")
def test_a_code_of_one_sign_in_opens_no_other(house, with_number, texted):
    with_number("bo")
    one, other = house.client("bo", stage="password"), house.client("bo", stage="password")
    one.post("/second-factor/text")
    assert other.post("/second-factor/text-code", data={"code": texted()[0]}).status_code == 422
    assert one.post("/second-factor/text-code", data={"code": texted()[0]}).status_code == 303


@pytest.mark.safety("A7")
def test_tries_at_all_ways_count_together(house, with_app, with_number):
    with_app("bo"), with_number("bo")
    client = house.client("bo", stage="password")
    for way in ("/second-factor", "/second-factor/text-code", "/second-factor/recovery-code") * 4:
        client.post(way, data={"code": "000000"})
    from domain.transaction import transaction

    with transaction() as session:
        user = session.scalars(select(User).where(User.ref == house.user("bo"))).one()
        assert user.locked_until is not None


def test_staff_who_set_up_an_app_here_are_offered_recovery_codes(house):
    forget_app(house, "dana")
    client = house.client("dana", stage="password")
    seed = (
        re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", client.get("/second-factor").text)
        .group(1)
        .replace(" ", "")
    )
    done = client.post("/second-factor", data={"code": code(seed), "next": "/office/people"})
    assert done.location == "/account/recovery-codes?next=/office/people"
    assert 'href="/office/people"' in client.get(done.location).text
