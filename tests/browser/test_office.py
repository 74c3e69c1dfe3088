"""The office in a real browser: Dana at the desk, on a phone at the counter, in the dark, without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.agreements import open_agreement_for
from tests.fixtures.browser import Axe, NewPage
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer


@dataclass
class Office:
    server: LiveServer
    house: House
    ref: str

    def enter(self, page: Page, path: str = "/office", who: str = "dana") -> Page:
        """Open `path` in a browser in which this person is signed in."""
        secret = self.house.sign_in(self.house.app.test_client(), who)
        page.context.add_cookies([{"name": "duebook", "value": secret, "url": self.server.url}])
        page.goto(self.server.page(path))
        return page

    def taken(self) -> list[int]:
        from models import Payment, db

        with self.house.app.app_context():
            return [payment.amount_minor for payment in db.session.query(Payment)]


@pytest.fixture
def office(live_server: LiveServer) -> Office:
    """Harbor Motors served on a free port: Bo's Camry, a van that nobody is on yet."""
    house = build_house(live_server.app())
    ref = open_agreement_for(house, "bo", number="L-10042", age_days=40)
    open_agreement_for(house, None, number="L-10043", title="2018 Ford Transit")
    return Office(live_server, house, ref)


def say_amount(page: Page, amount: str) -> None:
    page.get_by_role("radio", name="Another amount").check()
    page.locator("#amount").fill(amount)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_dana_takes_cash_once_although_she_clicks_twice_and_goes_back(
    office: Office, new_page: NewPage, scripts: bool
) -> None:
    page = office.enter(new_page("phone", javascript=scripts), "/office/counter?q=rivera")
    page.get_by_role("link", name="Take a payment on L-10042").click()
    say_amount(page, "200")
    page.get_by_role("button", name="Check this payment").click()
    expect(page.get_by_role("heading", name="Check and take")).to_be_visible()
    assert office.taken() == []
    button = page.get_by_role("button", name="Take $200.00")
    button.dblclick() if scripts else button.click()
    expect(page.get_by_role("heading", name=re.compile("^Receipt R-"))).to_be_visible()
    assert office.taken() == [20_000]
    page.go_back()
    expect(page.get_by_role("heading", name="Taken already")).to_be_visible()
    assert office.taken() == [20_000]


def test_typing_an_amount_marks_it_and_the_effect_follows(office: Office, desktop: Page) -> None:
    page = office.enter(desktop, f"/office/agreements/{office.ref}/payments/new")
    page.locator("#amount").fill("250")
    expect(page.get_by_role("radio", name="Another amount")).to_be_checked()
    expect(page.locator("#effect")).to_contain_text("What $250.00 would do")
    page.get_by_role("radio", name="Everything due now").check()
    expect(page.locator("#effect")).to_contain_text("another choice is marked")
    assert office.taken() == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_dana_puts_somebody_new_on_an_agreement_and_mails_the_link(
    office: Office, new_page: NewPage, scripts: bool
) -> None:
    page = office.enter(new_page("phone", javascript=scripts), "/office/agreements?person=without")
    page.get_by_role("link", name="L-10043").click()
    page.get_by_role("link", name="Add a person").click()
    page.locator("#name").fill("Ann Bell")
    page.locator("#email").fill("ann")
    page.get_by_role("button", name="Add this person").click()
    expect(page.locator(".error-summary")).to_contain_text("whole mail address")
    page.locator("#email").fill("ann@example.org")
    page.get_by_role("button", name="Add this person").click()
    expect(page.get_by_text("The link to their account was mailed to a•••@example.org.")).to_be_visible()
    page.get_by_role("link", name="Ann Bell").first.click()
    expect(page.get_by_text("It can be sent again at")).to_be_visible()


def test_the_keyboard_reaches_the_search_and_a_number_leads_straight_there(
    office: Office, desktop: Page
) -> None:
    page = office.enter(desktop)
    page.keyboard.press("/")
    page.keyboard.type("l-10042")
    page.keyboard.press("Enter")
    expect(page).to_have_url(office.server.page(f"/office/agreements/{office.ref}"))


def test_a_list_narrows_while_typing_and_keeps_it_in_its_address(office: Office, desktop: Page) -> None:
    page = office.enter(desktop, "/office/agreements")
    page.locator("#q").fill("transit")
    expect(page.locator("#agreements tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=transit"))
    page.get_by_role("link", name="Balance").click()
    expect(page).to_have_url(re.compile(r"q=transit&sort=balance"))
    page.get_by_role("link", name="L-10043").click()
    page.go_back()
    expect(page.get_by_role("heading", name="Agreements", exact=True)).to_be_visible()
    expect(page.locator("#agreements tbody tr")).to_have_count(1)


def test_contact_is_changed_in_place(office: Office, desktop: Page) -> None:
    page = office.enter(desktop, f"/office/people/{office.house.person('bo')}")
    address = page.url
    page.get_by_role("link", name="Change").click()
    page.locator("#phone").fill("+1 555 0199")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The contact details were saved.")).to_be_visible()
    expect(page.locator("#contact")).to_contain_text("+1 555 0199")
    assert page.url == address


def test_the_desk_fills_itself(office: Office, desktop: Page) -> None:
    page = office.enter(desktop)
    expect(page.locator("#late")).to_contain_text("L-10042")
    expect(page.locator("#book")).to_contain_text("Active agreements")
    expect(page.locator("#notices")).to_contain_text("Nothing needs a look")
    expect(page.locator(".skeleton")).to_have_count(0)


def test_why_opens_beside_the_figure(office: Office, desktop: Page, axe: Axe) -> None:
    page = office.enter(desktop, f"/office/agreements/{office.ref}")
    page.locator("a.why").first.click()
    expect(page.locator("#why")).to_be_visible()
    expect(page.locator("#why-body")).to_contain_text("Rule")
    axe(page)


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark"), ("small", "light")])
def test_every_page_of_the_office_is_accessible_and_fits(
    office: Office, new_page: NewPage, axe: Axe, size: str, scheme: str
) -> None:
    from datetime import UTC, datetime

    from domain.actions import counter
    from tests.fixtures.agreements import clock_today, scope_of

    who = scope_of(office.house, "dana")
    counter.take(
        office.ref, 15_597, "cash", "cash-1", who=who, today=clock_today(office.house), now=datetime.now(UTC)
    )
    agreement, bo = f"/office/agreements/{office.ref}", f"/office/people/{office.house.person('bo')}"
    page = office.enter(new_page(size, scheme=scheme))
    query = "choice=other&amount=x&instrument=cash"
    for path in (
        "/office", "/office/people", "/office/people/new", bo, f"{bo}/contact/edit", "/office/agreements",
        "/office/past-due", agreement, f"{agreement}/schedule", f"{agreement}/why/payoff", f"{agreement}/journal",
        f"{agreement}/journal/2/why", f"{agreement}/people/new?q=tess", f"{agreement}/payments/new",
        f"{agreement}/payments/review?{query}", f"{agreement}/people/new?person={office.house.person('tess')}",
        "/office/payments/cash-1", "/office/counter?q=l-", "/office/search?q=rivera", "/office/search?q=zzz",
    ):  # fmt: skip
        page.goto(office.server.page(path))
        page.wait_for_load_state("networkidle")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_landlord_has_a_desk_without_the_business(office: Office, phone: Page, axe: Axe) -> None:
    page = office.enter(phone, who="lena")
    expect(page.get_by_role("link", name="Show my properties")).to_be_visible()
    expect(page.get_by_role("link", name="People")).to_have_count(0)
    axe(page)
