"""The look in a real browser: readable in both themes, at every width, with and without scripts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from tests.design.showroom import showroom

PAGES = ["home", "form", "table", "door", "broken"]
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Controls below 44 px of height; a tick or a round mark is pressed by its whole label.
SMALL = """() => [...document.querySelectorAll('button, a.button, input, select, textarea, summary, .tabs a, .bar a')]
  .filter(e => e.checkVisibility() && !['radio', 'checkbox', 'file'].includes(e.type) && !e.closest('.skip'))
  .filter(e => { const h = e.closest('.affix, .find')?.offsetHeight || e.offsetHeight; return h > 1 && h < 44 })
  .map(e => e.tagName + ' ' + e.textContent.trim().slice(0, 30) + ' ' + e.offsetHeight)"""


@pytest.fixture(scope="module")
def room() -> Iterator[Flask]:
    app = showroom()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    app.config["ADDRESS"] = f"http://127.0.0.1:{server.port}"
    yield app
    server.shutdown()
    thread.join()


@pytest.fixture
def visit(room: Flask) -> Callable[[Page, str], None]:
    room.extensions["posted"].clear()

    def go(page: Page, name: str) -> None:
        page.goto(f"{room.config['ADDRESS']}/{name}")

    return go


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["small", "phone", "desktop"])
def test_every_page_is_accessible_and_never_wider_than_the_screen(new_page, axe, visit, size, scheme) -> None:
    page = new_page(size, scheme=scheme)
    for name in PAGES:
        visit(page, name)
        expect(page.locator(".skeleton")).to_have_count(0)
        axe(page)
        assert page.evaluate(SIDEWAYS) == 0, name
        if size == "phone":
            assert page.evaluate(SMALL) == [], name


def test_wrong_input_is_named_beside_the_field_and_the_summary_takes_the_focus(phone, visit, axe) -> None:
    visit(phone, "form")
    phone.get_by_label("Another amount").last.fill("abc")
    phone.get_by_role("button", name="Check this payment").click()
    summary = phone.get_by_role("alert")
    expect(summary).to_be_focused()
    assert phone.get_by_label("Another amount").last.input_value() == "abc"
    summary.get_by_role("link", name="Pay from").click()
    expect(phone.get_by_label("Bank ••6789")).to_be_focused()
    expect(phone.get_by_label("I authorise this payment once.")).to_have_accessible_description(
        "Tick this to go on."
    )
    axe(phone)


def test_a_double_click_sends_a_form_once(room, phone, visit) -> None:
    visit(phone, "form")
    phone.get_by_role("button", name="Check this payment").dblclick()
    expect(phone.get_by_role("alert")).to_be_visible()
    assert len(room.extensions["posted"]) == 1


def test_a_double_click_sends_a_part_once_and_frees_the_button_afterwards(room, phone, visit) -> None:
    visit(phone, "form")
    button = phone.get_by_role("button", name="Send this")
    button.dblclick()
    expect(phone.locator("#answer .error-summary")).to_be_focused()
    expect(button).to_be_enabled()
    assert [sent["go"] for sent in room.extensions["posted"]] == ["part"]


def test_a_question_answered_with_no_leaves_the_form_ready(room, phone, visit) -> None:
    visit(phone, "form")
    phone.once("dialog", lambda question: question.dismiss())
    button = phone.get_by_role("button", name="Ask first")
    button.click()
    expect(button).to_be_enabled()
    assert room.extensions["posted"] == []


def test_a_lost_connection_is_said_without_claiming_that_nothing_was_sent(phone, visit, watch) -> None:
    watch.allow("Failed to fetch")
    visit(phone, "form")
    phone.route("**/part", lambda route: route.abort())
    phone.get_by_role("button", name="Send this").click()
    expect(phone.locator("#announce")).to_contain_text("Reload the page to see whether it went through")


def test_back_shows_a_form_that_can_be_sent_again(phone, visit) -> None:
    visit(phone, "form")
    phone.get_by_role("button", name="Check this payment").click()
    expect(phone.get_by_role("alert")).to_be_visible()
    phone.go_back()
    expect(phone.get_by_role("button", name="Check this payment")).to_be_enabled()


def test_a_figure_says_why_in_a_panel_and_on_a_page_of_its_own_without_scripts(
    phone, no_js, visit, axe
) -> None:
    visit(phone, "home")
    phone.get_by_role("link", name="$155.97").click()
    panel = phone.get_by_role("dialog")
    expect(panel).to_contain_text("33.11")
    axe(phone)
    phone.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    visit(no_js, "home")
    no_js.get_by_role("link", name="$155.97").click()
    assert no_js.url.endswith("/why")


def test_a_widget_fetches_itself_and_is_a_link_without_scripts(phone, no_js, visit) -> None:
    visit(phone, "home")
    expect(phone.locator("#news")).to_contain_text("Nothing unread.")
    visit(no_js, "home")
    expect(no_js.locator("#news").get_by_role("link", name="Messages")).to_be_visible()
    expect(no_js.locator("#news")).not_to_contain_text("Loading", use_inner_text=True)


def test_the_menus_open_without_scripts(no_js, visit) -> None:
    visit(no_js, "table")
    no_js.locator(".menu > summary").click()
    expect(no_js.get_by_role("button", name="Sign out")).to_be_visible()
    no_js.get_by_text("More").click()
    expect(no_js.locator(".tabs").get_by_role("link", name="Rent roll")).to_be_visible()


def test_a_table_shown_as_cards_is_still_a_table_to_a_screen_reader(phone, visit) -> None:
    visit(phone, "table")
    # Said in so many words: browsers differ in what they keep once a table is laid out as blocks.
    for part, role in {"table": "table", "thead th": "columnheader", "tbody tr": "row", "td": "cell"}.items():
        expect(phone.locator(f"#main {part}").first).to_have_attribute("role", role)
    expect(phone.get_by_role("cell", name="Tess Novak-Featherstonehaugh")).to_be_visible()


def test_a_slash_finds_the_search_unless_somebody_is_typing(desktop, visit) -> None:
    visit(desktop, "table")
    desktop.keyboard.press("/")
    search = desktop.get_by_role("searchbox")
    expect(search).to_be_focused()
    desktop.keyboard.type("a/b")
    expect(search).to_have_value("a/b")


def test_a_filter_sends_itself_and_stays_in_the_address(desktop, visit) -> None:
    visit(desktop, "table")
    desktop.get_by_label("Status").select_option("Late")
    desktop.wait_for_url("**/table?status=Late")


def test_a_password_can_be_looked_at(phone, visit) -> None:
    visit(phone, "form")
    box = phone.locator("#password")
    phone.get_by_role("button", name="Show password").click()
    expect(box).to_have_attribute("type", "text")
    phone.get_by_role("button", name="Hide password").click()
    expect(box).to_have_attribute("type", "password")


def test_the_choice_of_colours_is_kept(desktop, visit) -> None:
    visit(desktop, "home")
    desktop.locator(".menu > summary").click()
    desktop.get_by_role("button", name="Dark").click()
    visit(desktop, "form")
    expect(desktop.locator("html")).to_have_attribute("data-theme", "dark")
    expect(desktop.locator("body")).to_have_css("background-color", "rgb(15, 18, 17)")


def test_the_keyboard_reaches_the_content_first(desktop, visit) -> None:
    visit(desktop, "home")
    desktop.keyboard.press("Tab")
    expect(desktop.get_by_role("link", name="Skip to the content")).to_be_focused()
    desktop.keyboard.press("Enter")
    expect(desktop.locator("main")).to_be_focused()


def test_paper_shows_the_page_without_its_bars(desktop, visit) -> None:
    desktop.emulate_media(media="print")
    visit(desktop, "home")
    for part in (".bar", ".tabs", "[data-print]", ".pagination"):
        expect(desktop.locator(part).first).to_be_hidden()
    expect(desktop.locator(".test-mode")).to_be_visible()
    expect(desktop.get_by_role("table")).to_be_visible()


def test_bars_let_go_when_little_height_is_left(new_page, visit) -> None:
    page = new_page("small")
    page.set_viewport_size({"width": 320, "height": 256})
    visit(page, "table")
    expect(page.locator(".bar")).to_have_css("position", "static")
    expect(page.locator(".tabs")).to_have_css("position", "static")
