"""Where a visitor comes from is what our own proxies say, as many as are configured, and nothing a visitor sends."""

from __future__ import annotations

from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models import AuditEvent, db

pytestmark = pytest.mark.database("sqlite")
VISITOR, PROXY, MADE_UP = "198.51.100.7", "10.0.0.2", "203.0.113.66"


def came_from(app, *forwarded: str, **headers: str) -> str:
    """The address that a failed sign-in is written down with; the connection itself comes from the proxy."""
    app.test_client().post(
        "/sign-in",
        data={"name": "bo", "password": "not it"},
        environ_base={"REMOTE_ADDR": PROXY},
        headers=[*(("X-Forwarded-For", one) for one in forwarded), *headers.items()],
    )
    with app.app_context():
        newest = select(AuditEvent.address).where(AuditEvent.action == "sign_in.tried")
        return db.session.scalars(newest.order_by(AuditEvent.id.desc())).first()


@pytest.mark.safety("W14")
def test_without_a_proxy_no_header_is_believed(app, house) -> None:
    assert came_from(app) == PROXY
    assert came_from(app, MADE_UP) == PROXY
    for name in ("X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP"):
        assert came_from(app, **{name: MADE_UP}) == PROXY, name


@pytest.mark.safety("W14")
@pytest.mark.settings(DUEBOOK_PROXIES="1")
def test_behind_one_proxy_what_it_added_counts_and_what_the_visitor_sent_before_does_not(app, house) -> None:
    assert came_from(app, VISITOR) == VISITOR
    assert came_from(app, f"{MADE_UP}, {VISITOR}") == VISITOR
    assert came_from(app, MADE_UP, VISITOR) == VISITOR  # the header twice
    assert came_from(app, f"127.0.0.1, {MADE_UP},{VISITOR}") == VISITOR


@pytest.mark.safety("W14")
@pytest.mark.settings(DUEBOOK_PROXIES="2")
def test_behind_two_proxies_the_second_last_counts(app, house) -> None:
    assert came_from(app, f"{MADE_UP}, {VISITOR}, 10.0.0.1") == VISITOR


@pytest.mark.safety("W14", "W21")
@pytest.mark.settings(DUEBOOK_PROXIES="1")
def test_another_made_up_address_every_time_is_stopped_like_one(app, house) -> None:
    """Sign-ins and mailed links, each with its limit of the visitor's own address."""
    app.config["THROTTLE"] = True
    moment = app.extensions["clock"].now()
    app.extensions["clock"] = SimpleNamespace(now=lambda: moment, today=moment.date, zone=ZoneInfo("UTC"))
    for path, free in (("/sign-in", 20), ("/recover/username", 10)):
        codes = [
            app.test_client().post(
                path,
                data={"name": "x", "email": "x@example.org", "password": "y"},
                headers={"X-Forwarded-For": f"203.0.113.{number}, {VISITOR}"},
            ).status_code
            for number in range(free + 1)
        ]  # fmt: skip
        assert 429 not in codes[:free]
        assert codes[free] == 429


@pytest.mark.safety("W14", "A13")
@pytest.mark.settings(DUEBOOK_PROXIES="1")
def test_behind_a_proxy_a_made_up_host_still_bends_no_link(app, house, mails) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "81", "X-Forwarded-Prefix": "/evil"}
    answer = app.test_client().post("/recover", data={"name": "bo"}, headers=headers)
    assert answer.status_code == 200
    [mail] = mails("recover_password")
    assert mail.secret["link"].startswith("http://localhost/recover/")
