"""Bo pays his car and his boat in one go on a phone, presses twice, goes back, and each is charged once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.agreements import open_agreement_for, save_method_for
from tests.fixtures.browser import Axe, NewPage
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer

Enter = Callable[..., Page]


@pytest.fixture
def house(live_server: LiveServer) -> House:
    """Harbor Motors served on a free port; Bo's Camry and his boat each have 155.97 due today."""
    house = build_house(live_server.app())
    open_agreement_for(house, "bo", age_days=14)
    open_agreement_for(house, "bo", title="A boat", age_days=14)
    return house


@pytest.fixture
def enter(live_server: LiveServer, house: House) -> Enter:
    def enter(page: Page, path: str = "/dashboard") -> Page:
        secret = house.sign_in(house.app.test_client(), "bo")
        page.context.add_cookies([{"name": "duebook", "value": secret, "url": live_server.url}])
        page.goto(live_server.page(path))
        return page

    return enter


def charged() -> list[int]:
    from gateways import registry

    return sorted(charge.amount_minor for charge in registry.default().charges())


def to_review(page: Page) -> None:
    page.get_by_role("button", name="Check these payments").click()
    expect(page.get_by_role("heading", name="Check and pay")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_bo_pays_two_agreements_in_one_go_and_each_is_charged_once(
    house: House, enter: Enter, new_page: NewPage, scripts: bool
) -> None:
    save_method_for(house, "bo")
    page = enter(new_page("phone", javascript=scripts))
    page.get_by_role("link", name="Pay several at once").click()
    boat = page.get_by_label("Amount for A boat")
    boat.fill("200")
    if scripts:
        expect(page.locator("#effect")).to_contain_text("$355.97")
    to_review(page)
    assert charged() == []
    page.get_by_label(re.compile("I allow Harbor Motors to take .355.97 in all")).check()
    button = page.get_by_role("button", name="Pay $355.97")
    button.dblclick() if scripts else button.click()
    expect(page.get_by_role("heading", name="2 payments")).to_be_visible()
    assert charged() == [15597, 20000]
    page.go_back()
    expect(page.get_by_role("heading", name="2 payments")).to_be_visible()
    page.reload()
    assert charged() == [15597, 20000]
    page.get_by_role("link", name=re.compile("See this payment.*A boat")).click()
    expect(page.get_by_role("heading", name="Confirmed together with")).to_be_visible()
    page.get_by_role("link", name="2021 Toyota Camry").click()
    expect(page.locator("main .amount")).to_have_text("$155.97")


def test_a_bad_amount_is_said_at_its_row_and_back_shows_it_again(
    house: House, enter: Enter, phone: Page
) -> None:
    save_method_for(house, "bo")
    page = enter(phone, "/checkouts/new")
    boat = page.get_by_label("Amount for A boat")
    boat.fill("99999")
    expect(page.locator("#effect")).to_contain_text("A boat: That is more than you owe.")
    page.get_by_role("button", name="Check these payments").click()
    expect(page.locator(".error-summary")).to_contain_text("Amount for A boat: That is more than you owe.")
    expect(boat).to_have_value("99999")
    boat.fill("100")
    to_review(page)
    page.go_back()
    expect(page.get_by_label("Amount for A boat")).to_be_visible()
    assert charged() == []


def test_an_amount_is_asked_for_only_where_its_agreement_is_ticked(
    house: House, enter: Enter, phone: Page
) -> None:
    save_method_for(house, "bo")
    page = enter(phone, "/checkouts/new")
    boat = page.get_by_label("Amount for A boat")
    expect(boat).to_be_visible()
    page.get_by_role("checkbox", name="A boat").uncheck()
    expect(boat).to_be_hidden()
    expect(page.locator("#effect")).to_contain_text("$155.97")
    expect(page.locator("#effect")).not_to_contain_text("A boat")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_are_open_to_everybody_and_fit_a_small_phone(
    house: House, enter: Enter, new_page: NewPage, axe: Axe, scheme: str
) -> None:
    page = enter(new_page("small", scheme=scheme), "/checkouts/new")

    def look() -> None:
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url
        axe(page)

    look()
    save_method_for(house, "bo", "card")
    page.reload()
    look()
    page.get_by_label("Amount for A boat").fill("never")
    page.get_by_role("button", name="Check these payments").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look()
    page.get_by_label("Amount for A boat").fill("2.01")
    to_review(page)
    look()
    page.get_by_label("I allow").check()
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    expect(page.get_by_role("heading", name="1 of 2 payments did not go through.")).to_be_visible()
    look()
    page.get_by_role("link", name=re.compile("Payment and receipt.*Camry")).click()
    look()
    page.goto(page.url.split("/payments/")[0] + "/payments")
    look()
