"""A day of Dana's: cash with change, a check, a call, a card by link, the drawer counted and carried to the bank."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.ach import ACH, save_account
from tests.fixtures.agreements import open_agreement_for
from tests.fixtures.browser import Axe, NewPage
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer

pytestmark = pytest.mark.settings(**ACH)


@dataclass
class Desk:
    server: LiveServer
    house: House
    camry: str
    boat: str

    def enter(self, page: Page, path: str, who: str = "dana") -> Page:
        secret = self.house.sign_in(self.house.app.test_client(), who)
        page.context.add_cookies([{"name": "duebook", "value": secret, "url": self.server.url}])
        page.goto(self.server.page(path))
        return page

    def taken(self) -> list[tuple[str, str, int]]:
        from models import Payment, db

        with self.house.app.app_context():
            rows = db.session.query(Payment).order_by(Payment.id)
            return [(row.channel, row.instrument, row.amount_minor) for row in rows]


@pytest.fixture
def desk(live_server: LiveServer) -> Desk:
    """Harbor Motors on a free port: Bo's Camry and his boat, both with 155.97 due, and his bank account."""
    house = build_house(live_server.app())
    camry = open_agreement_for(house, "bo", number="L-1", age_days=14)
    boat = open_agreement_for(house, "bo", number="L-2", title="A boat", age_days=14)
    save_account(house, "bo")
    return Desk(live_server, house, camry, boat)


def press(page: Page, name: str | re.Pattern[str], scripts: bool = True) -> None:
    button = page.get_by_role("button", name=name)
    button.dblclick() if scripts else button.click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_cash_a_check_and_the_drawer(desk: Desk, new_page: NewPage, scripts: bool) -> None:
    page = desk.enter(new_page("phone", javascript=scripts), f"/office/agreements/{desk.camry}/payments/new")

    # Cash: less than the amount is refused beside its field, more gives the change.
    page.get_by_label(re.compile("^Cash given")).fill("150")
    page.get_by_role("button", name="Check this payment").click()
    expect(page.locator("#given-error")).to_contain_text("$150.00 is less than the $155.97 to be paid")
    page.get_by_label(re.compile("^Cash given")).fill("200")
    page.get_by_role("button", name="Check this payment").click()
    expect(page.get_by_text("Give back $44.03.")).to_be_visible()
    press(page, "Take $155.97", scripts)
    expect(page.get_by_role("heading", name=re.compile("^Receipt R-"))).to_be_visible()

    # A check for the boat: its number is asked for, and shows on the receipt.
    page.goto(desk.server.page(f"/office/agreements/{desk.boat}/payments/new"))
    page.get_by_role("radio", name="Personal check").check()
    page.get_by_role("button", name="Check this payment").click()
    expect(page.locator("#number-error")).to_contain_text("Enter the number of the check.")
    page.get_by_label(re.compile("^Number of the check")).fill("1042")
    page.get_by_role("button", name="Check this payment").click()
    press(page, "Take $155.97", scripts)
    expect(page.get_by_text("#1042")).to_be_visible()
    assert desk.taken() == [("counter", "cash", 15_597), ("counter", "check", 15_597)]

    # The drawer: a coin is missing, so it asks why; then all of it goes to the bank.
    page.goto(desk.server.page("/office/drawer"))
    page.get_by_role("link", name="Count the drawer").click()
    page.get_by_label("$100.00", exact=True).fill("1")
    page.get_by_label("$50.00", exact=True).fill("1")
    page.get_by_label("$5.00", exact=True).fill("1")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text(re.compile(r"\$0\.97 is missing"))).to_be_visible()
    press(page, "Keep this count", scripts)
    expect(page.locator("#note-error")).to_contain_text("Say why there is a difference")
    page.locator("#note").fill("a coin rolled away")
    press(page, "Keep this count", scripts)
    expect(page.get_by_text("a coin rolled away").first).to_be_visible()
    page.get_by_role("link", name="To or from the bank").click()
    page.get_by_label(re.compile("^Cash")).fill("155")
    press(page, "Write the slip", scripts)
    expect(page.get_by_role("heading", name="Deposit slip")).to_be_visible()
    expect(page.get_by_text("$310.97").first).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_call_is_taken_in_the_words_that_were_read(desk: Desk, new_page: NewPage, scripts: bool) -> None:
    page = desk.enter(
        new_page("desktop", javascript=scripts, scheme="dark"), f"/office/agreements/{desk.camry}/phone"
    )
    page.get_by_role("checkbox", name="Named the address on file").check()
    page.get_by_role("button", name="On to what is read aloud").click()
    expect(page.get_by_role("alert")).to_contain_text("at least 2 of these have to be right")
    page.get_by_role("checkbox", name="Named the day or amount of the last payment").check()
    page.get_by_role("button", name="On to what is read aloud").click()
    expect(page.get_by_text("Do you agree?")).to_be_visible()
    press(page, "Take $155.97", scripts)
    expect(page.locator("#said-error")).to_contain_text("Only with the caller's yes")
    page.get_by_role("checkbox", name=re.compile("the caller said yes")).check()
    press(page, "Take $155.97", scripts)
    expect(page.get_by_role("heading", name="Taken by telephone")).to_be_visible()
    assert desk.taken() == [("phone", "bank", 15_597)]
    page.reload()
    page.get_by_role("link", name="See the payment").click()
    expect(page.get_by_text("By telephone with")).to_be_visible()
    assert desk.taken() == [("phone", "bank", 15_597)]


def test_a_card_by_telephone_is_a_link_that_is_paid_while_the_caller_waits(
    desk: Desk, new_page: NewPage
) -> None:
    page = desk.enter(new_page("phone"), f"/office/agreements/{desk.camry}/phone")
    page.get_by_role("checkbox", name="Named the address on file").check()
    page.get_by_role("checkbox", name="Was called back at the number on file").check()
    page.get_by_role("radio", name="By card: send a link during the call").check()
    page.get_by_role("button", name="On to what is read aloud").click()
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_text("Not paid yet.")).to_be_visible()
    assert desk.taken() == []
    page.get_by_role("button", name="Send it to the address on file").click()
    expect(page.get_by_text("The link is on its way to the caller.")).to_be_visible()


def test_two_agreements_are_taken_with_one_change(desk: Desk, new_page: NewPage) -> None:
    page = desk.enter(new_page("phone", scheme="dark"), f"/office/people/{desk.house.person('bo')}")
    page.get_by_role("link", name="Take a payment for several").click()
    page.get_by_label(re.compile("^Cash given")).fill("320")
    page.get_by_role("button", name="Check this payment").click()
    expect(page.get_by_text("Give back $8.06.")).to_be_visible()
    press(page, "Take $311.94")
    expect(page.get_by_role("heading", name="Receipts")).to_be_visible()
    assert desk.taken() == [("counter", "cash", 15_597), ("counter", "cash", 15_597)]


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark"), ("small", "light")])
def test_every_page_of_the_counter_is_accessible_and_fits(
    desk: Desk, new_page: NewPage, axe: Axe, size: str, scheme: str
) -> None:
    page = desk.enter(new_page(size, scheme=scheme), "/office/counter")
    camry, bo = f"/office/agreements/{desk.camry}", f"/office/people/{desk.house.person('bo')}"
    person = f"person={desk.house.person('bo')}"
    for path in (
        "/office/counter", f"{camry}/payments/new", f"{camry}/payments/review?choice=other&instrument=terminal",
        "/office/drawer", "/office/drawer/counts/new", "/office/drawer/counts/review?p100=x",
        "/office/bank-deposits/new",
        f"{bo}/payments/new", f"{bo}/payments/review?instrument=check", f"{camry}/phone",
        f"{camry}/phone/review?{person}",
        f"{camry}/phone/account/ach_file?{person}",
    ):  # fmt: skip
        page.goto(desk.server.page(path))
        page.wait_for_load_state("networkidle")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
