"""The devices a customer lets us notify, by forms alone: added, shown with amounts or without, removed."""

from __future__ import annotations

import hashlib
import json

import pytest
from sqlalchemy import select

from channels.web_push.endpoints import Services
from models import PushDevice, db


@pytest.fixture
def bo(house, push_service):
    house.app.extensions["post"].pushes.services = Services((push_service.url,))
    return house.client("bo")


def device(house) -> PushDevice:
    with house.app.app_context():
        return db.session.scalars(select(PushDevice)).one()


def allow(client, subscription):
    return client.post("/alerts/devices", data={"subscription": json.dumps(subscription)})


def test_a_device_is_added_by_its_own_yes_and_listed(house, bo, push_service):
    subscription = push_service.subscribe()
    assert allow(bo, subscription).status_code == 303
    html = bo.get("/alerts").text
    assert hashlib.sha256(subscription["endpoint"].encode()).hexdigest() in html
    assert subscription["keys"]["auth"] not in html
    assert "shows no amounts on the locked screen" in html


def test_the_page_gives_the_key_that_browsers_ask_for(house, bo):
    assert f'data-key="{house.app.extensions["post"].pushes.sender.public}"' in bo.get("/alerts").text


@pytest.mark.parametrize("given", ["", "{}", '{"endpoint": "https://10.0.0.1/", "keys": {}}'])
def test_what_no_browser_says_is_refused_beside_the_device(house, bo, given):
    answer = bo.post("/alerts/devices", data={"subscription": given})
    assert answer.status_code == 422
    with house.app.app_context():
        assert db.session.scalars(select(PushDevice)).all() == []


def test_amounts_are_shown_only_where_the_owner_says_so(house, bo, push_service):
    allow(bo, push_service.subscribe())
    ref = device(house).ref
    bo.post(f"/alerts/devices/{ref}/details", data={"shown": "yes"})
    assert device(house).shows_details
    bo.post(f"/alerts/devices/{ref}/details", data={"shown": "no"})
    assert not device(house).shows_details


def test_a_device_is_removed_and_its_test_says_that_none_is_there(house, bo, push_service):
    allow(bo, push_service.subscribe())
    assert bo.post("/alerts/test", data={"channel": "push"}).status_code == 303
    assert bo.post(f"/alerts/devices/{device(house).ref}/removed").status_code == 303
    assert device(house).ended_code == "owner"
    assert bo.post("/alerts/test", data={"channel": "push"}).status_code == 422


@pytest.mark.parametrize("what", ["removed", "details"])
def test_another_ones_device_is_not_there(house, bo, push_service, what):
    allow(bo, push_service.subscribe())
    ref = device(house).ref
    assert (
        house.client("tess").post(f"/alerts/devices/{ref}/{what}", data={"shown": "yes"}).status_code == 404
    )
    assert device(house).ended_at is None


@pytest.mark.settings(DUEBOOK_PUSH_SERVICES="none")
def test_an_installation_may_push_to_nobody(house):
    bo = house.client("bo")
    assert "data-push" not in bo.get("/alerts").text
    assert bo.post("/alerts/devices", data={"subscription": "{}"}).status_code == 404
