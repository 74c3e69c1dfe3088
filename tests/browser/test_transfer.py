"""The page of bank transfers in a real browser: its code can be scanned, and it holds up on every screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from domain.rules.transfer_references import references_in
from tests.browser.test_portal import Place
from tests.fixtures.agreements import open_agreement_for
from tests.fixtures.browser import Axe, NewPage
from tests.fixtures.people import build_house
from tests.fixtures.servers import LiveServer

pytestmark = pytest.mark.settings(
    DUEBOOK_TRANSFER_NAME="Lena Lets B.V.",
    DUEBOOK_TRANSFER_IBAN="NL41MOCK0000000001",
    DUEBOOK_TRANSFER_BANK="First Bank",
)


@pytest.fixture
def euros(live_server: LiveServer) -> Place:
    house = build_house(live_server.app())
    return Place(live_server, house, open_agreement_for(house, "bo", age_days=14, currency="EUR"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bo_reads_where_to_send_money_and_scans_the_code(
    euros: Place, new_page: NewPage, axe: Axe, scheme: str
) -> None:
    page = new_page("phone", scheme=scheme)
    euros.enter(page, f"/agreements/{euros.ref}/transfer")
    expect(page.get_by_role("heading", name="Pay by bank transfer")).to_be_visible()
    code = page.get_by_alt_text(re.compile("QR code of this transfer"))
    expect(code).to_be_visible()
    assert code.evaluate("image => image.complete && image.naturalWidth > 100")
    assert len(references_in(page.locator("dl code").last.inner_text())) == 1
    axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
