"""The form of a late-fee policy in a real browser: the calendar beside it follows what is typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import sign_in
from tests.fixtures.browser import Axe, NewPage, narrow
from tests.fixtures.servers import LiveServer

PATHS = (
    "/office/policies/new",
    "/office/legal-caps/new",
    "/office/returned-payment-fee",
    "/office/late-fees",
)


@pytest.mark.slow
def test_the_calendar_follows_what_is_typed_also_without_scripts_and_the_pages_hold_up(
    demo_server: LiveServer, new_page: NewPage, axe: Axe
) -> None:
    page = new_page("desktop")
    sign_in(page, demo_server, "adam")
    page.goto(demo_server.page("/office/policies/new"))
    page.fill("[name=name]", "Rent, standard")
    page.fill("[name=sample_due]", "2027-02-01")
    page.fill("[name=base1_amount]", "50")
    expect(page.locator("#calendar")).to_contain_text("5 Feb 2027")
    page.fill("[name=first_fee_offset]", "9")
    expect(page.locator("#calendar")).to_contain_text("10 Feb 2027")
    axe(page)

    plain = new_page("phone", javascript=False)
    plain.context.add_cookies(page.context.cookies())
    plain.goto(demo_server.page("/office/policies/new"))
    plain.fill("[name=sample_due]", "2027-02-01")
    plain.fill("[name=base1_amount]", "50")
    plain.get_by_role("button", name="Show the calendar").click()
    expect(plain.locator("#calendar")).to_contain_text("5 Feb 2027")
    expect(plain.locator("[name=base1_amount]")).to_have_value("50")

    for path in PATHS:
        _holds_up(page, demo_server.page(path), axe)


def _holds_up(page: Page, address: str, axe: Axe) -> None:
    for scheme, width in (("light", 1280), ("dark", 390)):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.goto(address)
        for details in page.locator("main details").all():
            details.evaluate("part => part.open = true")
        axe(page)
    narrow(page)
