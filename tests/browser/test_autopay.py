"""Autopay in a real browser: the wizard with and without scripts, debits held back in place, every screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_portal import Place
from tests.fixtures.agreements import open_agreement_for, save_method_for
from tests.fixtures.browser import Axe, NewPage
from tests.fixtures.people import build_house
from tests.fixtures.servers import LiveServer


@pytest.fixture
def place(live_server: LiveServer) -> Place:
    """Bo's Camry, paid by the month, and a saved bank account."""
    house = build_house(live_server.app())
    save_method_for(house, "bo")
    ref = open_agreement_for(
        house, "bo", age_days=3, frequency="monthly", interest="period", day_count="30/360"
    )
    return Place(live_server, house, ref)


def contracts(place: Place) -> list[str]:
    from sqlalchemy import select

    from models import Autopay, db

    with place.house.app.app_context():
        return list(db.session.scalars(select(Autopay.state)))


def through_the_wizard(page: Page, scripts: bool = True) -> None:
    page.get_by_role("textbox", name="Never more than").fill("300")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_text("Step 2 of 4.")).to_be_visible()
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="See the next debits").click()
    expect(page.get_by_role("heading", name="Check and switch on")).to_be_visible()
    expect(page.get_by_role("heading", name="The next 12 debits")).to_be_visible()
    page.get_by_label("I have read this and allow it.").check()
    button = page.get_by_role("button", name="Switch autopay on")
    button.dblclick() if scripts else button.click()
    expect(page.get_by_role("heading", name="Next debit", exact=True)).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_bo_sees_a_year_of_debits_and_switches_autopay_on_once(
    place: Place, new_page: NewPage, scripts: bool, device: str
) -> None:
    page = place.enter(new_page(device, javascript=scripts), "/upcoming")
    page.get_by_role("link", name=re.compile("^Set up autopay")).click()
    through_the_wizard(page, scripts)
    assert contracts(place) == ["active"]
    page.go_back()
    page.goto(place.server.page("/upcoming"))
    expect(page.locator("#upcoming")).to_contain_text("Autopay")


def test_the_debits_follow_what_is_chosen(place: Place, phone: Page) -> None:
    page = place.enter(phone, f"/agreements/{place.ref}/autopay/new")
    expect(page.locator("#amount")).to_be_hidden()
    page.get_by_label("A fixed amount").check()
    page.locator("#amount").fill("42")
    expect(page.locator("#preview")).to_contain_text("$42.00")
    page.locator("#amount").fill("nonsense")
    expect(page.locator("#preview .error")).to_be_visible()
    assert page.locator("#amount").input_value() == "nonsense"


@pytest.mark.parametrize("scripts", [True, False], ids=["in place", "page"])
def test_a_debit_is_left_out_and_taken_after_all(place: Place, new_page: NewPage, scripts: bool) -> None:
    page = place.enter(new_page("phone", javascript=scripts), f"/agreements/{place.ref}/autopay/new")
    through_the_wizard(page, scripts)
    page.goto(place.server.page("/upcoming"))
    page.get_by_role("button", name=re.compile("^Skip this one")).first.click()
    expect(page.locator("#upcoming")).to_contain_text("You skip this one.")
    page.get_by_role("button", name=re.compile("^Take it after all")).first.click()
    expect(page.locator("#upcoming")).not_to_contain_text("You skip this one.")


def test_bad_input_comes_back_with_what_is_wrong_and_what_was_typed(place: Place, phone: Page) -> None:
    page = place.enter(phone, f"/agreements/{place.ref}/autopay/new")
    page.get_by_role("textbox", name="Never more than").fill("much")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert page.get_by_role("textbox", name="Never more than").input_value() == "much"


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_autopay_is_open_to_everybody_and_fits_a_small_phone(
    place: Place, new_page: NewPage, axe: Axe, scheme: str
) -> None:
    page = place.enter(new_page("small", scheme=scheme), f"/agreements/{place.ref}/autopay")
    base = f"/agreements/{place.ref}/autopay"
    method = "rule=due&cadence=due"
    paths = [
        base, f"{base}/new", f"{base}/new?{method}&step=days", f"{base}/new?{method}&step=methods",
        f"{base}/new?{method}&step=check", f"{base}/new?rule=fixed&step=days", "/upcoming",
        f"/agreements/{place.ref}/payday?cadence=biweekly&anchor=2099-01-01",
        f"/agreements/{place.ref}/payday", "/methods",
    ]  # fmt: skip
    for path in paths:
        page.goto(place.server.page(path))
        looks(page, axe, path)
    page.goto(place.server.page(f"{base}/new"))
    through_the_wizard(page)
    looks(page, axe, "the contract")
    contract = page.url.partition("?")[0]
    for path in (
        f"{contract}/end",
        *map(place.server.page, ("/upcoming", "/dashboard", "/methods", place.pay_path)),
    ):
        page.goto(path)
        looks(page, axe, path)


def looks(page: Page, axe: Axe, path: str) -> None:
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    axe(page)
