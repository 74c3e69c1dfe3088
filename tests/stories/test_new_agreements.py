"""A morning at the desk, in a real browser: Lena's flat is let, a phone leased, a credit line and a loan opened."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from tests.fixtures.browser import Axe, NewPage
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer

TODAY = date(2026, 11, 2)
pytestmark = pytest.mark.settings(DUEBOOK_TODAY=TODAY.isoformat())


def enter(page: Page, server: LiveServer, house: House, path: str) -> None:
    secret = house.sign_in(house.app.test_client(), "dana")
    page.context.add_cookies([{"name": "duebook", "value": secret, "url": server.url}])
    page.goto(server.page(path))


def choose(page: Page, server: LiveServer, kind: str) -> None:
    page.goto(server.page("/office/agreements"))
    page.get_by_role("link", name="New agreement").click()
    page.get_by_role("main").get_by_role("link", name=re.compile(f"^{kind}")).click()


def put_on(page: Page, words: str, scripts: bool) -> None:
    page.locator("#who").fill(words)
    if not scripts:
        page.get_by_role("button", name="Find", exact=True).click()
    # The tick is gone with the list it stood in as soon as the answer comes, so only the click can be waited for.
    page.locator("#holders input[name=add]").first.click()
    if not scripts:
        page.get_by_role("button", name="Put on the agreement").click()
    expect(page.locator("#holders input[name=holders-0-keep]")).to_be_checked()


def plan(page: Page, scripts: bool) -> None:
    if not scripts:
        page.get_by_role("button", name="Show the schedule").click()


def open_it(page: Page) -> None:
    page.get_by_role("button", name="Check this agreement").last.click()
    expect(page.get_by_role("heading", name="Check and open")).to_be_visible()
    page.get_by_role("button", name="Open this agreement").click()
    expect(page.get_by_text("The agreement was opened.")).to_be_visible()


def let_the_flat(page: Page, server: LiveServer, scripts: bool) -> None:
    page.get_by_role("link", name="New property").first.click()
    page.locator("#name").fill("Fischer House")
    page.get_by_role("button", name="Add this property").click()
    page.get_by_role("link", name="New unit").first.click()
    page.locator("#name").fill("2B")
    page.get_by_role("button", name="Add this unit").click()
    page.get_by_role("link", name="2B").click()
    page.get_by_role("link", name="Move in").first.click()
    page.locator("#rent").fill("1200")
    page.locator("#from_on").fill("2026-11-10")
    page.locator("#deposit").fill("1500")
    page.locator("#lines-0-name").fill("Parking")
    page.locator("#lines-0-amount").fill("50")
    put_on(page, "okafor", scripts)
    plan(page, scripts)
    # 1,200 x 21/30 = 840.00; with parking 35.00 and the deposit 2,375.00
    expect(page.locator("#proposal")).to_contain_text("$840.00")
    expect(page.locator("#proposal")).to_contain_text("$2,375.00")
    page.locator("#proposal").get_by_role("button", name="$840.00").click()
    expect(page.locator("#why-text")).to_contain_text("21/30")
    if scripts:
        page.keyboard.press("Escape")
    else:
        page.get_by_role("button", name="Back to the form").click()
    open_it(page)


def lease_the_phone(page: Page, server: LiveServer, scripts: bool) -> None:
    choose(page, server, "Lease-to-own")
    page.locator("#goods-0-item").fill("Phone")
    page.locator("#goods-0-serial").fill("IMEI 35-209900")
    for name, typed in {"cash_price": "1000", "payment": "100", "count": "12", "tax": "6"}.items():
        page.locator(f"#{name}").fill(typed)
    plan(page, scripts)
    expect(page.locator("#proposal")).to_contain_text("$1,272.00")
    open_it(page)
    expect(page.get_by_role("main")).to_contain_text("IMEI 35-209900")


def open_the_line(page: Page, server: LiveServer, scripts: bool) -> None:
    choose(page, server, "Credit line")
    page.locator("#limit").fill("2000")
    page.locator("#rate").fill("23.99")
    plan(page, scripts)
    expect(page.locator("#proposal")).to_contain_text("30 November 2026")
    open_it(page)


def lend(page: Page, server: LiveServer, scripts: bool) -> None:
    choose(page, server, "Loan")
    for name, typed in {"principal": "18500", "rate": "9.9", "count": "0"}.items():
        page.locator(f"#{name}").fill(typed)
    page.get_by_role("button", name="Check this agreement").last.click()
    expect(page.locator(".error-summary")).to_contain_text("A loan needs at least one payment.")
    page.locator("#count").fill("60")
    plan(page, scripts)
    expect(page.locator("#proposal")).to_contain_text("$5,029.66")
    put_on(page, "rivera", scripts)
    open_it(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_dana_makes_one_agreement_of_every_kind(
    live_server: LiveServer, new_page: NewPage, axe: Axe, scripts: bool
) -> None:
    house = build_house(live_server.app())
    page = new_page("desktop" if scripts else "phone", javascript=scripts)
    enter(page, live_server, house, "/office/properties")
    let_the_flat(page, live_server, scripts)
    lease_the_phone(page, live_server, scripts)
    open_the_line(page, live_server, scripts)
    lend(page, live_server, scripts)
    from models import Agreement, db

    with house.app.app_context():
        kinds = list(db.session.scalars(sa.select(Agreement.kind).order_by(Agreement.id)))
    assert kinds == ["rental", "lease_to_own", "credit_line", "loan"]
    assert "The books agree" in live_server.flask("books", "verify").stdout


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["loan", "lease_to_own", "rental", "credit_line"])
def test_every_form_holds_up_in_both_themes_and_on_a_small_phone(
    live_server: LiveServer, new_page: NewPage, axe: Axe, kind: str, scheme: str
) -> None:
    house = build_house(live_server.app())
    page = new_page("small", scheme=scheme)
    enter(page, live_server, house, f"/office/agreements/new/{kind}")
    for details in page.locator("main details").all():
        details.locator("summary").click()
    # As high as the page, so that the bar at the bottom of a phone covers nothing that is looked at.
    page.set_viewport_size({"width": 320, "height": 9000})
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
