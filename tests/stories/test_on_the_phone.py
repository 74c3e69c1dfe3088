"""Bo's phone loses the line: he sees what he last owed and when. Whoever comes after him finds nothing of him."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.agreements import open_agreement_for
from tests.fixtures.browser import Axe, NewPage, Watch
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer

CAMRY, CIVIC = "2021 Toyota Camry", "2019 Honda Civic"
READY = "navigator.serviceWorker.ready.then(() => caches.keys())"
EVERYTHING = """(async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const path = new URL(request.url).pathname;
      found.push([path, /[.](css|js|svg)$/.test(path) ? "" : await (await cache.match(request)).text()]);
    }
  }
  return found;
})()"""


@dataclass
class Phone:
    """One browser that several people use."""

    page: Page
    server: LiveServer
    house: House

    def sign_in(self, name: str) -> None:
        self.page.goto(self.server.page("/sign-in"))
        self.page.get_by_label("Username, e-mail or customer number").fill(name)
        self.page.get_by_label("Password", exact=True).fill(self.house.password(name))
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url("**/dashboard")
        self.settle()

    def settle(self) -> None:
        """Wait until the worker stands and what it may keep is kept."""
        self.page.evaluate(READY)
        expect(self.page.locator("h1")).to_contain_text("Hello")
        self.page.wait_for_timeout(300)

    def open(self, path: str) -> None:
        self.page.goto(self.server.page(path))

    def line(self, there: bool) -> None:
        self.page.context.set_offline(not there)
        if there:  # the offline page then goes on by itself
            expect(self.page.get_by_role("heading", name="No connection")).to_have_count(0)
            self.page.wait_for_load_state()

    def kept(self) -> dict[str, str]:
        return dict(self.page.evaluate(EVERYTHING))


@pytest.fixture
def phone_of(new_page: NewPage, live_server: LiveServer, watch: Watch) -> Phone:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    house = build_house(live_server.app())
    open_agreement_for(house, "bo", age_days=14, title=CAMRY)
    open_agreement_for(house, "tess", age_days=14, title=CIVIC, number="A-2")
    return Phone(new_page("phone"), live_server, house)


@pytest.mark.safety("W8")
def test_without_a_line_bo_sees_what_he_owed_and_nothing_else_is_kept(
    phone_of: Phone, watch: Watch, axe: Axe
) -> None:
    watch.allow("Failed to fetch")
    phone, page = phone_of, phone_of.page
    phone.sign_in("bo")
    phone.open("/profile")
    before = set(phone.kept())
    phone.line(False)
    page.evaluate("fetch('/profile', {method: 'POST', body: 'x'}).catch(() => {})")
    phone.open("/payments")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    last = page.get_by_role("region", name="What you last saw")
    expect(last).to_contain_text(re.compile(rf"{CAMRY}.*\$155\.97, due today", re.DOTALL))
    expect(last).to_contain_text(re.compile(r"As of .*20\d\d.*\. It may have changed since"))
    axe(page)

    sent: list[str] = []
    page.context.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    phone.line(True)
    expect(page.get_by_role("heading", name="Payments")).to_be_visible()
    assert sent == []
    assert set(phone.kept()) == before
    private = {path: text for path, text in phone.kept().items() if CAMRY in text or "Bo" in text.split()}
    assert set(private) == {"/kept/balance"}
    assert set(json.loads(private["/kept/balance"])) == {"whose", "lines", "at", "until", "lang"}

    phone.line(False)
    page.context.clock.set_fixed_time("2100-01-01")
    phone.open("/dashboard")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    expect(page.get_by_text("What you last saw")).to_be_hidden()


@pytest.mark.safety("W8", "S10")
def test_who_leaves_or_comes_after_leaves_nothing_on_the_phone(phone_of: Phone) -> None:
    phone, page = phone_of, phone_of.page
    phone.sign_in("bo")
    page.context.clear_cookies()  # his sign-in ran out; he never signed out
    phone.sign_in("tess")
    phone.line(False)
    phone.open("/dashboard")
    expect(page.get_by_role("region", name="What you last saw")).to_contain_text(CIVIC)
    expect(page.locator("body")).not_to_contain_text(CAMRY)
    assert CAMRY not in json.dumps(phone.kept())
    phone.line(True)

    page.context.clear_cookies()
    phone.open("/dashboard")
    expect(page).to_have_url(re.compile("/sign-in"))
    phone.line(False)
    phone.open("/dashboard")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    expect(page.get_by_text("What you last saw")).to_be_hidden()
    assert CIVIC not in json.dumps(phone.kept())
    phone.line(True)

    phone.sign_in("bo")
    assert "/kept/balance" in phone.kept()
    page.locator("details[data-menu] summary").first.click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert phone.kept() == {}
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


def test_the_servers_word_clears_the_phone_and_a_new_version_loses_no_form(phone_of: Phone) -> None:
    phone, page = phone_of, phone_of.page
    phone.sign_in("bo")
    phone.open("/account/kept")
    page.evaluate(
        "document.querySelectorAll('[data-forgets]').forEach((form) => form.removeAttribute('data-forgets'))"
    )
    page.get_by_role("button", name="Clear what this phone keeps").click()
    expect(page.get_by_text("What was kept here is cleared.")).to_be_visible()
    assert "/kept/balance" not in phone.kept()

    phone.open("/account/phrase")
    page.evaluate(READY)
    notice = page.get_by_text("A new version is ready.")
    expect(notice).to_be_hidden()
    # This page is of an older program; a worker of the present one takes over.
    page.evaluate("document.getElementById('newer-version').dataset.version = 'older'")
    page.evaluate("navigator.serviceWorker.register('/service-worker.js?newer', {scope: '/'}).then(() => 1)")
    expect(notice).to_be_visible()
    field = page.locator("main form input[type=text]").first
    field.fill("green umbrella")
    page.get_by_role("button", name="Reload", exact=True).click()
    expect(page.get_by_text("What you typed on this page is not sent yet.")).to_be_visible()
    assert field.input_value() == "green umbrella"
    page.get_by_role("button", name="Reload anyway").click()
    expect(notice).to_be_hidden()
