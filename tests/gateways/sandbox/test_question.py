"""The page on which a payer is asked for a yes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from werkzeug.test import Client

from gateways.sandbox.client import EmbeddedSandbox
from tests.fixtures.hosted_pages import ENGLISH, ask, guarded
from tests.gateways.conftest import HOME, NOW, TODAY


def test_the_question_shows_what_is_to_be_confirmed(embedded: EmbeddedSandbox, browser: Client) -> None:
    answer = browser.get(ask(embedded), headers=ENGLISH)
    assert "1234.56 USD" in answer.text
    assert "Test Card, ending in 3220" in answer.text
    assert "rent &lt;b&gt;July&lt;/b&gt;" in answer.text
    assert "Nothing has moved yet." in answer.text
    assert guarded(answer)


def test_an_answer_counts_once_and_stays(embedded: EmbeddedSandbox, browser: Client) -> None:
    question = ask(embedded)
    assert browser.post(question, data={"decision": "maybe"}).status_code == 422
    assert browser.post(question, data={"decision": "decline"}).status_code == 200
    changed = browser.post(question, data={"decision": "approve"}, headers=ENGLISH)
    assert changed.status_code == 409
    assert "This payment was not approved" in changed.text
    assert embedded.look_up("k", "").code == "confirmation_refused"
    assert browser.post(question, data={"decision": "decline"}).status_code == 200
    assert [event.kind for event in embedded.events("", 10)] == ["needs_confirmation", "declined"]


def test_approving_twice_charges_once(embedded: EmbeddedSandbox) -> None:
    question = ask(embedded, return_url=f"{HOME}/payments/7")
    pages = embedded.wsgi_app(now=lambda: NOW)
    with ThreadPoolExecutor(8) as threads:
        codes = set(
            threads.map(
                lambda _: Client(pages).post(question, data={"decision": "approve"}).status_code, range(20)
            )
        )
    assert codes == {303}
    assert [event.kind for event in embedded.events("", 10)] == ["needs_confirmation", "settled"]


def test_a_yes_counts_for_the_latest_business_date_the_processor_was_told(
    embedded: EmbeddedSandbox, browser: Client
) -> None:
    question = ask(embedded)
    embedded.charge(
        key="k2",
        ref="r2",
        amount_minor=5_000,
        currency="USD",
        token="sbx_bank",
        on=TODAY + timedelta(days=1),
        now=NOW,
    )
    browser.post(question, data={"decision": "approve"})
    assert embedded.look_up("k", "").on == TODAY + timedelta(days=1)


def test_a_lapsed_question_says_that_it_was_not_approved(embedded: EmbeddedSandbox, browser: Client) -> None:
    question = ask(embedded)
    embedded.advance(on=TODAY + timedelta(days=1), now=NOW)
    assert browser.post(question, data={"decision": "approve"}).status_code == 409
    assert "was not approved" in browser.get(question, headers=ENGLISH).text
    assert embedded.look_up("k", "").code == "confirmation_lapsed"


def test_a_charge_without_a_method_lets_its_payer_choose_a_card(
    embedded: EmbeddedSandbox, browser: Client
) -> None:
    question = ask(embedded, token="", return_url=f"{HOME}/payments/7")
    page = browser.get(question, headers=ENGLISH)
    assert "Pay by card" in page.text
    assert "1234.56 USD" in page.text
    assert "Test Bank" not in page.text
    assert guarded(page)
    assert browser.post(question, data={"decision": "approve"}).status_code == 422
    assert browser.post(question, data={"decision": "approve", "method": "bank"}).status_code == 422
    assert embedded.look_up("k", "").state == "needs_confirmation"
    answer = browser.post(question, data={"decision": "approve", "method": "card"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{HOME}/payments/7")
    assert embedded.look_up("k", "").state == "settled"
    assert browser.post(question, data={"decision": "approve", "method": "card_expired"}).status_code == 303
    assert [event.kind for event in embedded.events("", 10)] == ["needs_confirmation", "settled"]


def test_a_card_chosen_on_the_page_can_be_declined_and_nothing_moves(
    embedded: EmbeddedSandbox, browser: Client
) -> None:
    question = ask(embedded, token="")
    assert (
        browser.post(question, data={"decision": "approve", "method": "card_insufficient"}).status_code == 200
    )
    assert embedded.look_up("k", "").state == "declined"


def test_a_payer_who_does_not_pay_needs_no_card_for_it(embedded: EmbeddedSandbox, browser: Client) -> None:
    question = ask(embedded, token="")
    browser.post(question, data={"decision": "decline"})
    assert embedded.look_up("k", "").code == "confirmation_refused"
