"""Bo plans a payment for a later day, changes it in the list, cancels it; pays by a card that nobody saves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.agreements import clock_today, open_agreement_for, save_method_for
from tests.fixtures.browser import Axe, NewPage
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer

Enter = Callable[..., Page]
LOOKS = [("phone", "light"), ("desktop", "dark")]


@pytest.fixture
def house(live_server: LiveServer) -> House:
    """Harbor Motors served on a free port; Bo has a bank account and a Camry with 155.97 due today."""
    house = build_house(live_server.app())
    open_agreement_for(house, "bo", age_days=14)
    save_method_for(house, "bo")
    return house


@pytest.fixture
def enter(live_server: LiveServer, house: House) -> Enter:
    def enter(page: Page, path: str = "/pay-now") -> Page:
        secret = house.sign_in(house.app.test_client(), "bo")
        page.context.add_cookies([{"name": "duebook", "value": secret, "url": live_server.url}])
        page.goto(live_server.page(path))
        return page

    return enter


def charged() -> list[int]:
    from gateways import registry

    return sorted(charge.amount_minor for charge in registry.default().charges())


def plan(page: Page, house: House, amount: str = "100", days: int = 9) -> None:
    page.get_by_label("Another amount", exact=True).first.check()
    page.get_by_role("textbox", name="Another amount").fill(amount)
    on = clock_today(house) + timedelta(days=days)
    page.get_by_label("On a later day").fill(on.isoformat())
    page.get_by_role("button", name="Check this payment").click()
    page.get_by_label("I allow Harbor Motors").check()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_bo_plans_changes_and_cancels_and_nothing_is_charged(
    house: House, enter: Enter, new_page: NewPage, axe: Axe, scripts: bool
) -> None:
    page = enter(new_page("phone", javascript=scripts))
    plan(page, house)
    button = page.get_by_role("button", name="Plan $100.00 for")
    button.dblclick() if scripts else button.click()
    expect(page.get_by_role("heading", name="Planned for")).to_be_visible()
    if scripts:
        axe(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Planned for")).to_be_visible()
    page.get_by_role("link", name="All payments").click()
    planned = page.locator("#planned")
    expect(planned.locator("li")).to_have_count(1)
    planned.get_by_role("link", name="Change").click()
    page.get_by_label("Amount", exact=True).fill("999999")
    page.get_by_label("I allow Harbor Motors").check()
    page.get_by_role("button", name="Keep the change").click()
    expect(page.locator("main")).to_contain_text("more than you owe")
    page.get_by_label("Amount", exact=True).fill("120.50")
    page.get_by_role("button", name="Keep the change").click()
    expect(page.locator("main")).to_contain_text("$120.50")
    if not scripts:
        page.get_by_role("link", name="All payments").click()
    if scripts:
        axe(page)
    page.locator("#planned summary").click()
    page.get_by_role("button", name="Cancel this payment").click()
    expect(page.locator("main")).to_contain_text("Nothing is planned" if scripts else "was cancelled")
    assert charged() == []


def test_in_two_tabs_what_was_cancelled_in_one_is_said_in_the_other(
    house: House, enter: Enter, new_page: NewPage
) -> None:
    page = enter(new_page("desktop"))
    plan(page, house)
    page.get_by_role("button", name="Plan $100.00 for").click()
    expect(page.get_by_role("heading", name="Planned for")).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url)
    for tab in (page, other):
        tab.locator("details.inline summary").click()
    page.get_by_role("button", name="Cancel this payment").click()
    expect(page.get_by_role("heading", name="This payment was cancelled.")).to_be_visible()
    other.get_by_role("button", name="Cancel this payment").click()
    expect(other.get_by_role("heading", name="This payment was cancelled.")).to_be_visible()
    assert charged() == []


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_bo_pays_by_a_card_that_nobody_saves(
    house: House, enter: Enter, new_page: NewPage, axe: Axe, size: str, scheme: str
) -> None:
    page = enter(new_page(size, scheme=scheme))
    page.get_by_label("Card, on the page of the payment processor").check()
    axe(page)
    page.get_by_role("button", name="Check this payment").click()
    page.get_by_label("I allow Harbor Motors").check()
    axe(page)
    page.get_by_role("button", name="Go on to the processor").dblclick()
    expect(page.get_by_role("heading", name="Pay by card")).to_be_visible()
    page.locator("input[value=card]").check()
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.get_by_role("heading", name="Settled on")).to_be_visible()
    axe(page)
    assert charged() == [15597]
    page.get_by_role("link", name="Verify this receipt").click()
    expect(page.get_by_role("heading", name="This receipt is ours")).to_be_visible()
    axe(page)


def test_a_form_that_names_a_way_to_pay_is_sent_by_the_first_of_two_presses_alone(
    house: House, enter: Enter, new_page: NewPage
) -> None:
    page = enter(new_page("phone"))
    page.get_by_role("button", name="Check this payment").click()
    button = page.get_by_role("button", name="Pay $155.97")
    let_in = button.evaluate(
        """button => [1, 2].map(() => button.form.dispatchEvent(
            new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter: button })))"""
    )
    assert let_in == [True, False]


def test_when_the_network_is_cut_at_the_last_step_nothing_is_charged_twice(
    house: House, enter: Enter, new_page: NewPage, watch
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    page = enter(new_page("phone"))
    page.get_by_role("button", name="Check this payment").click()
    page.get_by_label("I allow Harbor Motors").check()
    address = page.url
    page.context.set_offline(True)
    page.get_by_role("button", name="Pay $155.97").click()
    page.wait_for_timeout(300)
    page.context.set_offline(False)
    page.goto(address)
    page.get_by_label("I allow Harbor Motors").check()
    page.get_by_role("button", name="Pay $155.97").click()
    expect(page.get_by_role("heading", name="Sent to your bank")).to_be_visible()
    assert charged() == [15597]
