"""Two people at two browsers talk to each other: what one says stands on the other's page within two seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from domain.actions.canned_answers import keep
from tests.fixtures.agreements import open_agreement_for, scope_of
from tests.fixtures.browser import Axe, NewPage, Watch
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer
from tests.fixtures.talking import open_thread_for, png

pytestmark = pytest.mark.database("sqlite")


@dataclass
class Place:
    server: LiveServer
    house: House
    thread: str

    def enter(self, page: Page, path: str, who: str) -> Page:
        secret = self.house.sign_in(self.house.app.test_client(), who)
        page.context.add_cookies([{"name": "duebook", "value": secret, "url": self.server.url}])
        page.goto(self.server.page(path))
        return page

    def both(self, new_page: NewPage) -> tuple[Page, Page]:
        bo = self.enter(new_page("phone"), f"/messages/{self.thread}", "bo")
        return bo, self.enter(new_page("desktop"), f"/office/messages/{self.thread}", "dana")


@pytest.fixture
def place(live_server: LiveServer) -> Place:
    house = build_house(live_server.app())
    with live_server.app().app_context():
        thread = open_thread_for(house, "bo", open_agreement_for(house, "bo"), subject="My payment")
    return Place(live_server, house, thread)


def say(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".said .mine .text", has_text=text)).to_be_visible()


def test_two_browsers_talk_and_each_sees_the_other_within_two_seconds(
    place: Place, new_page: NewPage, axe: Axe
) -> None:
    bo, dana = place.both(new_page)
    waited = []
    for number in range(3):
        for here, there in ((dana, bo), (bo, dana)):
            words = f"Word {number} of {'Dana' if here is dana else 'Bo'}"
            say(here, words)
            begun = time.monotonic()
            expect(there.locator(".said .theirs .text", has_text=words)).to_be_visible(timeout=6_000)
            waited.append(time.monotonic() - begun)
            expect(here.get_by_label("Your message")).to_have_value("")
    assert sorted(waited)[len(waited) // 2] < 2.5, waited
    for page in (bo, dana):
        expect(page.locator(".said > li")).to_have_count(7)
        axe(page)


def test_a_note_never_reaches_the_customers_open_page(place: Place, new_page: NewPage) -> None:
    bo, dana = place.both(new_page)
    dana.get_by_label("Your message").fill("Be careful with him")
    dana.get_by_role("button", name="Keep as a note").click()
    expect(dana.locator(".said .note")).to_be_visible()
    say(dana, "Good morning")
    expect(bo.locator(".said .theirs .text", has_text="Good morning")).to_be_visible(timeout=6_000)
    assert "careful" not in bo.content()


def test_nothing_is_lost_or_sent_twice_when_the_line_drops(
    place: Place, new_page: NewPage, watch: Watch
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    watch.allow("Failed to fetch")
    bo, dana = place.both(new_page)
    bo.context.set_offline(True)
    bo.get_by_label("Your message").fill("Is anybody there?")
    bo.get_by_role("button", name="Send", exact=True).click()
    expect(bo.locator("#announce")).to_contain_text("press Send again, it is sent once only")
    expect(bo.get_by_label("Your message")).to_have_value("Is anybody there?")
    say(dana, "Yes, here")
    bo.context.set_offline(False)
    expect(bo.locator(".said .theirs .text", has_text="Yes, here")).to_be_visible(timeout=12_000)
    bo.get_by_role("button", name="Send", exact=True).click()
    expect(dana.locator(".said .theirs .text", has_text="Is anybody there?")).to_have_count(1, timeout=6_000)
    expect(bo.locator(".said .mine .text", has_text="Is anybody there?")).to_have_count(1)


def test_an_answer_takes_the_waiting_off_the_whole_page_at_once(place: Place, new_page: NewPage) -> None:
    _bo, dana = place.both(new_page)
    waiting = dana.locator("nav.links").get_by_role("link", name="Messages (1)")
    expect(waiting).to_have_count(1)
    expect(dana.locator("#facts")).to_contain_text("Waits since")
    say(dana, "It came today.")
    expect(dana.locator("#facts")).not_to_contain_text("Waits since", timeout=1_000)
    expect(waiting).to_have_count(0, timeout=1_000)
    expect(dana.locator("#facts")).to_have_count(1)


def test_a_ready_made_answer_leaves_what_was_typed_and_chosen(place: Place, new_page: NewPage) -> None:
    with place.house.app.app_context():
        keep(
            "days",
            "Days",
            "It takes five days.",
            "en",
            who=scope_of(place.house, "dana"),
            now=place.house.now,
        )
    dana = place.enter(new_page("desktop"), f"/office/messages/{place.thread}", "dana")
    dana.get_by_label("Your message").fill("Good morning.")
    dana.locator("summary", has_text="Add files").click()
    dana.locator("input[type=file]").set_input_files(
        {"name": "car.png", "mimeType": "image/png", "buffer": png()}
    )
    dana.get_by_label("Ready-made answer").select_option("Days")
    dana.get_by_role("button", name="Put it in").click()
    expect(dana.get_by_label("Your message")).to_have_value("Good morning.\n\nIt takes five days.")
    dana.get_by_role("button", name="Send", exact=True).click()
    expect(dana.get_by_alt_text("Picture: car.png")).to_be_visible()
    expect(dana.locator(".said .mine .text", has_text="It takes five days.")).to_be_visible()


def test_a_file_that_is_too_large_is_said_before_anything_is_sent(place: Place, new_page: NewPage) -> None:
    bo = place.enter(new_page("phone"), "/messages/new", "bo")
    bo.get_by_label("Your message").fill("The contract is here.")
    field = bo.locator("input[type=file]")
    field.set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"0" * 11_000_000})
    expect(bo.get_by_role("alert")).to_contain_text("Choose at most 10 MB a file")
    assert field.evaluate("field => field.files.length") == 0
    field.set_input_files({"name": "car.png", "mimeType": "image/png", "buffer": png()})
    assert field.evaluate("field => field.files.length") == 1
    expect(bo.get_by_role("alert")).to_have_count(0)
    expect(bo.get_by_label("Your message")).to_have_value("The contract is here.")


def test_without_scripts_one_writes_with_a_picture_and_reads_the_answer(
    place: Place, new_page: NewPage
) -> None:
    bo = place.enter(new_page("small", javascript=False), f"/messages/{place.thread}", "bo")
    bo.get_by_label("Your message").fill("A picture")
    bo.locator("summary", has_text="Add files").click()
    bo.locator("input[type=file]").set_input_files(
        {"name": "car.png", "mimeType": "image/png", "buffer": png()}
    )
    bo.get_by_role("button", name="Send", exact=True).click()
    expect(bo.get_by_alt_text("Picture: car.png")).to_be_visible()
    assert bo.evaluate("document.documentElement.scrollWidth") <= 320
