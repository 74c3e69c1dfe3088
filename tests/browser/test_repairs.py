"""A tenant reports a repair on a small phone and asks about an amount; staff decide both; every page is accessible."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import Axe, NewPage
from tests.fixtures.people import House, build_house
from tests.fixtures.rentals import let_flat
from tests.fixtures.servers import LiveServer

pytestmark = pytest.mark.database("sqlite")


def enter(server: LiveServer, house: House, page: Page, path: str, who: str) -> Page:
    secret = house.sign_in(house.app.test_client(), who)
    page.context.add_cookies([{"name": "duebook", "value": secret, "url": server.url}])
    page.goto(server.page(path))
    return page


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_a_repair_and_a_question_from_the_tenants_phone_to_the_office(
    live_server: LiveServer, new_page: NewPage, axe: Axe
) -> None:
    house = build_house(live_server.app())
    with live_server.app().app_context():
        flat = let_flat(house, "tess")
    tess = enter(live_server, house, new_page("small"), "/repairs/new", "tess")
    axe(tess)
    fits(tess)
    tess.get_by_label("What is broken?").fill("The kitchen tap drips")
    tess.get_by_label("Describe it").fill("Day and night")
    tess.get_by_role("button", name="Send", exact=True).click()
    expect(tess.get_by_role("heading", name="The kitchen tap drips")).to_be_visible()
    axe(tess)
    fits(tess)
    repair = tess.url.rpartition("/")[2]
    tess.goto(live_server.page(f"/agreements/{flat.agreement}/ask/missing"))
    axe(tess)
    fits(tess)
    tess.goto(live_server.page(f"/agreements/{flat.agreement}/ask/due"))
    tess.get_by_label("What is wrong?").fill("It was cold for six days")
    tess.get_by_role("button", name="Send", exact=True).click()
    expect(tess.get_by_text("It was cold for six days")).to_be_visible()
    axe(tess)
    fits(tess)
    question = tess.url.rpartition("/")[2]
    dana = enter(live_server, house, new_page("desktop"), f"/office/questions/{question}", "dana")
    axe(dana)
    dana.goto(live_server.page(f"/office/repairs/{repair}"))
    axe(dana)
    dana.locator("#state").select_option("accepted")
    dana.get_by_role("button", name="Save and tell the tenant").click()
    expect(dana.get_by_text("The tenant is told.")).to_be_visible()
