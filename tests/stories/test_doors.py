"""Every door of a customer on a phone, in a real browser: register, forget, be locked out, and get in again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.fixtures.agreements import open_agreement_for
from tests.fixtures.browser import Axe, NewPage, narrow
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer

pytestmark = pytest.mark.database("sqlite")
GOOD = "moss lantern teacup drive"


@pytest.fixture
def house(live_server: LiveServer) -> House:
    return build_house(live_server.app())


@pytest.fixture
def number(house: House) -> str:
    """An agreement of Nora, who has no account, and of Bo, who has one."""
    from domain.actions import people
    from models import Agreement, db

    ref = open_agreement_for(house, "bo")
    nora = people.create_person("Nora Novak", "nora.novak@example.org", by="t", now=house.now)
    people.assign(ref, person_ref=nora, role="joint", by="t", today=house.now.date(), now=house.now)
    with house.app.app_context():
        return str(db.session.scalar(select(Agreement.number).where(Agreement.ref == ref)))


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def mailed(page: Page, server: LiveServer, subject: str) -> str:
    server.flask("run-day")
    page.goto(server.page("/mailbox"))
    mail = page.locator("article", has=page.get_by_role("heading", name=re.compile(subject))).first
    return server.page(mail.locator("a").first.get_attribute("href"))


def fits(page: Page, axe: Axe) -> None:
    """Nothing axe finds, and nothing over the edge of the narrowest phone."""
    axe(page)
    narrow(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nora_gets_an_account_by_the_number_on_her_contract(
    live_server: LiveServer, number: str, new_page: NewPage, axe: Axe, scheme: str
) -> None:
    page = new_page("phone", scheme=scheme)
    page.goto(live_server.page("/"))
    page.get_by_role("link", name="Set up your account").click()
    fits(page, axe)
    page.fill("[name=number]", number)
    press(page, "Send me a link")
    expect(page.get_by_text("spam folder")).to_be_visible()
    expect(page.get_by_role("button", name="Send it again")).to_be_visible()
    fits(page, axe)
    page.goto(mailed(page, live_server, "^Your account for agreement"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nora Novak")
    page.locator("[name=password]").press_sequentially("nora novak nora novak")
    expect(page.locator("#strength")).to_contain_text("mostly your name")
    page.fill("[name=password]", GOOD)
    expect(page.locator("#strength")).to_contain_text("Very strong")
    fits(page, axe)
    press(page, "Set up my account")
    expect(page.get_by_text("Your account is ready")).to_be_visible()


def test_bo_types_it_wrong_ten_times_reads_until_when_and_gets_in_by_mail(
    live_server: LiveServer, house: House, new_page: NewPage, axe: Axe
) -> None:
    from datetime import UTC, datetime, timedelta

    from domain.actions import credentials

    for minutes in range(9, 0, -1):  # nine before, so that nobody waits for the short pauses
        at = datetime.now(UTC) - timedelta(minutes=minutes)
        credentials.sign_in("bo", "wrong", address="", device="", base_url=live_server.url, now=at)
    page = new_page("phone")
    page.goto(live_server.page("/sign-in"))
    page.fill("[name=name]", "bo")
    page.fill("[name=password]", "still not right")
    press(page, "Sign in")
    expect(page.locator(".error-summary")).to_contain_text("closed until")
    fits(page, axe)
    page.locator("section", has=page.get_by_role("heading", name="What works meanwhile")).get_by_role(
        "link", name="Send me a link"
    ).click()
    page.fill("[name=name]", "bo")
    press(page, "Send me a link")
    fits(page, axe)
    page.goto(mailed(page, live_server, "^Choose a new password"))
    page.fill("[name=password]", GOOD)
    fits(page, axe)
    press(page, "Set the new password")
    page.fill("[name=name]", "bo")
    page.fill("[name=password]", GOOD)
    press(page, "Sign in")
    expect(page.locator("summary", has_text="Bo Rivera")).to_be_attached()


def test_all_of_it_works_without_scripts(live_server: LiveServer, number: str, no_js: Page) -> None:
    no_js.goto(live_server.page("/register"))
    no_js.fill("[name=number]", number)
    press(no_js, "Send me a link")
    press(no_js, "Send it again")
    no_js.goto(mailed(no_js, live_server, "^Your account for agreement"))
    no_js.fill("[name=password]", "password12345678")
    press(no_js, "Set up my account")
    expect(no_js.locator(".error-summary")).to_contain_text("lists")
    no_js.fill("[name=password]", GOOD)
    press(no_js, "Set up my account")
    expect(no_js.get_by_text("Your account is ready")).to_be_visible()


def test_the_password_field_says_caps_lock_and_can_be_shown(
    live_server: LiveServer, house: House, new_page: NewPage
) -> None:
    page = new_page("phone")
    page.goto(live_server.page("/sign-in"))
    field = page.locator("[name=password]")
    field.press_sequentially("a")
    page.evaluate(
        """document.querySelector('[name=password]').dispatchEvent(
            new KeyboardEvent('keyup', {key: 'A', bubbles: true, modifierCapsLock: true}))"""
    )
    expect(page.get_by_text("Caps Lock is on")).to_be_visible()
    page.get_by_role("button", name="Show password").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide password").click()
    expect(field).to_have_attribute("type", "password")
