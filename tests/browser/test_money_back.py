"""Giving money back in a real browser: the effect follows what is typed, and the pages hold up."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import sign_in
from tests.fixtures.browser import Axe, NewPage, narrow
from tests.fixtures.servers import LiveServer


def links(page: Page, start: str) -> list[str]:
    """The addresses of this page that begin with `start`, each once."""
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    return list(dict.fromkeys(address for address in found if address.startswith(start)))


def refundable(page: Page, server: LiveServer) -> None:
    """Go to the page of a payment of the demo that can be given back."""
    page.goto(server.page("/office/agreements"))
    for agreement in [one for one in links(page, "/office/agreements/") if one.count("/") == 3][:12]:
        page.goto(server.page(agreement))
        for payment in [one for one in links(page, "/office/payments/") if one.count("/") == 3][:4]:
            page.goto(server.page(payment))
            if page.get_by_role("link", name="Give money back").count():
                return
    raise AssertionError("the demo has no payment that can be given back")


@pytest.mark.slow
def test_a_refund_is_given_by_clicking_and_the_pages_hold_up(
    demo_server: LiveServer, new_page: NewPage, axe: Axe
) -> None:
    page = new_page("desktop")
    sign_in(page, demo_server, "adam")
    refundable(page, demo_server)
    for look in (axe, narrow):
        look(page)
    page.get_by_role("link", name="Give money back").click()
    page.fill("[name=amount]", "10")
    page.fill("[name=reason]", "agreed on the telephone")
    expect(page.locator("#effect")).to_contain_text("Before and after")
    for look in (axe, narrow):
        look(page)
    page.get_by_role("button", name="Check this refund").click()
    expect(page.locator("main")).to_contain_text("Give this back?")
    for look in (axe, narrow):
        look(page)
    page.get_by_role("button", name="Give back").click()
    expect(page.locator("main")).to_contain_text("agreed on the telephone")
    axe(page)
    page.goto(demo_server.page("/office/disputes"))
    for look in (axe, narrow):
        look(page)
