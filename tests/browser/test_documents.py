"""A lease is written at the office, signed by two tenants and the landlord on their phones, kept, and verified."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import Axe, NewPage
from tests.fixtures.documents import file_of, lease_of
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.safety("L26")]


class Street:
    def __init__(self, server: LiveServer, new_page: NewPage) -> None:
        self.server, self.new_page = server, new_page
        self.house: House = build_house(server.app())
        self.flat = lease_of(self.house, "tess", "bo")

    def enter(self, who: str, path: str, size: str = "phone", **wishes: bool) -> Page:
        page = self.new_page(size, **wishes)
        secret = self.house.sign_in(self.house.app.test_client(), who)
        page.context.add_cookies([{"name": "duebook", "value": secret, "url": self.server.url}])
        page.goto(self.server.page(path))
        return page


def sign(page: Page, name: str) -> None:
    page.get_by_label("I agree to do this on a screen").check()
    page.get_by_label("I have read").check()
    page.get_by_label("Your name, as your signature").fill(name)
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("You have signed.")).to_be_visible()


def test_a_lease_is_written_signed_by_three_on_phones_kept_and_verified(
    live_server: LiveServer, new_page: NewPage, axe: Axe, tmp_path: Path
) -> None:
    street = Street(live_server, new_page)
    dana = street.enter("dana", f"/office/agreements/{street.flat.agreement}", "desktop")
    dana.get_by_role("link", name="Documents").click()
    dana.get_by_role("link", name="Residential lease").click()
    dana.get_by_label("Harbor Motors · For the business").uncheck()
    axe(dana)
    dana.get_by_role("button", name="Write it").click()
    dana.get_by_role("button", name="Send it to be signed").click()
    expect(dana.get_by_text("Out for signatures")).to_be_visible()
    axe(dana)
    ref = dana.url.rpartition("/")[2]

    tess = street.enter("tess", "/dashboard")
    tess.get_by_role("link", name="Read and sign").click()
    expect(tess.get_by_role("heading", name="The deposit")).to_have_count(0)
    expect(tess.get_by_text("$1,200.00").first).to_be_visible()
    axe(tess)
    assert tess.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sign(tess, "Tess Okafor")

    bo = street.enter("bo", "/documents", javascript=False)
    bo.get_by_role("link", name="Read and sign").click()
    bo.get_by_label("Your name, as your signature").fill("Bo")
    bo.get_by_role("button", name="Sign", exact=True).click()
    expect(bo.get_by_role("alert")).to_contain_text("Agree to sign on a screen first")
    expect(bo.get_by_label("Your name, as your signature")).to_have_value("Bo")
    sign(bo, "Bo Rivera")

    lena = street.enter("lena", f"/office/documents/{ref}")
    axe(lena)
    sign(lena, "Lena Fischer")

    tess.reload()
    expect(tess.get_by_text("Everybody has signed")).to_be_visible()
    copy = tmp_path / "lease.pdf"
    link = tess.get_by_role("link", name="Signed copy (PDF)").get_attribute("href")
    copy.write_bytes(tess.request.get(street.server.page(link)).body())
    assert copy.read_bytes() == file_of(street.house, ref, signed=True)

    anybody = new_page("phone")
    anybody.goto(street.server.page("/verify"))
    anybody.get_by_label("The PDF file").set_input_files(copy)
    anybody.get_by_role("button", name="Check it").click()
    expect(anybody.get_by_text("It is ours and unchanged")).to_be_visible()
    for name in ("Tess Okafor", "Bo Rivera", "Lena Fischer"):
        expect(anybody.get_by_text(name)).to_be_visible()
    axe(anybody)
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(copy.read_bytes().replace(b"obj", b"Obj", 1))
    anybody.get_by_label("The PDF file").set_input_files(changed)
    anybody.get_by_role("button", name="Check it").click()
    expect(anybody.get_by_text("This is not one of our documents")).to_be_visible()
