"""The portal answers as localhost and as 127.0.0.1, which browsers hold apart: both must lead to a paid installment."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import sign_in
from tests.fixtures.browser import NewPage
from tests.fixtures.servers import LiveServer, Serve


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_a_method_is_added_and_confirmed_under_the_name_the_visitor_used(
    name: str, serve: Serve, new_page: NewPage
) -> None:
    server: LiveServer = serve()
    server.flask("demo")
    server.url = server.url.replace("localhost", name)
    page = new_page("phone")
    sign_in(page, server, "bo")
    page.goto(server.page("/methods"))
    page.get_by_role("button", name="Add a bank account or card").click()
    page.locator("input[value=card_confirm]").check()
    page.locator("button.main").click()
    page.get_by_role("button", name="Save it", exact=True).click()
    page.get_by_role("main").get_by_text("3220").first.wait_for()
    page.goto(server.page("/dashboard"))
    page.get_by_role("main").get_by_role("link", name=re.compile("^Pay.*Camry")).click()
    page.get_by_label(re.compile("3220")).check()
    page.get_by_role("button", name="Check this payment").click()
    page.get_by_label("I allow").check()
    page.get_by_role("button", name=re.compile(r"^Pay \$")).click()
    page.get_by_role("link", name="Go on and confirm").click()
    page.locator("button.main").click()
    expect(page.get_by_role("heading", name="Settled on")).to_be_visible()
    assert page.url.startswith(server.url)
