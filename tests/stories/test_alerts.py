"""Bo chooses how he is told: his phone shows a notification, his texts end by a word, and both stay his choice.

A real browser asks, keeps and shows; only the push service between us and it is a double (it opens what we send as
browsers do), since the real ones stand at the makers of browsers. What the double opened is handed to the browser by
its own door for testers, and the service worker does the rest.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from tests.fixtures.agreements import open_agreement_for
from tests.fixtures.browser import Axe, NewPage
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer, Serve

NUMBER, SECRET = "+12025550143", "a secret of twenty characters or more"

# A browser without the service of its maker: it says yes, and listens at the double.
BROWSER = """(() => {
  const given = %s;
  const made = () => ({ endpoint: given.endpoint, toJSON: () => given,
    options: { applicationServerKey: Uint8Array.from(JSON.parse(localStorage.getItem("key"))).buffer },
    unsubscribe: async () => { localStorage.removeItem("key"); return true; } });
  PushManager.prototype.subscribe = async function (options) {
    localStorage.setItem("key", JSON.stringify([...new Uint8Array(options.applicationServerKey)]));
    return made();
  };
  PushManager.prototype.getSubscription = async () => localStorage.getItem("key") ? made() : null;
})()"""


@pytest.fixture
def server(serve: Serve, push_service, sms_gateway) -> LiveServer:
    return serve(
        DUEBOOK_PUSH_SERVICES=push_service.url, DUEBOOK_SMS_URL=sms_gateway.url,
        DUEBOOK_SMS_TOKEN=sms_gateway.token, DUEBOOK_SMS_HOOK_SECRET=SECRET,
    )  # fmt: skip


@pytest.fixture
def house(server: LiveServer) -> House:
    house = build_house(server.app())
    open_agreement_for(house, "bo", age_days=14)
    return house


def enter(page: Page, server: LiveServer, house: House, path: str) -> Page:
    secret = house.sign_in(house.app.test_client(), "bo")
    page.context.add_cookies([{"name": "duebook", "value": secret, "url": server.url}])
    page.goto(server.page(path))
    return page


def send(house: House, later: timedelta = timedelta(0)) -> int:
    from domain.actions import outbox

    return outbox.deliver(house.app.extensions["post"], now=datetime.now(UTC) + later)


def hand_over(page: Page, server: LiveServer, text: str) -> None:
    """Give the browser what its push service would give it."""
    door = page.context.new_cdp_session(page)
    known: list[str] = []
    door.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: known.extend(one["registrationId"] for one in told["registrations"]),
    )
    door.send("ServiceWorker.enable")
    for _try in range(50):
        if known:
            break
        page.wait_for_timeout(100)
    door.send(
        "ServiceWorker.deliverPushMessage", {"origin": server.url, "registrationId": known[-1], "data": text}
    )


def shown(page: Page) -> list[dict[str, str]]:
    ask = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
        .map(({ title, body, tag, data }) => ({ title, body, tag, path: data.path }))"""
    for _try in range(50):
        if found := page.evaluate(ask):
            return found
        page.wait_for_timeout(100)
    return []


@pytest.mark.safety("D8")
def test_bos_phone_is_notified_without_amounts_until_he_takes_it_off(
    server: LiveServer, house: House, push_service, new_page: NewPage, axe: Axe
) -> None:
    page = new_page("phone")
    page.context.grant_permissions(["notifications"], origin=server.url)
    page.add_init_script(BROWSER % json.dumps(push_service.subscribe()))
    enter(page, server, house, "/alerts")
    page.get_by_role("button", name="Notify this device").click()
    expect(page.get_by_text("This device is notified from now on.")).to_be_visible()
    expect(page.get_by_text("This device", exact=True)).to_be_visible()
    axe(page)
    page.get_by_role("button", name=re.compile("Send me a test.*On this")).click()
    expect(page.get_by_text("A test is on its way.")).to_be_visible()
    assert send(house) == 1
    told = push_service.pushes()[0]["text"]
    hand_over(page, server, told)
    assert [(one["title"], one["body"], one["path"]) for one in shown(page)] == [
        ("Harbor Motors", "This is a test. Notices reach you here.", "/alerts")
    ]
    page.get_by_role("button", name=re.compile("^Remove")).click()
    expect(page.get_by_role("button", name="Notify this device")).to_be_visible()


def test_a_browser_that_blocks_notifications_says_where_to_allow_them(
    server: LiveServer, house: House, new_page: NewPage
) -> None:
    page = new_page("phone")
    page.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
    enter(page, server, house, "/alerts")
    expect(page.get_by_text("This browser blocks notifications from here.")).to_be_visible()
    expect(page.get_by_role("button", name="Notify this device")).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_bo_agrees_to_texts_ends_them_by_a_word_and_comes_back_by_another(
    server: LiveServer, house: House, sms_gateway, new_page: NewPage, axe: Axe, scripts: bool
) -> None:
    from domain.transaction import transaction
    from models import User

    with transaction() as session:
        session.execute(update(User).where(User.ref == house.user("bo")).values(sms_number=NUMBER))
    page = enter(new_page("phone", javascript=scripts), server, house, "/alerts")
    page.get_by_label("I agree to text messages").check()
    page.get_by_role("button", name="Get text messages").click()
    expect(page.get_by_role("button", name="End text messages")).to_be_visible()
    send(house)
    hook = server.page("/webhooks/texts")
    assert sms_gateway.text(hook, "wrong" * 5, NUMBER, "STOP") == 400
    for way in ("bearer", "basic", "signature"):  # the gateway tells it three times
        assert sms_gateway.text(hook, SECRET, NUMBER, "Please stop texting me!", way) == 200
    send(house)
    assert [one["text"].partition(":")[2][:30] for one in sms_gateway.messages()] == [
        " you agreed to texts about you", " you get no more texts from us"
    ]  # fmt: skip
    page.reload()
    expect(page.get_by_role("button", name="Get text messages")).to_be_visible()
    assert sms_gateway.text(hook, SECRET, NUMBER, "START") == 200
    page.reload()
    expect(page.get_by_role("button", name="End text messages")).to_be_visible()
    if scripts:
        axe(page)


def test_a_number_that_takes_no_texts_is_said_on_the_page(
    server: LiveServer, house: House, sms_gateway, new_page: NewPage
) -> None:
    from domain.actions import text_wishes
    from domain.transaction import transaction
    from models import Outbox, User, db
    from tests.fixtures.agreements import scope_of

    with transaction() as session:
        session.execute(update(User).where(User.ref == house.user("bo")).values(sms_number=NUMBER))
    text_wishes.agree(who=scope_of(house, "bo"), now=datetime.now(UTC))
    send(house)
    message = sms_gateway.messages()[0]["id"]
    assert sms_gateway.report(server.page("/webhooks/texts"), SECRET, message, "rejected") == 200
    page = enter(new_page("phone"), server, house, "/alerts")
    expect(page.get_by_text("this number takes no text messages")).to_be_visible()
    with house.app.app_context():
        assert db.session.scalar(select(Outbox.state).where(Outbox.channel == "sms")) == "sent"


def test_the_bell_counts_while_a_page_stays_open(server: LiveServer, house: House, desktop: Page) -> None:
    from domain.records import notices
    from domain.transaction import transaction
    from tests.fixtures.agreements import scope_of

    page = enter(desktop, server, house, "/dashboard")
    with transaction() as session:
        notices.tell(
            session, "message_received", scope_of(house, "bo").person_id, data={}, dedupe_key="m", path="/payments",
            now=datetime.now(UTC),
        )  # fmt: skip
    page.evaluate("document.getElementById('bell').dispatchEvent(new CustomEvent('refresh'))")
    bell = page.get_by_role("link", name=re.compile("Notices, [1-9][0-9]* not read"))
    bell.click()
    page.get_by_role("link", name="There is a message for you.").click()
    page.wait_for_url("**/payments")
    page.goto(server.page("/alerts/bell"))
    if page.get_by_role("button", name="Mark all as read").count():
        page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("link", name="Notices, all read")).to_be_visible()
