"""The magic amounts and methods do what docs/gateways.md says."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from gateways.card_codes import DECLINES
from gateways.sandbox.catalogue import BY_SLUG, DECLINE_AMOUNTS, METHODS, amount_script
from gateways.sandbox.client import EmbeddedSandbox
from gateways.sandbox.page_words import ENGLISH, LANGUAGES
from tests.fixtures.processes import PROJECT
from tests.gateways.conftest import NOW, TODAY

BOOK = (PROJECT / "docs" / "gateways.md").read_text("utf-8")


def charge(sandbox: EmbeddedSandbox, amount_minor: int, token: str):
    name = f"{token}-{amount_minor}"
    return sandbox.charge(
        key=name, ref=name, amount_minor=amount_minor, currency="USD", token=token, on=TODAY, now=NOW
    )


@pytest.mark.parametrize("number", range(1, 30))
def test_one_dollar_and_some_cents_returns_a_bank_debit_with_that_code(
    embedded: EmbeddedSandbox, number: int
) -> None:
    charge(embedded, 100 + number, "sbx_bank")
    embedded.advance(on=date(2026, 7, 8), now=NOW)
    back = embedded.look_up("", f"sbx_bank-{100 + number}")
    assert (back.state, back.code) == ("returned", f"R{number:02d}")
    assert back.on in (date(2026, 7, 7), date(2026, 7, 8))


def test_the_same_amounts_are_ordinary_for_a_card(embedded: EmbeddedSandbox) -> None:
    charge(embedded, 101, "sbx_card")
    embedded.advance(on=date(2026, 12, 31), now=NOW)
    assert embedded.look_up("", "sbx_card-101").state == "settled"


@pytest.mark.parametrize(("amount_minor", "code"), DECLINE_AMOUNTS.items())
@pytest.mark.parametrize("token", ["sbx_card", "sbx_bank"])
def test_two_dollars_and_some_cents_is_declined(
    embedded: EmbeddedSandbox, amount_minor: int, code: str, token: str
) -> None:
    outcome = charge(embedded, amount_minor, token)
    assert (outcome.state, outcome.code) == ("declined", code)
    assert code in DECLINES


def test_a_magic_amount_wins_over_a_magic_method(embedded: EmbeddedSandbox) -> None:
    assert charge(embedded, 201, "sbx_card_confirm").code == "insufficient_funds"


def test_five_dollars_and_a_cent_is_disputed_also_for_a_bank(embedded: EmbeddedSandbox) -> None:
    charge(embedded, 501, "sbx_bank")
    embedded.advance(on=date(2026, 7, 9), now=NOW)
    kinds = [(event.kind, event.on) for event in embedded.events("", 10)]
    assert kinds[-1] == ("disputed", date(2026, 7, 9))


def test_a_late_return_comes_inside_the_sixty_days(embedded: EmbeddedSandbox) -> None:
    charge(embedded, 10_000, "sbx_bank_r10_late")
    embedded.advance(on=date(2026, 9, 4), now=NOW)
    back = embedded.look_up("", "sbx_bank_r10_late-10000")
    assert (back.state, back.code) == ("returned", "R10")
    assert back.on is not None
    assert timedelta(days=55) < back.on - date(2026, 7, 6) <= timedelta(days=60)


def test_what_happened_on_a_day_is_dated_that_day_however_late_it_is_told(embedded: EmbeddedSandbox) -> None:
    charge(embedded, 10_000, "sbx_bank_r01")
    embedded.advance(on=date(2027, 1, 1), now=NOW)
    assert [event.on for event in embedded.events("", 10)] == [TODAY, date(2026, 7, 6), date(2026, 7, 7)]


def test_a_debit_settles_by_the_holidays_of_its_currency(embedded: EmbeddedSandbox) -> None:
    def expected(currency: str, on: date) -> date | None:
        return embedded.charge(
            key=f"{currency}{on}",
            ref="r",
            amount_minor=10_000,
            currency=currency,
            token="sbx_bank",
            on=on,
            now=NOW,
        ).expected_settlement_on

    thanksgiving_eve, good_friday_eve = date(2026, 11, 25), date(2026, 4, 2)
    assert expected("USD", thanksgiving_eve) == date(2026, 11, 30)
    assert expected("EUR", thanksgiving_eve) == date(2026, 11, 27)
    assert expected("USD", good_friday_eve) == date(2026, 4, 6)
    assert expected("EUR", good_friday_eve) == date(2026, 4, 8)
    assert expected("GBP", good_friday_eve) == date(2026, 4, 8)


def test_the_book_names_every_method_and_every_magic_amount() -> None:
    for method in METHODS:
        assert f"`{method.token}`" in BOOK
    for amount_minor, code in DECLINE_AMOUNTS.items():
        assert re.search(rf"\| 2\.{amount_minor - 200:02d} \| `{code}`", BOOK), code
    for amount_minor in (301, *range(401, 409), 501, 502):
        assert amount_script(amount_minor, "bank") is not None
        assert f"| {amount_minor // 100}.{amount_minor % 100:02d} |" in BOOK


def test_every_language_of_the_pages_says_everything() -> None:
    for words in LANGUAGES.values():
        assert set(words) == set(ENGLISH)
        assert set(BY_SLUG) <= set(words)
    for name, english in ENGLISH.items():
        assert re.findall(r"\{\w+\}", english) == re.findall(r"\{\w+\}", LANGUAGES["es"][name])
