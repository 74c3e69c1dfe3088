"""Browsers that are pushed to: whose they are, when they end, and what may be read on a locked screen."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from channels.web_push.endpoints import Services
from domain import sealing
from domain.actions import outbox, push_devices
from domain.records.words_out import enqueue_mail
from domain.transaction import transaction
from domain.words import Gone, Refused
from models import AuditEvent, Outbox, PushDevice, User, db


@pytest.fixture
def services(push_service, app):
    from dataclasses import replace

    services = Services((push_service.url,))
    app.extensions["post"].pushes.services = services
    app.extensions["post"] = replace(app.extensions["post"], base_url="http://localhost")
    return services


def user_id(house, name) -> int:
    with house.app.app_context():
        return db.session.scalar(select(User.id).where(User.ref == house.user(name)))


def allow(house, name, subscription, services, later=0) -> str:
    return push_devices.keep(
        user_id(house, name), json.dumps(subscription), "Chrome · Android", services=services,
        now=house.now + timedelta(minutes=later),
    )  # fmt: skip


def row(app, ref) -> PushDevice:
    with app.app_context():
        return db.session.scalars(select(PushDevice).where(PushDevice.ref == ref)).one()


def put(house, ref, template="reminder_before", data=None, **more):
    with transaction() as session:
        enqueue_mail(
            session, to=ref, channel="push", template=template, now=house.now, data=data or {},
            dedupe_key=f"push-{template}-{ref}-{len(data or {})}", **more,
        )  # fmt: skip


def send(house) -> int:
    return outbox.deliver(house.app.extensions["post"], now=house.now)


def test_what_a_browser_gave_stands_sealed_and_the_same_browser_once(house, app, push_service, services):
    subscription = push_service.subscribe()
    ref = allow(house, "bo", subscription, services)
    assert allow(house, "bo", subscription, services, later=1) == ref
    kept = row(app, ref)
    assert subscription["endpoint"] not in kept.subscription_sealed
    opened = json.loads(sealing.unseal(kept.subscription_sealed, f"push_device.subscription:{ref}"))
    assert opened["endpoint"] == subscription["endpoint"]
    with app.app_context():
        noted = db.session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("push%"))).all()
    assert noted == ["push_device.kept"]


def test_a_shared_browser_is_told_the_news_of_whoever_allowed_it_last(house, app, push_service, services):
    subscription = push_service.subscribe()
    ref = allow(house, "bo", subscription, services)
    push_devices.show_details(user_id(house, "bo"), ref, True, now=house.now)
    assert allow(house, "tess", subscription, services) == ref
    kept = row(app, ref)
    assert (kept.user_id, kept.shows_details) == (user_id(house, "tess"), False)
    with pytest.raises(Gone):
        push_devices.forget(user_id(house, "bo"), ref, now=house.now)


def test_the_browser_told_longest_ago_makes_room(house, app, push_service, services):
    refs = [
        allow(house, "bo", push_service.subscribe(), services, later=number)
        for number in range(push_devices.MOST + 1)
    ]
    assert row(app, refs[0]).ended_code == "crowded"
    assert all(row(app, ref).ended_at is None for ref in refs[1:])


@pytest.mark.safety("W26")
@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "{}", "x" * 5_000, '{"endpoint": "https://fcm.googleapis.com/x"}', "[" * 3_000,
        '{"endpoint": "https://fcm.googleapis.com/x", "keys": {"p256dh": "x", "auth": "y"}}',
        '{"endpoint": 3, "keys": {"p256dh": 1, "auth": 2}}',
    ],
)  # fmt: skip
def test_what_no_browser_says_is_refused(house, services, text):
    with pytest.raises(Refused):
        push_devices.keep(1, text, "x", services=services, now=house.now)


@pytest.mark.safety("W26")
@pytest.mark.parametrize("place", ["http://127.0.0.1:9/x", "https://10.0.0.1/x", "https://intranet.local/x"])
def test_an_address_of_our_own_network_is_never_kept(house, push_service, services, place):
    with pytest.raises(Refused):
        allow(house, "bo", push_service.subscribe() | {"endpoint": place}, services)


@pytest.mark.parametrize(("shown", "says"), [(False, "A payment is due soon."), (True, "$155.97 for L-1")])
def test_amounts_stand_on_a_locked_screen_only_if_its_owner_chose_so(
    house, push_service, services, shown, says
):
    ref = allow(house, "bo", push_service.subscribe(), services)
    push_devices.show_details(user_id(house, "bo"), ref, shown, now=house.now)
    put(house, ref, data={"amount": {"money": [15597, "USD"]}, "agreement_number": "L-1", "on": "2026-12-04",
                          "path": "/agreements/x"})  # fmt: skip
    assert send(house) == 1
    told = json.loads(push_service.pushes()[0]["text"])
    assert says in told["body"]
    assert ("155.97" in told["body"]) is shown
    assert (told["title"], told["path"]) == ("Harbor Motors", "/agreements/x")


@pytest.mark.parametrize(
    "path", ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)", None]
)
def test_a_notification_opens_a_page_of_ours_alone(house, push_service, services, path):
    put(house, allow(house, "bo", push_service.subscribe(), services), data={"path": path})
    send(house)
    assert json.loads(push_service.pushes()[0]["text"])["path"] == "/alerts/bell"


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_listens_no_more_is_told_once_and_then_never(
    house, app, push_service, services, status
):
    subscription = push_service.subscribe()
    ref = allow(house, "bo", subscription, services)
    push_service.answers(subscription, status)
    put(house, ref)
    assert send(house) == 0
    ended = row(app, ref)
    assert (ended.ended_code, ended.ended_at) == (str(status), house.now)
    put(house, ref, template="reminder_due")
    assert send(house) == 0
    with app.app_context():
        assert set(db.session.scalars(select(Outbox.state))) == {"dead"}


def test_what_the_service_puts_off_is_sent_later(house, app, push_service, services):
    subscription = push_service.subscribe()
    ref = allow(house, "bo", subscription, services)
    push_service.answers(subscription, 503)
    put(house, ref)
    assert send(house) == 0
    push_service.answers(subscription, 201)
    assert outbox.deliver(app.extensions["post"], now=house.now + timedelta(minutes=2)) == 1
    assert row(app, ref).ended_at is None


@pytest.mark.parametrize("column", ["frozen_at", "disabled_at"])
def test_nobody_is_told_on_a_browser_of_an_account_that_is_closed(house, push_service, services, column):
    ref = allow(house, "bo", push_service.subscribe(), services)
    with transaction() as session:
        session.execute(update(User).where(User.ref == house.user("bo")).values({column: house.now}))
    put(house, ref)
    assert send(house) == 0
    assert push_service.pushes() == []
