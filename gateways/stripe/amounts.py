"""Amounts as Stripe writes them, and back.

Ours are minor units by ISO 4217. Stripe counts most currencies the same way; the exceptions are those of its page
"Supported currencies" (zero-decimal, special cases, three-decimal).
"""

from __future__ import annotations

from typing import Final

from domain.words import exponent
from gateways.stripe.refusals import refused

MOST_MINOR: Final = 99_999_999
"""Stripe takes at most eight digits in one payment."""
_ZERO_DECIMAL = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)  # fmt: skip
_TWO_THOUGH_NONE = frozenset({"ISK", "UGX"})
"""Without decimals, yet written with two that must be zero."""
_THREE_DECIMAL = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def _places(currency: str) -> int:
    if currency in _ZERO_DECIMAL:
        return 0
    return 3 if currency in _THREE_DECIMAL else 2


def to_stripe(amount_minor: int, currency: str) -> int:
    """`amount_minor` of our minor units in Stripe's. Raises GatewayRefused for one that Stripe cannot take."""
    if isinstance(amount_minor, bool) or not isinstance(amount_minor, int) or amount_minor <= 0:
        raise refused("bad_amount")
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        raise refused("bad_currency")
    ours, theirs = exponent(currency), _places(currency)
    if theirs >= ours:
        amount = amount_minor * 10 ** (theirs - ours)
    else:
        amount, rest = divmod(amount_minor, 10 ** (ours - theirs))
        if rest:
            raise refused("bad_amount")
    if currency in _THREE_DECIMAL and amount % 10:
        raise refused("bad_amount")
    if currency in _TWO_THOUGH_NONE and amount % 100:
        raise refused("bad_amount")
    if amount > MOST_MINOR:
        raise refused("bad_amount")
    return amount


def from_stripe(amount: int, currency: str) -> int:
    """An amount of Stripe's in our minor units; `currency` in any case. Raises ValueError for what is no currency."""
    if len(currency) != 3:
        raise ValueError(f"not a currency: {currency!r}")
    ours, theirs = exponent(currency.upper()), _places(currency.upper())
    return amount * 10 ** (ours - theirs) if ours >= theirs else amount // 10 ** (theirs - ours)
