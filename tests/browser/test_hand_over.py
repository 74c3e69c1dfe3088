"""A lease is handed over at the counter: Nora scans, gets her account, signs, and finds the way on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_documents import Street, sign
from tests.fixtures.agreements import clock_today, scope_of
from tests.fixtures.browser import Axe, NewPage, narrow
from tests.fixtures.servers import LiveServer

pytestmark = pytest.mark.database("sqlite")


def newcomer(street: Street) -> str:
    """Nora, a third tenant without an account, whose signature the lease waits for."""
    from domain.actions import people

    house = street.house
    ref = people.create_person("Nora Vance", "nora@example.org", by="test", now=house.now)
    people.assign(
        street.flat.agreement,
        person_ref=ref,
        role="joint",
        by="test",
        today=clock_today(house),
        now=house.now,
    )
    dana = street.enter("dana", f"/office/agreements/{street.flat.agreement}/documents", "desktop")
    dana.get_by_role("link", name="Residential lease").click()
    for name in ("Tess Okafor", "Bo Rivera", "Lena Fischer", "Harbor Motors"):
        dana.get_by_label(f"{name} ·").uncheck()
    dana.get_by_role("button", name="Write it").click()
    dana.get_by_role("button", name="Send it to be signed").click()
    expect(dana.get_by_text("Out for signatures")).to_be_visible()
    return ref


@pytest.mark.parametrize(("scheme", "scripts"), [("light", True), ("dark", False)])
def test_a_newcomer_leaves_the_counter_with_an_account_and_their_signature_given(
    live_server: LiveServer, new_page: NewPage, axe: Axe, scheme: str, scripts: bool
) -> None:
    from domain.actions import hand_over

    street = Street(live_server, new_page)
    person = newcomer(street)
    desk = f"/office/agreements/{street.flat.agreement}/hand-over"
    dana = street.enter("dana", desk, "desktop", scheme=scheme)
    axe(dana)
    dana.get_by_role("region", name="Nora Vance").get_by_role("button", name="Show the code").click()
    expect(dana.get_by_role("img", name="QR code for the phone of Nora Vance")).to_be_visible()
    axe(dana)

    code = hand_over.begin(
        street.flat.agreement, person, who=scope_of(street.house, "dana"), now=street.house.now,
        base_url=live_server.url,
    )  # fmt: skip
    nora: Page = new_page("phone", scheme=scheme, javascript=scripts)
    nora.goto(code)
    nora.get_by_label("Password", exact=True).fill("9f2c-7712-aa01-quay")
    nora.get_by_role("button", name="Set up my account").click()
    expect(nora.get_by_role("heading", name="Your first steps")).to_be_visible()
    if scripts:
        axe(nora)
        narrow(nora)
    nora.get_by_role("link", name="Read and sign: Residential lease").click()
    sign(nora, "Nora Vance")
    nora.get_by_role("link", name="Back to your first steps").click()
    expect(nora.get_by_text("You have signed everything.")).to_be_visible()
    nora.get_by_role("link", name="Add a way to pay").click()
    expect(nora.get_by_role("link", name="Back to your first steps")).to_be_visible()
    nora.get_by_role("link", name="Back to your first steps").click()
    nora.get_by_role("button", name="That is enough for now").click()
    expect(nora.get_by_text("You can do the rest at any time")).to_be_visible()
    expect(nora.get_by_role("link", name="Back to your first steps")).to_have_count(0)

    dana.goto(live_server.page(desk))
    expect(dana.get_by_role("region", name="Nora Vance")).to_contain_text("Has an account")
    expect(dana.get_by_role("region", name="Nora Vance")).to_contain_text("Nothing to sign")
