"""What this phone keeps: shown, cleared by a button that needs no script, and gone with a sign-out."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from channels.web_push.endpoints import Services
from models import AuditEvent, PushDevice, db


@pytest.fixture
def allow(house, push_service):
    """`allow(client)` lets this browser be notified."""
    house.app.extensions["post"].pushes.services = Services((push_service.url,))

    def ask(client):
        given = {"subscription": json.dumps(push_service.subscribe())}
        assert client.post("/alerts/devices", data=given).status_code == 303

    return ask


def devices(house) -> list[PushDevice]:
    with house.app.app_context():
        return list(db.session.scalars(select(PushDevice).order_by(PushDevice.id)))


def sign_in(house, client, name: str):
    return client.post("/sign-in", data={"name": name, "password": house.password(name)})


def test_the_page_says_what_is_kept_and_which_version_this_is(house):
    from blueprints.shared.kept import build

    page = house.client("bo").get("/account/kept").text
    assert "The balances of your first page" in page
    assert f"Version {build()}" in page
    assert "/account/kept" in house.client("bo").get("/account").text
    assert "The balances of your first page" not in house.client("dana").get("/account/kept").text


@pytest.mark.safety("W8")
def test_clearing_tells_the_browser_to_forget_and_leaves_one_signed_in(house, allow):
    bo = house.client("bo")
    allow(bo)
    answer = bo.post("/account/kept/cleared")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "What was kept here is cleared." in bo.get("/account/kept").text
    assert [one.ended_code for one in devices(house)] == ["signed_out"]


@pytest.mark.safety("S10")
@pytest.mark.parametrize("path", ["/sign-out", "/account/sign-ins/all/ended"])
def test_leaving_ends_notifications_to_this_device_and_to_no_other(house, allow, path):
    here, elsewhere = house.client("bo"), house.client("bo")
    allow(here)
    allow(elsewhere)
    assert "storage" in here.post(path).headers["Clear-Site-Data"]
    first, second = devices(house)
    assert (first.ended_code, second.ended_at) == ("signed_out", None)
    assert here.get_cookie("duebook-push") is None
    with house.app.app_context():
        assert db.session.scalars(
            select(AuditEvent.action).where(AuditEvent.action == "push_device.forgotten")
        ).all() == ["push_device.forgotten"]


def test_notifications_end_also_where_the_sign_in_had_run_out_before(house, allow):
    bo = house.client("bo")
    allow(bo)
    bo.delete_cookie("duebook")
    bo.post("/sign-out")
    assert [one.ended_code for one in devices(house)] == ["signed_out"]


def test_somebody_else_who_signs_in_here_ends_them_and_the_owner_does_not(house, allow):
    browser = house.client("bo")
    allow(browser)
    browser.delete_cookie("duebook")
    sign_in(house, browser, "bo")
    assert devices(house)[0].ended_at is None
    browser.delete_cookie("duebook")
    sign_in(house, browser, "tess")
    assert devices(house)[0].ended_code == "other_person"
    assert browser.get_cookie("duebook-push") is None


@pytest.mark.safety("S6")
def test_the_cookie_of_the_device_is_closed_to_scripts(house, allow, push_service):
    bo = house.client("bo")
    allow(bo)
    given = {"subscription": json.dumps(push_service.subscribe())}
    [cookie] = [
        line
        for line in bo.post("/alerts/devices", data=given).headers.getlist("Set-Cookie")
        if line.startswith("duebook-push=")
    ]
    for said in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert said in cookie


@pytest.mark.parametrize("held", ["nobody-has-this-ref", "../../etc", "x" * 300])
def test_a_cookie_that_names_no_device_ends_nothing(house, allow, held):
    bo = house.client("bo")
    allow(bo)
    bo.set_cookie("duebook-push", held)
    assert bo.post("/sign-out").status_code == 303
    assert devices(house)[0].ended_at is None


@pytest.mark.safety("W8")
def test_only_a_customers_own_first_page_offers_balances_to_be_kept(house, open_agreement):
    open_agreement("bo")
    page = house.client("bo").get("/dashboard").text
    assert re.search(r'data-kept="\$[0-9.]+, was due ', page)
    assert "data-kept-at=" in page
    dana = house.client("dana")
    dana.post(f"/office/people/{house.person('bo')}/viewing")
    seen = dana.get("/dashboard").text
    assert "Bo Rivera" in seen
    assert "data-kept" not in seen
