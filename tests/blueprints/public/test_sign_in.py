"""The sign-in form: who gets in, where to, and that it says nothing to those who do not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from domain.actions import credentials, hashing
from domain.records import tries
from domain.records.tries import HARD_STOP
from domain.transaction import transaction
from models import Person, SignIn, User, db

LONG_AGO = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def stop_clock(app) -> None:
    """Hold the time, so that no window of tries ends in the middle of a test."""
    moment = app.extensions["clock"].now()
    app.extensions["clock"] = SimpleNamespace(now=lambda: moment, today=moment.date, zone=ZoneInfo("UTC"))


def post(client, name: str, password: str, **more: str):
    return client.post("/sign-in", data={"name": name, "password": password, **more})


@pytest.mark.safety("S6")
def test_a_customer_signs_in_and_the_cookie_opens_their_pages(client, house):
    answer = post(client, "bo", house.password("bo"), next="/profile")
    assert (answer.status_code, answer.location) == (303, "/profile")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    page = client.get("/profile")
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert b"Bo Rivera" in page.data


@pytest.mark.safety("S1")
def test_the_cookie_holds_nothing_that_stands_in_the_database(app, client, house):
    answer = post(client, "bo", house.password("bo"))
    secret = re.search(r"duebook=([^;]+)", answer.headers["Set-Cookie"]).group(1)
    with app.app_context():
        assert secret not in db.session.scalars(select(SignIn.id_hash)).one()


@pytest.mark.safety("A21")
def test_staff_are_led_to_the_second_step_and_nowhere_else(client, house):
    answer = post(client, "dana", house.password("dana"), next="/office")
    assert (answer.status_code, answer.location) == (303, "/second-factor?next=/office")


def without(page: str, name: str) -> str:
    """The page without the name that was typed and the form's token, which is made anew for everybody."""
    page = re.sub(r'(name="csrf_token" value=")[^"]+', r"\1", page)
    return page.replace(f'value="{name}"', "")


@pytest.mark.safety("A6")
@pytest.mark.parametrize(
    "name", ["nobody", "nobody@example.org", "C-99999", "nora@example.org", "bo", "stan", "dana"]
)
def test_the_answer_is_the_same_for_unknown_unclaimed_known_and_frozen_names(app, client, house, name):
    from domain.actions import people

    people.create_person("Nora", "nora@example.org", by="t", now=house.now)
    with transaction() as session:
        session.execute(update(User).where(User.username == "stan").values(frozen_at=house.now))
    first = post(client, "entirely unknown", "a wrong password")
    answer = post(app.test_client(), name, "a wrong password")
    assert answer.status_code == first.status_code == 422
    assert without(answer.text, name) == without(first.text, "entirely unknown")
    assert set(answer.headers.keys()) == set(first.headers.keys())


def locked(app, name: str, password: str = "a wrong password"):
    """The answer to one more try at a name that was locked before, without what differs for everybody."""
    for moment in range(HARD_STOP):
        credentials.sign_in(
            name, "wrong", address="", device="", base_url="", now=LONG_AGO + timedelta(minutes=moment)
        )
    answer = post(app.test_client(), name, password)
    return answer.status_code, without(answer.text, name), sorted(answer.headers.keys())


@pytest.mark.safety("A6")
def test_a_lock_says_until_when_and_what_works_meanwhile_for_names_nobody_has_too(app, house, monkeypatch):
    monkeypatch.setitem(tries.LOCKS, HARD_STOP, datetime.now(UTC) + timedelta(hours=2) - LONG_AGO)
    answers = [
        locked(app, "bo", house.password("bo")),
        locked(app, "bo"),
        locked(app, "nobody"),
        locked(app, "C-99999"),
    ]
    status, page, _headers = answers[0]
    assert status == 422
    assert "closed until" in page
    assert all(way in page for way in ("A new password by mail", "fingerprint", "+1 555 0100"))
    for other in answers[1:]:
        assert closed_time(other[1]) == pytest.approx(closed_time(page), abs=60)
        assert re.sub(r"until [^.]+\.", "", other[1]) == re.sub(r"until [^.]+\.", "", page)
        assert (other[0], other[2]) == (status, answers[0][2])


def closed_time(page: str) -> float:
    said = re.search(r"closed until ([^.]+)\.", page).group(1)
    return datetime.strptime(said, "%d %b %Y, %H:%M").timestamp()


def test_a_short_wait_says_how_many_seconds(client, house):
    pages = [post(client, "nobody", "wrong").text for _wrong in range(6)]
    assert "Wait 2 seconds" in pages[5]
    assert "Wait" not in pages[4]


@pytest.mark.safety("A8")
def test_the_locked_name_is_open_at_once_after_a_new_password(app, client, house, mails):
    for _wrong in range(HARD_STOP):
        post(client, "bo", "wrong")
    client.post("/recover", data={"name": "bo"})
    link = mails("recover_password")[-1].secret["link"].removeprefix("http://localhost")
    client.post(link, data={"password": "moss lantern teacup drive"})
    assert post(client, "bo", "moss lantern teacup drive").status_code == 303


@pytest.mark.parametrize(
    ("name", "password"), [("", ""), ("bo", ""), ("", "x"), ("x" * 300, "x"), ("bo\x00", "x" * 5000)]
)
def test_a_form_that_is_not_filled_in_is_answered_with_the_form(client, house, name, password):
    page = post(client, name, password)
    assert page.status_code == 422
    assert 'role="alert"' in page.text


def test_what_was_typed_is_kept_but_never_the_password(client, house):
    page = post(client, "bo@example.org", "a wrong and secret word")
    assert 'value="bo@example.org"' in page.text
    assert "secret word" not in page.text


@pytest.mark.safety("W12")
@pytest.mark.parametrize(
    "next_page",
    [
        "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "/\t/evil.example", "///evil.example", "evil.example", "/a//evil.example", "/%2f/evil", "@evil",
        "/profile\r\nSet-Cookie: a=b",
        "/profile#x", "data:text/html,x", " /profile", "/profile\x00", "/" + "a" * 600,
    ],
)  # fmt: skip
def test_next_leads_nowhere_but_to_a_page_of_ours(client, house, next_page):
    answer = post(client, "bo", house.password("bo"), next=next_page)
    assert answer.status_code == 303
    assert re.fullmatch(r"/[a-z-]*", answer.location)


@pytest.mark.safety("S2")
def test_signing_in_again_ends_the_earlier_sign_in_of_this_browser(app, client, house):
    planted = house.sign_in(client, "stan")
    post(client, "bo", house.password("bo"))
    other = app.test_client()
    other.set_cookie("duebook", planted)
    assert other.get("/profile").status_code == 303
    assert b"Bo Rivera" in client.get("/profile").data


@pytest.mark.safety("S1", "S2")
def test_a_cookie_that_was_made_up_is_nobody(client, house):
    for value in ("x", "x" * 5000, "../..", "' OR 1=1"):
        client.set_cookie("duebook", value)
        assert client.get("/profile").status_code == 303


@pytest.mark.safety("S1", "S10")
def test_signing_out_ends_the_sign_in_on_the_server(app, client, house):
    secret = house.sign_in(client, "bo")
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Clear-Site-Data" in answer.headers
    replay = app.test_client()
    replay.set_cookie("duebook", secret)
    assert replay.get("/profile").status_code == 303


def test_everybody_may_sign_out_and_a_stranger_loses_nothing_by_it(app, house):
    for name in ("bo", "dana", "adam", "lena"):
        assert house.client(name).post("/sign-out").status_code == 303
    assert house.client("dana", stage="password").post("/sign-out").status_code == 303
    assert app.test_client().post("/sign-out").status_code == 303


def test_who_is_signed_in_is_not_asked_again(house):
    assert house.client("bo").get("/sign-in?next=/profile").location == "/profile"
    assert house.client("dana", stage="password").get("/sign-in").location == "/second-factor"


def test_a_customer_number_in_any_case_signs_in(app, client, house):
    with app.app_context():
        number = db.session.scalar(select(Person.number).where(Person.ref == house.person("bo")))
    assert post(client, number.lower(), house.password("bo")).status_code == 303


@pytest.mark.safety("W1")
@pytest.mark.csrf
def test_a_form_token_of_before_the_sign_in_does_not_count_after_it(client, house):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text).group(1)
    assert post(client, "bo", house.password("bo"), csrf_token=token).status_code == 303
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 400
    fresh = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/profile").text).group(1)
    assert client.post("/sign-out", data={"csrf_token": fresh}).status_code == 303


@pytest.mark.safety("A7")
@pytest.mark.database("sqlite")
def test_one_address_has_only_so_many_tries_a_minute_and_reading_stays_free(app, client, house):
    app.config["THROTTLE"] = True
    stop_clock(app)
    codes = [post(client, "nobody", "wrong").status_code for _try in range(21)]
    assert codes == [422] * 20 + [429]
    assert client.get("/sign-in").status_code == 200
    elsewhere = app.test_client()
    data = {"name": "bo", "password": house.password("bo")}
    assert elsewhere.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code == 303


@pytest.mark.safety("W14")
@pytest.mark.database("sqlite")
@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_a_header_anybody_can_send_does_not_make_a_new_address(app, client, house, header):
    app.config["THROTTLE"] = True
    stop_clock(app)
    codes = [
        client.post(
            "/sign-in", data={"name": "x", "password": "y"}, headers={header: f"198.51.100.{number}"}
        ).status_code
        for number in range(21)
    ]
    assert codes[-1] == 429


@pytest.mark.safety("A1")
@pytest.mark.parametrize(("password", "told"), [("brisk otter", True), ("brisk otter climbs", False)])
def test_whose_second_factor_is_gone_is_told_that_the_password_is_short_alone(
    app, client, house, password, told
):
    with transaction() as session:
        user = session.scalars(select(User).where(User.username == "bo")).one()
        user.password_hash = hashing.make(password)
    answer = client.post("/sign-in", data={"name": "bo", "password": password}, follow_redirects=True)
    assert ("Your password is short for one that stands alone" in answer.text) is told
    assert answer.request.path == "/dashboard"
