"""Dana makes a link during a call, somebody without an account pays by it, and Dana sees it paid."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.agreements import open_agreement_for
from tests.fixtures.browser import Axe, NewPage
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer

Enter = Callable[..., Page]


@pytest.fixture
def house(live_server: LiveServer) -> House:
    """Harbor Motors served on a free port; Bo's Camry has 155.97 due today."""
    house = build_house(live_server.app())
    house.loan = open_agreement_for(house, "bo", age_days=14)
    return house


@pytest.fixture
def enter(live_server: LiveServer, house: House) -> Enter:
    def enter(page: Page, name: str, path: str) -> Page:
        secret = house.sign_in(house.app.test_client(), name)
        page.context.add_cookies([{"name": "duebook", "value": secret, "url": live_server.url}])
        page.goto(live_server.page(path))
        return page

    return enter


def charged() -> list[int]:
    from gateways import registry

    return sorted(charge.amount_minor for charge in registry.default().charges())


def address_on(page: Page, live_server: LiveServer) -> str:
    return live_server.page(re.search(r"/pay-link/[0-9a-f]{40}", page.inner_text("main")).group())


@pytest.mark.parametrize(
    ("size", "scheme", "scripts"), [("phone", "light", True), ("desktop", "dark", True), ("small", "light", False)]
)  # fmt: skip
def test_somebody_without_an_account_pays_once_by_a_link_made_at_the_desk(
    house: House,
    enter: Enter,
    new_page: NewPage,
    axe: Axe,
    live_server,
    size: str,
    scheme: str,
    scripts: bool,
) -> None:
    dana = enter(new_page("desktop", scheme=scheme), "dana", f"/office/agreements/{house.loan}/pay-links")
    axe(dana)
    dana.get_by_label("What for").fill("Payment for March")
    dana.get_by_role("button", name="Make the link").dblclick()
    expect(dana.get_by_role("img", name="QR code of the link")).to_be_visible()
    axe(dana)
    address = address_on(dana, live_server)

    payer = new_page(size, scheme=scheme, javascript=scripts)
    payer.goto(address)
    payer.reload()
    expect(payer.locator("main")).to_contain_text("Payment for March")
    assert "Bo" not in payer.inner_text("main")
    if scripts:
        axe(payer)
    button = payer.get_by_role("button", name="Pay $155.97 by card")
    button.dblclick() if scripts else button.click()
    expect(payer.get_by_role("heading", name="Pay by card")).to_be_visible()
    payer.go_back()
    payer.goto(address)
    payer.get_by_role("link", name="Go on to the processor").click()
    payer.locator("input[value=card]").check()
    payer.get_by_role("button", name="Pay", exact=True).click()
    if not scripts:
        payer.get_by_role("button", name="Continue").click()
    expect(payer.get_by_role("heading", name="It is paid. Thank you.")).to_be_visible()
    if scripts:
        axe(payer)
    assert charged() == [15597]
    payer.goto(address)
    expect(payer.get_by_role("heading", name="It is paid. Thank you.")).to_be_visible()
    dana.reload()
    expect(dana.locator("#pay-link")).to_contain_text("It was paid.")


def test_two_tabs_of_one_link_pay_once(house: House, enter: Enter, new_page: NewPage, live_server) -> None:
    bo = enter(new_page("phone"), "bo", f"/agreements/{house.loan}/pay-links")
    bo.get_by_label("Amount", exact=True).fill("40")
    bo.get_by_role("button", name="Make the link").click()
    expect(bo.get_by_role("img", name="QR code of the link")).to_be_visible()
    address = address_on(bo, live_server)
    first = new_page("phone")
    first.goto(address)
    second = first.context.new_page()
    second.goto(address)
    for tab in (first, second):
        tab.get_by_role("button", name="Pay $40.00 by card").click()
        expect(tab.get_by_role("heading", name="Pay by card")).to_be_visible()
    assert first.url == second.url
    for tab in (first, second):
        tab.locator("input[value=card]").check()
        tab.get_by_role("button", name="Pay", exact=True).click()
        expect(tab.get_by_role("heading", name="It is paid. Thank you.")).to_be_visible()
    assert charged() == [4000]


def test_a_withdrawn_link_says_so(
    house: House, enter: Enter, new_page: NewPage, axe: Axe, live_server
) -> None:
    bo = enter(new_page("phone"), "bo", f"/agreements/{house.loan}/pay-links")
    bo.get_by_label("Amount", exact=True).fill("40")
    bo.get_by_role("button", name="Make the link").click()
    expect(bo.get_by_role("img", name="QR code of the link")).to_be_visible()
    address = address_on(bo, live_server)
    axe(bo)
    bo.get_by_role("button", name="Withdraw this link").click()
    expect(bo.locator("main")).to_contain_text("Withdrawn")
    payer = new_page("small", scheme="dark")
    payer.goto(address)
    expect(payer.get_by_role("heading", name="This link was withdrawn")).to_be_visible()
    axe(payer)
    assert charged() == []
