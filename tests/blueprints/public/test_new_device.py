"""A customer without a second factor signs in from a browser and a network that we do not know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from domain.transaction import transaction
from models import Person, SignIn, User, db

FAR = {"REMOTE_ADDR": "203.0.113.9"}


def sign_in(app, house, name: str = "bo", where: dict[str, str] | None = None, client=None):
    """(browser, answer) of a sign-in through the form, from `where`."""
    client = client or app.test_client()
    data = {"name": name, "password": house.password(name)}
    return client, client.post("/sign-in", data=data, environ_base=where or {"REMOTE_ADDR": "127.0.0.1"})


@pytest.fixture
def far(app, house):
    """A browser that gave Bo's password far from home; Bo was here before."""
    sign_in(app, house)
    client, answer = sign_in(app, house, where=FAR)
    assert answer.location == "/new-device"
    return client


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def strength(app) -> str:
    with app.app_context():
        return db.session.scalar(select(SignIn.strength).order_by(SignIn.id.desc()).limit(1))


def test_the_first_sign_in_ever_and_one_from_the_same_network_are_asked_nothing(app, house, mailed_codes):
    assert sign_in(app, house, where=FAR)[1].location == "/dashboard"
    assert sign_in(app, house, where={"REMOTE_ADDR": "203.0.113.77"})[1].location == "/dashboard"
    assert mailed_codes() == []


def test_a_network_that_was_last_seen_long_ago_says_nothing(app, house):
    sign_in(app, house)
    with transaction() as session:
        session.execute(update(SignIn).values(created_at=datetime.now(UTC) - timedelta(days=91)))
    assert sign_in(app, house)[1].location == "/new-device"


def test_the_page_says_where_the_mail_went_from_whom_and_what_else_there_is(far):
    page = far.get("/new-device").text
    for said in ("b•••@example.org", "portal@", "spam folder", "Another code can be sent from", "call us"):
        assert said in page


@pytest.mark.safety("S3")
def test_nothing_opens_before_the_code(far):
    for path in ("/dashboard", "/account", "/office", "/payments"):
        assert far.get(path).location.partition("?")[0] == "/new-device"
    assert far.get("/second-factor").location == "/new-device"
    assert far.post("/second-factor", data={"code": "123456"}).location == "/new-device"


@pytest.mark.safety("S2")
def test_the_code_opens_with_a_new_cookie_and_makes_the_browser_known(app, house, far, mailed_codes):
    before = far.get_cookie("duebook").value
    [code] = mailed_codes()
    assert far.post("/new-device", data={"code": wrong(code)}).status_code == 422
    assert far.post("/new-device", data={"code": code, "next": "/payments"}).location == "/payments"
    assert far.get_cookie("duebook").value != before
    assert far.get("/dashboard").status_code == 200
    assert strength(app) == "device"
    far.post("/sign-out")
    elsewhere = {"REMOTE_ADDR": "198.51.100.4"}
    assert sign_in(app, house, where=elsewhere, client=far)[1].location == "/dashboard"
    assert len(mailed_codes()) == 1


@pytest.mark.safety("A17")
def test_a_code_is_for_the_browser_that_asked_and_for_nothing_else(app, house, far, mailed_codes):
    other, _answer = sign_in(app, house, where=FAR)
    first, second = mailed_codes()
    assert other.post("/new-device", data={"code": first}).status_code == (303 if first == second else 422)
    assert far.post("/new-device", data={"code": first}).status_code == 303
    assert far.post("/new-device", data={"code": first}).location == "/dashboard"  # led on, nothing used


@pytest.mark.safety("A17")
def test_five_tries_then_another_code(app, house, far, mailed_codes):
    [code] = mailed_codes()
    for _try in range(5):
        assert far.post("/new-device", data={"code": wrong(code)}).status_code == 422
    assert far.post("/new-device", data={"code": code}).status_code == 422
    assert "No code counts any more" in far.get("/new-device").text
    with transaction() as session:  # the wait after many wrong tries is another matter
        session.execute(update(User).values(failed_count=0, locked_until=None))
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=61)):
        assert far.post("/new-device/code").status_code == 303
        assert far.post("/new-device", data={"code": mailed_codes()[1]}).status_code == 303


@pytest.mark.safety("A17")
def test_another_code_waits_a_minute_and_replaces_the_first(far, mailed_codes):
    assert far.post("/new-device/code").status_code == 422
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=61)):
        assert far.post("/new-device/code").status_code == 303
        first, second = mailed_codes()
        assert first == second or far.post("/new-device", data={"code": first}).status_code == 422
        assert far.post("/new-device", data={"code": second}).status_code == 303


@pytest.mark.safety("A17")
def test_it_counts_for_ten_minutes(far, mailed_codes):
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10, seconds=1)):
        assert far.post("/new-device", data={"code": mailed_codes()[0]}).status_code == 422


@pytest.mark.safety("W21")
def test_a_mailbox_is_not_filled(app, house, mailed_codes):
    sign_in(app, house)
    start = datetime.now(UTC).replace(minute=0, second=1) + timedelta(hours=1)
    for minute in range(9):
        with time_machine.travel(start + timedelta(minutes=2 * minute), tick=False):
            client, answer = sign_in(app, house, where=FAR)
            assert answer.location == "/new-device"
    assert len(mailed_codes()) == 6
    with time_machine.travel(start + timedelta(minutes=20), tick=False):
        assert client.post("/new-device/code").status_code == 422


def test_somebody_without_a_mail_address_is_let_in_and_it_is_written_down(app, house):
    from models import AuditEvent

    with transaction() as session:
        session.execute(update(Person).where(Person.ref == house.person("bo")).values(email=""))
    sign_in(app, house)
    assert sign_in(app, house, where=FAR)[1].location == "/dashboard"
    with app.app_context():
        assert db.session.scalar(select(AuditEvent.id).where(AuditEvent.action == "sign_in.not_guarded"))


@pytest.mark.safety("A15")
def test_a_mailed_code_is_never_called_a_second_factor(far, mails):
    from domain.records.factors import factors_of

    page = far.get("/new-device").text
    assert "econd" not in page.partition("<main")[2].partition("</main")[0]
    with transaction() as session:
        user_id = session.scalar(select(SignIn.user_id).limit(1))
        assert not factors_of(session, user_id).any
    assert mails("device_code")[0].data["useless_after"]


@pytest.mark.safety("A15")
def test_staff_and_those_with_a_second_factor_are_asked_for_that_and_for_no_mailed_code(
    app, house, with_app, mailed_codes
):
    with_app("bo")
    for name in ("bo", "dana"):
        assert sign_in(app, house, name, where=FAR)[1].location == "/second-factor"
    assert mailed_codes() == []


def test_two_people_at_one_browser_are_both_known(app, house, mailed_codes):
    client, _answer = sign_in(app, house)
    client.post("/sign-out")
    sign_in(app, house, "tess", client=client)
    client.post("/sign-out")
    for name in ("bo", "tess", "bo"):
        assert sign_in(app, house, name, where=FAR, client=client)[1].location == "/dashboard"
        client.post("/sign-out")
    assert mailed_codes() == []


def test_a_new_password_makes_every_browser_unknown_again(app, house, mails, mailed_codes):
    client, _answer = sign_in(app, house)
    app.test_client().post("/recover", data={"name": "bo"})
    [mail] = mails("recover_password")
    path = mail.secret["link"].partition("localhost")[2]
    path = path[path.index("/") :]
    new = "ten-green-bottles-on-a-wall"
    assert app.test_client().post(path, data={"password": new, "again": new}).status_code == 303
    answer = client.post("/sign-in", data={"name": "bo", "password": new}, environ_base=FAR)
    assert answer.location == "/new-device"
