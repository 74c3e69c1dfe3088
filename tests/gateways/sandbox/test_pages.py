"""The hosted pages, read with a plain HTTP client: what they show, and what they never give away."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from werkzeug.test import Client

from gateways.base import GatewayRefused
from gateways.sandbox.catalogue import METHODS
from gateways.sandbox.client import EmbeddedSandbox
from tests.fixtures.hosted_pages import ENGLISH, ask, guarded
from tests.gateways.conftest import HOME, NOW, RETURN_URL


class Reader(HTMLParser):
    """Collects the elements of a page, and whatever our policy would block."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def begin(sandbox: EmbeddedSandbox, name: str = "Bo", return_url: str = RETURN_URL) -> tuple[str, str]:
    setup_ref = secrets.token_urlsafe(24)
    address = sandbox.begin_method(setup_ref=setup_ref, return_url=return_url, name=name, now=NOW)
    return setup_ref, address.removeprefix(f"{HOME}/sandbox-processor")


@pytest.mark.safety("W23", "W24")
def test_the_pick_list_offers_every_method_and_no_field_to_type_in(
    embedded: EmbeddedSandbox, browser: Client
) -> None:
    _, address = begin(embedded)
    answer = browser.get(address, headers=ENGLISH)
    page = Reader(answer.text)
    inputs = page.all("input")
    assert {field["type"] for field in inputs} == {"radio"}
    assert [field["value"] for field in inputs] == [method.slug for method in METHODS]
    assert not page.all("textarea") + page.all("script") + page.all("style")
    assert "Test processor. No real money moves here." in answer.text
    assert "For Bo." in answer.text
    assert guarded(answer)


def test_the_policy_allows_the_form_to_lead_back_to_where_the_payer_came_from(
    embedded: EmbeddedSandbox, browser: Client
) -> None:
    _, address = begin(embedded)
    policy = browser.get(address).headers["Content-Security-Policy"]
    assert f"form-action 'self' {HOME};" in policy
    assert "style-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_the_page_is_usable_with_a_screen_reader_and_on_a_phone(
    embedded: EmbeddedSandbox, browser: Client
) -> None:
    _, address = begin(embedded)
    page = Reader(browser.get(address).text)
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert len(page.all("fieldset")) == len(page.all("legend")) == 2
    assert len(page.all("label")) == len(METHODS)
    assert page.all("meta")[1]["content"] == "width=device-width, initial-scale=1"


def test_its_style_sheet_is_served_beside_it(embedded: EmbeddedSandbox, browser: Client) -> None:
    _, address = begin(embedded)
    link = Reader(browser.get(address).text).all("link")[0]["href"]
    assert link == "../style.css"
    answer = browser.get("/style.css")
    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert "light dark" in answer.text
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"


@pytest.mark.parametrize(
    ("wanted", "language", "title"),
    [
        ("es-MX,es;q=0.9,en;q=0.1", "es", "Elija una forma de pago"),
        ("en;q=0.3,es;q=0.9", "es", "Elija una forma de pago"),
        ("fr", "en", "Choose a way to pay"),
        ("", "en", "Choose a way to pay"),
    ],
)
def test_the_page_speaks_the_language_the_browser_asks_for(
    embedded: EmbeddedSandbox, browser: Client, wanted: str, language: str, title: str
) -> None:
    _, address = begin(embedded)
    answer = browser.get(address, headers={"Accept-Language": wanted})
    assert f'<html lang="{language}">' in answer.text
    assert f"<h1>{title}</h1>" in answer.text
    assert answer.headers["Vary"] == "Accept-Language"


def test_choosing_leads_back_and_a_second_click_changes_nothing(
    embedded: EmbeddedSandbox, browser: Client
) -> None:
    setup_ref, address = begin(embedded)
    first = browser.post(address, data={"method": "card"})
    chosen = embedded.read_method(setup_ref)
    second = browser.post(address, data={"method": "card"})
    for answer in (first, second):
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"{RETURN_URL}&setup={setup_ref}"
        assert guarded(answer)
    assert embedded.read_method(setup_ref) == chosen


def test_another_choice_afterwards_says_what_was_chosen(embedded: EmbeddedSandbox, browser: Client) -> None:
    setup_ref, address = begin(embedded)
    browser.post(address, data={"method": "card"})
    answer = browser.post(address, data={"method": "bank"}, headers=ENGLISH)
    assert answer.status_code == 409
    assert "You chose Test Card, ending in 4242." in answer.text
    details = embedded.read_method(setup_ref)
    assert details is not None
    assert details.kind == "card"
    assert browser.get(address).text == answer.text


def test_fifty_clicks_on_different_methods_choose_one(embedded: EmbeddedSandbox) -> None:
    setup_ref, address = begin(embedded)
    pages = embedded.wsgi_app(now=lambda: NOW)
    slugs = [METHODS[number % len(METHODS)].slug for number in range(50)]
    with ThreadPoolExecutor(10) as threads:
        codes = list(
            threads.map(lambda slug: Client(pages).post(address, data={"method": slug}).status_code, slugs)
        )
    details = embedded.read_method(setup_ref)
    assert details is not None
    winner = details.token.removeprefix("sbx_").partition(".")[0]
    assert codes.count(303) == slugs.count(winner)
    assert codes.count(409) == 50 - slugs.count(winner)


@pytest.mark.parametrize(
    "form", [{}, {"method": ""}, {"method": "gold"}, {"method": "<script>"}, {"other": "card"}]
)
def test_choosing_nothing_or_nonsense_asks_again(
    embedded: EmbeddedSandbox, browser: Client, form: dict[str, str]
) -> None:
    setup_ref, address = begin(embedded)
    answer = browser.post(address, data=form, headers=ENGLISH)
    assert answer.status_code == 422
    assert 'role="alert">Choose one of the bank accounts or cards first.' in answer.text
    assert "<script>" not in answer.text
    assert embedded.read_method(setup_ref) is None


def test_going_back_without_choosing_leaves_nothing(embedded: EmbeddedSandbox, browser: Client) -> None:
    setup_ref, address = begin(embedded)
    link = Reader(browser.get(address).text).all("a")[0]["href"]
    assert link == f"{RETURN_URL}&setup={setup_ref}"
    assert embedded.read_method(setup_ref) is None


def test_reading_a_page_chooses_and_confirms_nothing(embedded: EmbeddedSandbox, browser: Client) -> None:
    setup_ref, address = begin(embedded)
    question = ask(embedded)
    for method in ("GET", "HEAD"):
        browser.open(f"{address}?method=card", method=method)
        browser.open(f"{question}?decision=approve", method=method)
    assert embedded.read_method(setup_ref) is None
    assert embedded.look_up("k", "").state == "needs_confirmation"


def test_a_pick_list_closes_after_a_day(embedded: EmbeddedSandbox) -> None:
    setup_ref, address = begin(embedded)
    late = Client(embedded.wsgi_app(now=lambda: NOW + timedelta(hours=24)))
    assert late.get(address).status_code == 404
    assert late.post(address, data={"method": "card"}).status_code == 404
    assert embedded.read_method(setup_ref) is None


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/setup/",
        "/setup/x",
        "/confirm/",
        "/confirm/x",
        "/setup/../style.css",
        "/api/charges",
        "/%00",
        "/x",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_address_is_a_calm_page(browser: Client, path: str, method: str) -> None:
    answer = browser.open(path, method=method, headers=ENGLISH)
    assert answer.status_code == 404
    assert "The address is wrong or too old." in answer.text
    assert guarded(answer)


def test_other_verbs_and_giant_forms_are_refused(embedded: EmbeddedSandbox, browser: Client) -> None:
    _, address = begin(embedded)
    assert browser.delete(address).status_code == 405
    assert browser.post(address, data={"method": "x" * 10_000}).status_code == 413
    assert (
        browser.post(address, data=b"\xff\xfe", content_type="multipart/form-data; boundary=x").status_code
        == 422
    )


@pytest.mark.safety("W12")
@pytest.mark.parametrize(
    "return_url",
    [
        "",
        "/methods",
        "//elsewhere.example/",
        "https://elsewhere.example/",
        "http://localhost:8000.elsewhere.example/",
        "http://localhost:8000@elsewhere.example/",
        "http://bo@localhost:8000/",
        "http://localhost:8001/",
        "https://localhost:8000/",
        "javascript:alert(1)",
        "http://localhost:8000\\@elsewhere.example/",
        "http://localhost:8000/\r\nSet-Cookie: a=b",
        "http://localhost:8000/ x",
        "http://localhost:port/",
        "http://localhost:8000/" + "a" * 3000,
    ],
)
def test_people_are_sent_back_only_to_addresses_named_at_start(
    embedded: EmbeddedSandbox, return_url: str
) -> None:
    with pytest.raises(GatewayRefused) as refusal:
        begin(embedded, return_url=return_url)
    assert refusal.value.code == "bad_return_url"


def test_every_port_of_a_host_can_be_named_at_start(embedded: EmbeddedSandbox) -> None:
    embedded.wsgi_app(return_origins=["http://localhost:*"])
    begin(embedded, return_url="http://localhost:54321/methods")
    for other in ("http://localhost.example:54321/", "https://localhost:54321/", "http://127.0.0.1:54321/"):
        with pytest.raises(GatewayRefused):
            begin(embedded, return_url=other)


def test_a_typo_in_the_named_addresses_shows_at_start(embedded: EmbeddedSandbox) -> None:
    with pytest.raises(ValueError, match="localhost:8000"):
        embedded.wsgi_app(return_origins=["localhost:8000"])


@pytest.mark.parametrize("setup_ref", ["", "short", "a" * 19, "a" * 201, "a/../../style.css-a-a-a", "ä" * 30])
def test_a_reference_that_could_be_guessed_is_refused(embedded: EmbeddedSandbox, setup_ref: str) -> None:
    with pytest.raises(GatewayRefused) as refusal:
        embedded.begin_method(setup_ref=setup_ref, return_url=RETURN_URL, name="Bo", now=NOW)
    assert refusal.value.code == "bad_setup_ref"


def test_a_reference_opens_one_pick_list(embedded: EmbeddedSandbox) -> None:
    setup_ref, address = begin(embedded)
    again = embedded.begin_method(setup_ref=setup_ref, return_url=RETURN_URL, name="Bo", now=NOW)
    assert again.endswith(address)
    with pytest.raises(GatewayRefused) as refusal:
        embedded.begin_method(setup_ref=setup_ref, return_url=f"{HOME}/elsewhere", name="Bo", now=NOW)
    assert refusal.value.code == "setup_reused"


def test_a_name_is_shown_as_text(embedded: EmbeddedSandbox, browser: Client) -> None:
    _, address = begin(embedded, name="<img src=x onerror=alert(1)> {0} {name} %s")
    text = browser.get(address).text
    assert "<img" not in text
    assert "&lt;img src=x onerror=alert(1)&gt; {0} {name} %s" in text
