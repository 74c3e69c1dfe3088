"""Amounts as Stripe counts them: the exceptions of its page "Supported currencies"."""

from __future__ import annotations

import pytest

from gateways.base import GatewayRefused
from gateways.stripe.amounts import from_stripe, to_stripe


@pytest.mark.parametrize(
    ("ours", "currency", "theirs"),
    [
        (1_234, "USD", 1_234),
        (1_234, "JPY", 1_234),
        (1_230, "KWD", 1_230),
        (1_200, "ISK", 120_000),
        (99_999_999, "EUR", 99_999_999),
    ],
)
def test_an_amount_goes_there_and_comes_back(ours: int, currency: str, theirs: int) -> None:
    assert to_stripe(ours, currency) == theirs
    assert from_stripe(theirs, currency.lower()) == ours


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (0, "USD", "bad_amount"),
        (-1, "USD", "bad_amount"),
        (True, "USD", "bad_amount"),
        (100_000_000, "USD", "bad_amount"),
        (1_234, "KWD", "bad_amount"),  # the last of three places must be zero
        (1_050, "MGA", "bad_amount"),  # Stripe knows no hundredths of it
        (100, "usd", "bad_currency"),
        (100, "US", "bad_currency"),
        (100, "ÜSD", "bad_currency"),
    ],
)
def test_an_amount_that_stripe_cannot_take_is_refused(amount: int, currency: str, code: str) -> None:
    with pytest.raises(GatewayRefused) as refusal:
        to_stripe(amount, currency)
    assert refusal.value.code == code


def test_what_is_no_currency_is_not_read() -> None:
    with pytest.raises(ValueError, match="not a currency"):
        from_stripe(100, "None")
