"""Bo pays by card on Stripe's page, saves one there, changes his mind, leaves the page open; news is lost and forged.

Stripe's page is that of our own double (tests/fixtures/stripe_double): our reading of Stripe, in a process of its own.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import requests
from playwright.sync_api import Page, expect

from domain.actions import payment_watch
from gateways import registry
from gateways.stripe.signature import signed
from models import GatewayNotice, Payment, PaymentMethod, db
from tests.fixtures.agreements import open_agreement_for
from tests.fixtures.browser import Axe, Watch, narrow
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer
from tests.fixtures.stripe_peer import KEY, SECRET, StripePeer

pytestmark = pytest.mark.database("sqlite")


@dataclass
class Shop:
    """Harbor Motors with Stripe, Bo's Camry with a payment due today, and what Stripe knows of it."""

    server: LiveServer
    house: House
    stripe: StripePeer
    loan: str

    def enter(self, page: Page, path: str) -> Page:
        secret = self.house.sign_in(self.house.app.test_client(), "bo")
        page.context.add_cookies([{"name": "duebook", "value": secret, "url": self.server.url}])
        page.goto(self.server.page(path))
        return page

    def to_stripe(self, page: Page) -> None:
        """From the first step to Stripe's page, with what is due and the card to be written there."""
        self.enter(page, f"/agreements/{self.loan}/payments/new")
        page.get_by_label("Card, on the page of the payment processor").check()
        page.get_by_role("button", name="Check this payment").click()
        page.get_by_label("I allow").check()
        page.get_by_role("button", name="Go on to the processor").click()
        page.wait_for_url(f"{self.stripe.url}/c/pay/**")

    @property
    def payment(self) -> Payment:
        with self.house.app.app_context():
            return db.session.scalars(db.select(Payment).order_by(Payment.id.desc())).first()

    def charged(self) -> list[tuple[int, str]]:
        return [(one.amount_minor, one.state) for one in registry.default().charges()]

    def read(self) -> int:
        return payment_watch.read_events(today=datetime.now(UTC).date(), now=datetime.now(UTC))

    def wait_for_news(self, count: int) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            sent = self.stripe.pull("sent")
            if len(sent) >= count:
                assert {one["status"] for one in sent} == {200}
                return
            time.sleep(0.05)
        raise AssertionError(f"Stripe sent no more than {self.stripe.pull('sent')}")


@pytest.fixture
def shop(serve: Callable[..., LiveServer], stripe_peer: StripePeer) -> Shop:
    settings = {"DUEBOOK_STRIPE_KEY": KEY, "DUEBOOK_STRIPE_WEBHOOK_SECRET": SECRET}
    server = serve(**settings, DUEBOOK_STRIPE_API=stripe_peer.url)
    house = build_house(server.app())
    stripe_peer.pull("hook", url=server.page("/webhooks/stripe"), secret=SECRET)
    return Shop(server, house, stripe_peer, open_agreement_for(house, "bo", age_days=14))


def test_bo_pays_on_stripes_page_and_the_news_settles_it(shop: Shop, phone: Page, axe: Axe) -> None:
    shop.to_stripe(phone)
    assert shop.payment.state == "awaiting"
    phone.get_by_role("button", name="(card)").click()
    phone.wait_for_url("**/payments/*")
    expect(phone.get_by_role("heading", name=re.compile("Settled on"))).to_be_visible()
    axe(phone)
    narrow(phone)
    shop.wait_for_news(2)
    assert shop.charged() == [(15_597, "settled")]
    # Whatever told it first, it counted once; reading all of it again finds nothing new.
    assert shop.read() == 0
    expect(phone.get_by_text("Receipt R-000001")).to_be_visible()
    assert shop.payment.settled_on is not None


def test_bo_saves_a_card_on_stripes_page_and_pays_with_it(shop: Shop, phone: Page) -> None:
    page = shop.enter(phone, f"/agreements/{shop.loan}/payments/new")
    page.get_by_role("button", name="Add a bank account or card").click()
    page.wait_for_url(f"{shop.stripe.url}/c/pay/**")
    page.get_by_role("button", name="(card)").click()
    page.wait_for_url("**/methods/return?setup=*")
    expect(page.get_by_text("Test Card ••4242").first).to_be_visible()
    page.get_by_role("button", name="Save it", exact=True).click()
    page.get_by_label("Test Card ••4242").check()
    page.get_by_role("button", name="Check this payment").click()
    page.get_by_label("I allow").check()
    page.get_by_role("button", name="Pay $155.97").click()
    expect(page.get_by_role("heading", name=re.compile("Settled on"))).to_be_visible()
    assert shop.charged() == [(15_597, "settled")]
    with shop.house.app.app_context():
        method = PaymentMethod.query.one()
        assert (method.gateway, method.last4, method.funding) == ("stripe", "4242", "credit")
        assert "pm_" not in method.token_sealed


def test_a_declined_card_is_said_there_and_another_one_pays(shop: Shop, phone: Page) -> None:
    shop.to_stripe(phone)
    phone.get_by_role("button", name="(card_insufficient)").click()
    expect(phone.get_by_role("alert")).to_contain_text("declined: insufficient_funds")
    shop.wait_for_news(1)
    assert shop.payment.state == "awaiting"
    phone.get_by_role("button", name="(card)").click()
    expect(phone.get_by_role("heading", name=re.compile("Settled on"))).to_be_visible()
    assert shop.charged() == [(15_597, "settled")]


def test_a_page_left_open_says_so_can_be_opened_again_and_is_closed_after_an_hour(
    shop: Shop, new_page: Callable[..., Page], watch: Watch
) -> None:
    # Stripe also tells that the page was closed; whichever comes first ends it, so here only we do.
    shop.stripe.pull("lose", share=100)
    page = new_page("phone", javascript=False)
    shop.to_stripe(page)
    opened = page.url
    page.get_by_role("link", name="Back to the shop").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Waiting for you to confirm").first).to_be_visible()
    page.get_by_role("link", name="Go on and confirm").click()
    assert page.url == opened
    later = datetime.now(UTC) + timedelta(hours=1, minutes=1)
    assert payment_watch.expire_confirmations(today=later.date(), now=later) == 1
    assert shop.payment.state == "cancelled"
    watch.allow("410")
    page.reload()
    expect(page.get_by_text("Nothing can be paid here any more.")).to_be_visible()
    assert shop.charged() == []
    assert shop.read() == 0
    assert shop.payment.state == "cancelled"


def test_when_every_webhook_is_lost_reading_finds_what_happened(shop: Shop, phone: Page) -> None:
    shop.stripe.pull("lose", share=100)
    shop.to_stripe(phone)
    answer = requests.post(phone.url, data={"method": "card"}, allow_redirects=False, timeout=10)
    assert answer.status_code == 303
    phone.goto("about:blank")
    assert shop.payment.state == "awaiting"
    assert shop.read() == 1
    assert (shop.payment.state, shop.read()) == ("settled", 0)
    assert shop.charged() == [(15_597, "settled")]


def test_neither_a_forged_webhook_nor_the_way_back_alone_pays_anything(shop: Shop, phone: Page) -> None:
    shop.to_stripe(phone)
    payment = shop.payment
    with shop.house.app.app_context():
        key = db.session.execute(db.text("SELECT key FROM attempt")).scalar()
    intent = {
        "id": "pi_forged", "object": "payment_intent", "amount": 15_597, "amount_received": 15_597, "currency": "usd",
        "metadata": {"key": key, "ref": payment.ref}, "status": "succeeded",
    }  # fmt: skip
    event = {"id": "evt_forged", "object": "event", "livemode": False, "created": int(time.time())}
    body = json.dumps(event | {"type": "payment_intent.succeeded", "data": {"object": intent}}).encode()
    moment = str(int(time.time()))
    for secret in ("", "whsec_guessed", KEY):
        header = {"Stripe-Signature": f"t={moment},v1={signed(body, moment, secret)}"}
        address = shop.server.page("/webhooks/stripe")
        assert requests.post(address, data=body, headers=header, timeout=10).status_code == 400
    phone.goto(shop.server.page(f"/payments/{payment.ref}/confirmed?redirect_status=succeeded"))
    expect(phone.get_by_text("Waiting for you to confirm").first).to_be_visible()
    assert shop.payment.state == "awaiting"
    with shop.house.app.app_context():
        assert GatewayNotice.query.filter_by(event_id="evt_forged").count() == 0
    assert shop.charged() == []
