"""One's own account on a phone, in a real browser: change it, see what happened, and lock it when it was not me."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from tests.fixtures.browser import Axe, NewPage, narrow
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer

pytestmark = pytest.mark.database("sqlite")
NEW = "four plain words of mine"
PAGES = (
    "/account", "/account/activity", "/account/not-me", "/account/sign-ins", "/account/password", "/account/username",
    "/account/email", "/account/phone", "/account/phrase", "/account/step-up", "/profile", "/recognise", "/alarm",
)  # fmt: skip


@pytest.fixture
def house(live_server: LiveServer) -> House:
    return build_house(live_server.app())


def sign_in(page: Page, server: LiveServer, name: str, password: str) -> None:
    page.goto(server.page("/sign-in"))
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def mailed(page: Page, server: LiveServer, path: str) -> str:
    """The newest link that begins with `path` in the mailbox of this machine."""
    server.flask("run-day")
    page.goto(server.page("/mailbox"))
    link = str(page.locator(f"article a[href*='{path}']").first.get_attribute("href"))
    return server.page(link.removeprefix(server.url))


def ten_minutes_pass(house: House) -> None:
    """Let every sign-in be too old to count as a fresh proof."""
    from domain.transaction import transaction
    from models import SignIn

    with transaction() as session:
        session.execute(update(SignIn).values(created_at=datetime.now(UTC) - timedelta(minutes=11)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_ones_account_reads_well(
    live_server: LiveServer, house: House, new_page: NewPage, axe: Axe, scheme: str
) -> None:
    page = new_page("phone", scheme=scheme)
    sign_in(page, live_server, "bo", house.password("bo"))
    page.wait_for_url("**/dashboard")
    for path in PAGES:
        page.goto(live_server.page(path))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        axe(page)
        narrow(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_new_address_is_proved_again_confirmed_and_told(
    live_server: LiveServer, house: House, new_page: NewPage, javascript: bool
) -> None:
    page = new_page("phone", javascript=javascript)
    sign_in(page, live_server, "bo", house.password("bo"))
    page.wait_for_url("**/dashboard")
    ten_minutes_pass(house)
    page.goto(live_server.page("/account"))
    page.get_by_role("link", name="Change your e-mail address").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password", exact=True).fill("not this one, surely")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not right")
    page.get_by_label("Password", exact=True).fill(house.password("bo"))
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("New e-mail address").fill("bo@elsewhere.example")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_text("bo@elsewhere.example")).to_be_visible()
    page.goto(mailed(page, live_server, "/account/email/"))
    page.get_by_role("button", name="Yes, use this address").click()
    expect(page.get_by_text("Your e-mail address was changed.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("bo@elsewhere.example")
    page.get_by_role("link", name="Show the activity").click()
    expect(page.get_by_role("listitem").first).to_contain_text("E-mail address changed")


def test_somebody_elses_change_is_seen_in_the_mail_and_the_account_is_locked_and_opened_again(
    live_server: LiveServer, house: House, new_page: NewPage
) -> None:
    thief, owner = new_page("desktop"), new_page("phone")
    sign_in(thief, live_server, "bo", house.password("bo"))
    thief.wait_for_url("**/dashboard")
    thief.goto(live_server.page("/account/phone"))
    thief.get_by_label("Telephone").fill("+1 207 555 0199")
    thief.get_by_role("button", name="Save").click()
    thief.wait_for_url("**/account")

    owner.goto(mailed(owner, live_server, "/alarm/"))
    owner.get_by_role("button", name="It was not me: lock the account").click()
    expect(owner.get_by_role("heading", name="An account that was locked")).to_be_visible()
    thief.goto(live_server.page("/account"))
    thief.wait_for_url("**/sign-in?**")
    sign_in(thief, live_server, "bo", house.password("bo"))
    expect(thief.get_by_role("alert")).to_be_visible()

    owner.get_by_role("link", name="Choose a new password").click()
    owner.fill("[name=name]", "bo")
    owner.get_by_role("button", name=re.compile("link", re.IGNORECASE)).click()
    owner.goto(mailed(owner, live_server, "/recover/"))
    owner.fill("input[type=password]", NEW)
    owner.get_by_role("button", name="Set the new password").click()
    owner.wait_for_url("**/sign-in")
    sign_in(owner, live_server, "bo", NEW)
    expect(owner.get_by_role("heading", level=1)).to_be_visible()
