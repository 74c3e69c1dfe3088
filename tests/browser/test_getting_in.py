"""Getting in, in a real browser: the pages that no link leads to, and the way through them on a phone."""

from __future__ import annotations

import re

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import Axe, NewPage
from tests.fixtures.servers import LiveServer

GOOD = "moss lantern teacup drive"


@pytest.fixture
def claim_link(live_server: LiveServer) -> str:
    done = live_server.flask(
        "user", "create", "--role", "customer", "--name", "Bo Rivera", "--email", "bo@example.org"
    )
    return done.stdout.split()[-1]


def send(page: Page) -> None:
    page.locator("main form button[type=submit]").first.click()


def read_mail(page: Page, server: LiveServer, words: str) -> str:
    """The first link of the newest mail whose subject has these words, from the development mailbox."""
    server.flask("run-day")
    page.goto(server.page("/mailbox"))
    mail = page.locator("article", has=page.get_by_role("heading", name=re.compile(words)))
    return server.page(mail.first.locator("a").first.get_attribute("href"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bo_claims_the_account_on_a_phone_and_comes_back_with_a_new_password(
    live_server: LiveServer, claim_link: str, new_page: NewPage, axe: Axe, scheme: str
) -> None:
    page = new_page("phone", scheme=scheme)
    page.goto(claim_link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bo Rivera")
    axe(page)
    page.fill("[name=password]", "short")
    send(page)
    expect(page.locator(".error-summary")).to_be_focused()
    axe(page)
    page.fill("[name=password]", GOOD)
    page.get_by_role("button", name="Show password").click()
    expect(page.locator("[name=password]")).to_have_attribute("type", "text")
    send(page)
    expect(page.get_by_text("Your account is ready")).to_be_visible()
    page.wait_for_load_state("networkidle")  # what still comes would bring its cookie along
    page.context.clear_cookies()

    page.goto(claim_link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("set up already")
    axe(page)
    page.goto(live_server.page("/recover"))
    page.fill("[name=name]", "bo@example.org")
    send(page)
    axe(page)
    page.goto(read_mail(page, live_server, "new password"))
    axe(page)
    page.fill("[name=password]", GOOD[::-1])
    send(page)
    expect(page.get_by_text("Your new password is set")).to_be_visible()
    page.fill("[name=name]", "bo")
    page.fill("[name=password]", GOOD[::-1])
    send(page)
    expect(page.locator("summary", has_text="Bo Rivera")).to_be_attached()


def test_the_account_is_claimed_without_scripts(
    live_server: LiveServer, claim_link: str, no_js: Page
) -> None:
    no_js.goto(claim_link)
    no_js.fill("[name=username]", "bo.rivera")
    no_js.fill("[name=password]", GOOD)
    send(no_js)
    expect(no_js.get_by_text("Your account is ready")).to_be_visible()


def test_dana_sets_up_the_second_step(live_server: LiveServer, new_page: NewPage, axe: Axe) -> None:
    done = live_server.flask(
        "user", "create", "--role", "staff", "--name", "Dana Ortiz", "--email", "dana@example.org"
    )
    page = new_page("desktop")
    page.goto(live_server.page("/sign-in"))
    page.fill("[name=name]", "dana")
    page.fill("[name=password]", done.stdout.split()[-1])
    send(page)
    picture = page.get_by_alt_text("QR code")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 100
    axe(page)
    page.goto(live_server.page("/office"))
    expect(page).to_have_url(re.compile("/second-factor"))
    seed = page.locator("main code").inner_text().replace(" ", "")
    page.fill("[name=code]", pyotp.TOTP(seed).now())
    send(page)
    expect(page).to_have_url(re.compile(r"/account/recovery-codes"))
    page.get_by_role("link", name="Not now").click()
    expect(page).to_have_url(re.compile(r"/office$"))
    page.wait_for_load_state("networkidle")  # what still comes would bring its cookie along
    page.context.clear_cookies()
    page.goto(live_server.page("/sign-in"))
    page.fill("[name=name]", "dana")
    page.fill("[name=password]", done.stdout.split()[-1])
    send(page)
    axe(page)
    expect(page.get_by_alt_text("QR code")).to_have_count(0)
