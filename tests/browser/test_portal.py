"""The customer's pages in a real browser: on a phone, on a desktop, in the dark, without scripts, on a bad line."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.agreements import clock_today, open_agreement_for, save_method_for, scope_of
from tests.fixtures.browser import Axe, NewPage, Watch
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer


@dataclass
class Place:
    server: LiveServer
    house: House
    ref: str

    def enter(self, page: Page, path: str = "/dashboard", who: str = "bo") -> Page:
        """Open `path` in a browser in which this person is signed in."""
        secret = self.house.sign_in(self.house.app.test_client(), who)
        page.context.add_cookies([{"name": "duebook", "value": secret, "url": self.server.url}])
        page.goto(self.server.page(path))
        return page

    @property
    def pay_path(self) -> str:
        return f"/agreements/{self.ref}/payments/new"

    def charged(self) -> list[int]:
        from gateways import registry

        return [charge.amount_minor for charge in registry.default().charges()]


@pytest.fixture
def place(live_server: LiveServer) -> Place:
    """Harbor Motors served on a free port, with Bo's Camry, two weeks old: its first payment is due today."""
    house = build_house(live_server.app())
    return Place(live_server, house, open_agreement_for(house, "bo", age_days=14))


def to_review(page: Page, amount: str = "") -> None:
    if amount:
        page.get_by_label("Another amount", exact=True).first.check()
        page.locator("#amount").fill(amount)
    page.get_by_role("button", name="Check this payment").click()
    expect(page.get_by_role("heading", name="Check and pay")).to_be_visible()


def pick_on_the_processors_page(page: Page, slug: str = "bank") -> None:
    page.get_by_role("button", name="Add a bank account or card").click()
    page.wait_for_url("**/sandbox-processor/setup/*")
    page.locator(f"input[value={slug}]").check()
    page.locator("button.main").click()
    page.wait_for_url("**/methods/return?setup=*")
    page.get_by_role("button", name="Save it", exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_bo_pays_once_from_nothing_saved_to_the_payment(
    place: Place, new_page: NewPage, scripts: bool
) -> None:
    page = place.enter(new_page("phone", javascript=scripts))
    page.get_by_role("link", name=re.compile("^Pay.*Camry")).click()
    pick_on_the_processors_page(page)
    to_review(page)
    assert place.charged() == []
    page.get_by_label("I allow Harbor Motors to take $155.97").check()
    button = page.get_by_role("button", name="Pay $155.97")
    button.dblclick() if scripts else button.click()
    expect(page.get_by_role("heading", name="Sent to your bank, expected to settle")).to_be_visible()
    assert place.charged() == [15597]
    page.go_back()
    expect(page.get_by_role("heading", name="Sent to your bank, expected to settle")).to_be_visible()
    assert place.charged() == [15597]


def test_a_payment_that_asks_for_a_yes_is_confirmed_over_there_and_settles_here(
    place: Place, phone: Page
) -> None:
    save_method_for(place.house, "bo", "card_confirm")
    page = place.enter(phone, place.pay_path)
    to_review(page)
    page.get_by_label("I allow").check()
    page.get_by_role("button", name="Pay $155.97").click()
    page.get_by_role("link", name="Go on and confirm").click()
    page.locator("button.main").click()
    expect(page.get_by_role("heading", name="Settled on")).to_be_visible()
    expect(page.get_by_role("heading", name="Receipt R-000001")).to_be_visible()


def test_the_effect_follows_what_is_typed(place: Place, phone: Page, watch: Watch) -> None:
    save_method_for(place.house, "bo")
    page = place.enter(phone, place.pay_path)
    expect(page.locator("#amount")).to_be_hidden()
    page.get_by_label("Another amount", exact=True).first.check()
    page.locator("#amount").fill("1,000")
    expect(page.locator("#effect")).to_contain_text("payments earlier")
    page.locator("#amount").fill("99999")
    expect(page.locator("#effect")).to_contain_text("That is more than you owe.")
    assert page.locator("#amount").input_value() == "99999"


def test_a_cut_line_is_said_and_what_was_typed_stays(place: Place, phone: Page, watch: Watch) -> None:
    watch.allow("ERR_FAILED")
    watch.allow("Failed to fetch")
    save_method_for(place.house, "bo")
    page = place.enter(phone, place.pay_path)
    page.route("**/preview", lambda route: route.abort())
    page.get_by_label("Another amount", exact=True).first.check()
    page.locator("#amount").fill("200")
    expect(page.locator("#announce")).to_contain_text("Could not reach the server")
    assert page.locator("#amount").input_value() == "200"


@pytest.mark.parametrize("scripts", [True, False], ids=["panel", "page"])
def test_every_figure_says_why(place: Place, new_page: NewPage, scripts: bool) -> None:
    page = place.enter(new_page("desktop", javascript=scripts))
    page.locator(".amount .why").first.click()
    where = page.locator("dialog#why") if scripts else page.locator("main")
    expect(where.get_by_text("How it comes about")).to_be_visible()
    expect(where.get_by_text("Payment 1 is due today.")).to_be_visible()
    assert ("/why/" in page.url) is not scripts


def test_the_parts_of_the_first_page_load_and_renew_themselves(place: Place, desktop: Page) -> None:
    page = place.enter(desktop)
    expect(page.get_by_role("heading", name="Recent payments")).to_be_visible()
    expect(page.get_by_text("Nothing is on its way right now.")).to_be_visible()
    pay_by(place, "bank")
    page.evaluate(
        "document.querySelectorAll('[data-refresh]').forEach(e => e.dispatchEvent(new CustomEvent('refresh')))"
    )
    expect(page.locator("#coming")).to_contain_text("expected to settle")
    expect(page.locator("#tiles")).to_contain_text("$155.97 is on its way.")
    expect(page.locator("#recent")).to_contain_text("Sent to your bank")


def test_without_scripts_the_parts_are_links_to_pages(place: Place, no_js: Page) -> None:
    page = place.enter(no_js)
    page.get_by_role("link", name="Recent payments").click()
    expect(page.get_by_text("Your payments will be listed here")).to_be_visible()


def test_filters_change_the_address_and_survive_a_reload(place: Place, desktop: Page) -> None:
    pay_by(place, "card")
    pay_by(place, "card_insufficient", 20000)
    page = place.enter(desktop, "/payments")
    page.get_by_text("Search and filter").click()
    page.get_by_label("Status").select_option("failed")
    expect(page.locator("#found")).to_contain_text("1 payment")
    page.reload()
    expect(page.locator("#found")).to_contain_text("$200.00")
    expect(page.locator("#found")).not_to_contain_text("$155.97")


def pay_by(place: Place, method: str, amount: int = 15597) -> str:
    import secrets
    from datetime import UTC, datetime

    from domain.actions import payments

    return payments.start(
        place.ref, amount, save_method_for(place.house, "bo", method), secrets.token_urlsafe(16),
        who=scope_of(place.house, "bo"), today=clock_today(place.house), now=datetime.now(UTC), again=True,
        return_url=place.server.page("/payments"),
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_open_to_everybody_and_fits_a_small_phone(
    place: Place, new_page: NewPage, axe: Axe, watch: Watch, scheme: str
) -> None:
    methods = ("card", "card_insufficient", "bank_silent", "card_confirm", "bank")
    refs = [pay_by(place, method, 10000 + number) for number, method in enumerate(methods)]
    save_method_for(place.house, "bo", "card_expired")
    page = place.enter(new_page("small", scheme=scheme))
    base = f"/agreements/{place.ref}"
    paths = [
        "/dashboard", base, f"{base}/schedule", f"{base}/why/due", f"{base}/payments/new", "/payments",
        "/payments?q=nothing-like-it", "/methods", f"/payments/{refs[0]}/confirmed",
        *(f"/payments/{ref}" for ref in refs),
    ]  # fmt: skip
    for path in paths:
        page.goto(place.server.page(path))
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        axe(page)
    page.goto(place.server.page(f"{base}/payments/new"))
    to_review(page, "50.00")
    axe(page)
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    expect(page.locator("#agree")).to_be_visible()
    page.goto(place.server.page("/payments?from=never"))
    axe(page)
