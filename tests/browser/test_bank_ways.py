"""Each way to pay by files for a bank, clicked through: the account typed, the permission given, the file made, taken
and handed over, the bank's answers handed in, and what the payer and the office read afterwards.

US and SEPA files go to mock-bank, a bank of somebody else's making. For Bacs there is none: its reports are doubles of
ours, written after what service users have published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from domain.actions import batch_settling
from domain.rules.business_days import next_business_day
from tests.fixtures.ach import ACH
from tests.fixtures.agreements import open_agreement_for
from tests.fixtures.bank import StartBank
from tests.fixtures.browser import NewPage
from tests.fixtures.direct_debits import BACS, SEPA, SEPA_ACCOUNT, UK_ACCOUNT
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer, start_server
from tests.gateways.ach_file.conftest import return_file
from tests.gateways.bacs_file.test_reader import arudd, item

# Files never leave before the real day, so the stories are of one that is long to come.
MONDAY = date(2040, 3, 5)
ONE_DAY = timedelta(days=1)
XML = "application/xml"
# The hour is the real one, so the cut-off of these stories is the end of the day.
DAY = {"DUEBOOK_TODAY": str(MONDAY)}
pytestmark = pytest.mark.slow


@dataclass
class Story:
    """Bo and Dana in two browsers, and the business on a day."""

    server: LiveServer
    house: House
    bo: Page
    dana: Page
    gateway: str
    folder: Path
    today: date = MONDAY

    def enter(self, page: Page, who: str) -> None:
        secret = self.house.sign_in(self.house.app.test_client(), who)
        page.context.add_cookies([{"name": "duebook", "value": secret, "url": self.server.url}])

    def on(self, day: date) -> None:
        """Let the business stand on another day; what is due then settles, as the timetable would do it."""
        self.server.program.kill()
        settings = self.server.settings | {"DUEBOOK_TODAY": str(day)}
        self.server = start_server(settings, self.folder / f"log-{day}")
        self.today = day
        self.house.app.extensions["clock"] = replace(self.house.app.extensions["clock"], pinned=day)
        with self.house.app.app_context():
            batch_settling.settle_due(today=day, now=self.house.now)

    def see(self, page: Page, path: str) -> Page:
        page.goto(self.server.page(path))
        return page

    def add_account(self, number: str, routing: str = "") -> None:
        page = self.see(self.bo, f"/methods/accounts/{self.gateway}")
        if routing:
            page.locator("[name=routing]").fill(routing)
        page.locator("[name=number]").fill(number)
        page.locator("[name=again]").fill(number)
        if self.gateway == "ach_file":
            page.get_by_label("Checking").check()
        page.get_by_label("Mine, in my name").check()
        page.get_by_role("button", name="Add this account").click()
        page.wait_for_url("**/methods")
        assert number not in page.content()
        expect(page.get_by_text(f"••{number[-4:]}").first).to_be_visible()

    def pay(self, agreement: str) -> str:
        """Bo pays what is due and allows the debit; the address of the payment."""
        page = self.see(self.bo, f"/agreements/{agreement}/payments/new")
        page.get_by_role("button", name="Check this payment").click()
        page.get_by_label("I allow Harbor Motors to take").check()
        page.get_by_role("button", name=re.compile("^(Pay|Plan) ")).click()
        page.wait_for_url(re.compile(r"/payments/[\w-]{16,}$"))
        return page.url.removeprefix(self.server.url)

    def make_file(self) -> tuple[str, bytes]:
        """Dana makes the file, takes it and says that the bank has it; its address and its bytes."""
        page = self.see(self.dana, f"/office/batches/new/{self.gateway}")
        page.get_by_role("button", name="Make the file").click()
        expect(page.get_by_text("Ready for the bank")).to_be_visible()
        address = page.url.removeprefix(self.server.url)
        return address, self.take_file(address)

    def take_file(self, address: str) -> bytes:
        page = self.see(self.dana, address)
        with self.dana.expect_download() as download:
            page.get_by_role("button", name="Download the file").click()
        page.reload()
        expect(page.get_by_text("Last downloaded on")).to_be_visible()
        expect(page.get_by_text("the bank may have it")).to_be_visible()
        page.get_by_role("button", name="The bank has it").click()
        expect(page.get_by_text("With the bank").first).to_be_visible()
        return download.value.path().read_bytes()

    def hand_in(self, content: str | bytes, name: str, did: str = "Done") -> None:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        page = self.see(self.dana, "/office/bank-files/new")
        page.locator("input[type=file]").set_input_files(path)
        page.locator("main form button").last.click()
        page.wait_for_url("**/office/bank-files/*")
        expect(page.locator("main")).to_contain_text(did)

    def reads(self, page: Page, path: str, words: str) -> None:
        expect(self.see(page, path).locator("main")).to_contain_text(words)

    def ties_out(self) -> None:
        expect(self.see(self.dana, "/office/tie-out").get_by_text("It ties out")).to_be_visible()


@pytest.fixture
def begin(live_server: LiveServer, new_page: NewPage, tmp_path: Path) -> Iterator[Callable[[str], Story]]:
    stories: list[Story] = []

    def start(gateway: str) -> Story:
        house = build_house(live_server.app())
        story = Story(live_server, house, new_page("phone"), new_page("desktop"), gateway, tmp_path)
        story.enter(story.bo, "bo")
        story.enter(story.dana, "dana")
        stories.append(story)
        return story

    yield start
    for story in stories:
        story.server.program.kill()


def trace_of(house: House, payment: str) -> str:
    from sqlalchemy import select

    from models import BatchLine, Payment, db

    with house.app.app_context():
        query = select(BatchLine.trace).join(Payment, Payment.id == BatchLine.payment_id)
        return db.session.scalars(query.where(Payment.ref == payment.rsplit("/", 1)[-1])).one()


@pytest.mark.settings(**(ACH | DAY | {"DUEBOOK_ACH_CUT_OFF": "23:59:59", "DUEBOOK_ACH_VERIFY": "none"}))
def test_us_debits_settle_come_back_and_are_corrected(
    begin: Callable[[str], Story], start_bank: StartBank
) -> None:
    story = begin("ach_file")
    bank = start_bank(clock=f"{MONDAY}T12:00")
    bank.ach_account(name="HARBOR MOTORS")
    story.add_account("000123456789", "021000021")
    first, second = (open_agreement_for(story.house, "bo", age_days=14) for _ in range(2))
    stays, comes_back = story.pay(first), story.pay(second)
    address, content = story.make_file()
    assert bank.findings(content) == []
    assert bank.pay(content)["status"] == "ACCP"
    story.reads(story.bo, stays, "Sent to your bank")

    numbers = [found.strip() for found in re.findall(r"L-[\w-]+", content.decode())]
    bank.refuse(numbers[1], "R01")
    bank.advance(str(MONDAY + 3 * ONE_DAY))
    [returns] = bank.messages("nacha.return")
    story.on(MONDAY + 3 * ONE_DAY)
    story.hand_in(returns, "returns.ach")
    story.hand_in(
        return_file([("C01", trace_of(story.house, stays), 0)], corrected="555000111222"), "noc.ach"
    )
    story.reads(story.bo, stays, "Your bank can still return it until")
    story.reads(story.bo, comes_back, "There was not enough money in the bank account.")
    story.reads(story.dana, address, "Sent back (R01)")
    story.reads(story.bo, "/methods", "••1222")
    story.ties_out()


@pytest.mark.settings(**(SEPA | DAY | {"DUEBOOK_SEPA_CUT_OFF": "23:59:59"}))
def test_sepa_debits_settle_and_come_back(begin: Callable[[str], Story], start_bank: StartBank) -> None:
    story = begin("sepa_file")
    bank = start_bank(clock=f"{MONDAY}T09:00")
    story.add_account(SEPA_ACCOUNT.number)
    payment = story.pay(open_agreement_for(story.house, "bo", age_days=14, currency="EUR"))
    address, content = story.make_file()
    assert bank.findings(content, XML) == []
    assert bank.pay(content, XML)["status"] == "ACCP"
    for answer in bank.messages("pain.002.001.10"):
        story.hand_in(answer, "pain002.xml", "Noted")
    story.reads(story.dana, address, "Taken by the bank")
    settled_on = next_business_day(MONDAY, 3, "XECB")
    story.on(settled_on)
    story.reads(story.bo, payment, "Your bank can still return it until")
    bank.advance(str(MONDAY + 7 * ONE_DAY))
    bank.refuse(trace_of(story.house, payment), "MD06")
    bank.advance(str(MONDAY + 8 * ONE_DAY))
    story.on(MONDAY + 8 * ONE_DAY)
    for notice in bank.messages("camt.054.001.08"):
        story.hand_in(notice, "camt054.xml", "line")
    story.reads(story.dana, address, "Sent back (MD06)")
    story.reads(story.bo, payment, "You had your bank give this debit back.")
    story.ties_out()


@pytest.mark.settings(**(BACS | DAY | {"DUEBOOK_BACS_CUT_OFF": "23:59:59"}))
def test_uk_debits_wait_for_their_instruction_and_come_back_by_report(begin: Callable[[str], Story]) -> None:
    story = begin("bacs_file")
    story.add_account(UK_ACCOUNT.number, UK_ACCOUNT.routing)
    story.reads(story.bo, "/methods", "Being confirmed")
    _address, instruction = story.make_file()
    assert instruction.split(b"\r\n")[4][15:17] == b"0N"
    proved = next_business_day(MONDAY, 5, "GB")
    story.on(proved)
    payment = story.pay(open_agreement_for(story.house, "bo", age_days=14, currency="GBP"))
    address, content = story.make_file()
    assert content.split(b"\r\n")[4][15:17] == b"01"

    ref, processed, pence = trace_of(story.house, payment).split("/")
    day = date.fromordinal(date(2000 + int(processed[:2]), 1, 1).toordinal() + int(processed[2:]) - 1)
    pounds = f"{pence[:-2]}.{pence[-2:]}"
    report = arudd(item(ref, pounds, "0"), total=pounds)
    report = report.replace(b"2026-11-24", str(day).encode())
    told = next_business_day(day, 2, "GB")
    story.on(next_business_day(told, 1, "GB"))
    story.hand_in(report.replace(b"2026-11-26", str(told).encode()), "arudd.xml")
    story.reads(story.dana, address, "Sent back (ARUDD-0)")
    story.reads(story.bo, payment, "not enough money")
    story.ties_out()
