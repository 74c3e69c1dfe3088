"""The life of a colleague: invited, let in with a second factor, given less to do, looked after, let go.

On a phone and on a desktop, in light and dark; once without scripts. Every page is held to axe and to 320 pixels.
"""

from __future__ import annotations

import re
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_getting_in import read_mail
from tests.fixtures.browser import Axe, NewPage, narrow
from tests.fixtures.servers import LiveServer

GOOD = "moss lantern teacup drive"


@pytest.fixture
def admin(live_server: LiveServer) -> str:
    create = ("user", "create", "--role")
    done = live_server.flask(*create, "admin", "--name", "Adam Kowalski", "--email", "adam@example.org")
    live_server.flask(*create, "customer", "--name", "Bo Rivera", "--email", "bo@example.org")
    return done.stdout.split()[-1]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def look(page: Page, axe: Axe | None) -> None:
    """Hold the page to the house rules. Without scripts (`axe` is None) the way through is what counts."""
    if axe is not None:
        axe(page)
        narrow(page)


def second_factor(page: Page) -> None:
    """Set up an authenticator app at the first sign-in."""
    seed = re.sub(r"\s", "", page.locator("main code").first.inner_text())
    page.fill("[name=code]", pyotp.TOTP(seed).now())
    page.get_by_role("button", name="Finish").click()
    page.wait_for_url(re.compile(r"/(office|account|dashboard)"))


def come_in(page: Page, server: LiveServer, name: str, password: str) -> None:
    page.goto(server.page("/sign-in"))
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    page.locator("main form button[type=submit]").first.click()
    second_factor(page)
    page.goto(server.page("/office"))


@pytest.mark.parametrize(("size", "scheme", "scripts"), [("phone", "dark", True), ("desktop", "light", True),
                                                         ("phone", "light", False)])  # fmt: skip
def test_a_colleague_comes_works_within_limits_and_goes(
    live_server: LiveServer, admin: str, new_page: NewPage, axe: Axe, size: str, scheme: str, scripts: bool
) -> None:
    measured = axe if scripts else None
    page = new_page(size, scheme=scheme, javascript=scripts)
    come_in(page, live_server, "adam", admin)
    page.goto(live_server.page("/office/users/new"))
    press(page, "Send the invitation")
    expect(page.get_by_role("alert")).to_contain_text("Write the person's name.")
    look(page, measured)
    page.fill("[name=name]", "Nora North")
    page.fill("[name=email]", "nora@example.org")
    page.fill("[name=branches]", "North")
    press(page, "Send the invitation")
    expect(page.get_by_text("The invitation was mailed to n•••@example.org.")).to_be_visible()
    look(page, measured)

    nora = new_page(size, scheme=scheme, javascript=scripts)
    nora.goto(read_mail(nora, live_server, "Your account at"))
    nora.fill("[name=username]", "nora")
    nora.fill("[name=password]", GOOD)
    nora.locator("main form button[type=submit]").first.click()
    second_factor(nora)
    nora.goto(live_server.page("/office"))
    expect(nora.get_by_role("heading", level=1)).to_have_text("Desk")
    nora.goto(live_server.page("/office/people"))
    expect(nora.get_by_text("Bo Rivera")).to_have_count(0)

    page.goto(live_server.page("/office/people?q=Bo"))
    page.get_by_role("link", name="Bo Rivera").first.click()
    press(page, "View as this customer")
    expect(page.get_by_text("You look at the pages of Bo Rivera, and can only read.")).to_be_visible()
    look(page, measured)
    press(page, "Stop viewing")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bo Rivera")

    page.goto(live_server.page("/office/users"))
    page.get_by_role("link", name="Nora North").first.click()
    look(page, measured)
    press(page, "Deactivate")
    expect(page.get_by_text("The user was deactivated and signed out everywhere.")).to_be_visible()
    nora.goto(live_server.page("/office"))
    expect(nora).to_have_url(re.compile(r"/sign-in"))

    page.goto(live_server.page("/office/audit"))
    expect(page.get_by_role("cell", name=re.compile("User deactivated"))).to_be_visible()
    look(page, measured)
    with page.expect_download() as taken:
        press(page, "Take these lines as a file")
    assert "user.deactivated" in Path(taken.value.path()).read_text(encoding="utf-8")
