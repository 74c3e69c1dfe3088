"""Staff take chats; a customer and somebody unknown see it, wait at their open pages, and are answered there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from domain.actions.announcements import Draft, keep
from tests.browser.test_messages import Place, place  # noqa: F401
from tests.fixtures.agreements import scope_of
from tests.fixtures.browser import Axe, NewPage, narrow

pytestmark = pytest.mark.database("sqlite")


def test_somebody_unknown_is_seen_waiting_and_answered_on_the_page(
    place: Place,  # noqa: F811
    new_page: NewPage,
    axe: Axe,
) -> None:
    office = place.enter(new_page("desktop"), "/office/messages", "dana")
    bo = place.enter(new_page("phone"), f"/messages/{place.thread}", "bo")
    expect(bo.locator("#answering")).to_contain_text("Nobody is at the chat just now")
    office.get_by_role("button", name="Take chats").click()
    expect(office.locator("#chat")).to_contain_text("Bo Rivera", timeout=20_000)
    expect(bo.locator("#answering")).to_contain_text("Somebody is here now", timeout=30_000)

    stranger = new_page("phone")
    stranger.goto(place.server.page("/contact"))
    expect(stranger.locator("#answering")).to_contain_text("Somebody is here now")
    axe(stranger)
    narrow(stranger)
    for label, typed in (
        ("Your name", "Mo Unknown"), ("E-mail", "mo@example.net"), ("In a few words", "I cannot sign in"),
        ("Your message", "No code comes."),
    ):  # fmt: skip
        stranger.get_by_label(label, exact=True).fill(typed)
    stranger.get_by_role("button", name="Send").click()
    if "/contact/" not in stranger.url:  # typed faster than a person can
        stranger.get_by_role("button", name="Send").click()
    expect(stranger.locator(".said")).to_contain_text("No code comes.")
    axe(stranger)
    narrow(stranger)
    expect(office.locator("#chat")).to_contain_text("Mo Unknown", timeout=20_000)
    axe(office)
    office.locator("#chat").get_by_role("link", name="Mo Unknown").click()
    office.get_by_label("Your message").fill("Which number do you use?")
    office.get_by_role("button", name="Send", exact=True).click()
    expect(stranger.locator(".said .theirs")).to_contain_text("Which number do you use?", timeout=5_000)


def test_an_announcement_is_put_away_on_the_first_page_and_the_pages_hold_up(
    place: Place,  # noqa: F811
    new_page: NewPage,
    axe: Axe,
) -> None:
    house = place.house
    keep("a", Draft("Closed on Friday", "We are **back** on Monday.", house.now, weight="urgent"),
         who=scope_of(house, "adam"), now=house.now)  # fmt: skip
    bo = place.enter(new_page("phone"), "/dashboard", "bo")
    expect(bo.locator("#announcements")).to_contain_text("back on Monday")
    axe(bo)
    narrow(bo)
    bo.get_by_role("button", name="Put away").click()
    expect(bo.locator("#announcements")).to_be_hidden()
    for path in ("/announcements", "/contact", "/support-code"):
        bo.goto(place.server.page(path))
        axe(bo)
        narrow(bo)
    office = place.enter(new_page("desktop"), "/office/announcements", "adam")
    for path in ("/office/announcements", "/office/announcements/new", "/office/callers", "/office/hours"):
        office.goto(place.server.page(path))
        axe(office)
