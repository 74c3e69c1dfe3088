"""Find card numbers in what people write, and take them out: this program never keeps one (PCI SSC FAQ 1291).

A number counts as a card's when it has the length and the first digits of a card network and its check digit fits
(ISO/IEC 7812-1, Annex B). Serial numbers and agreement numbers rarely do all three; an IMEI of a phone does not.
"""

from __future__ import annotations

import re

_RUN = re.compile(r"(?<![\w-])(?:\d[ \u00a0-]?){12,18}\d(?![\w-])")
_NETWORKS = (
    (re.compile(r"4"), (13, 16, 19)),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"6011|64[4-9]|65"), (16, 19)),
    (re.compile(r"30[0-5]|36|38"), (14,)),
    (re.compile(r"352[89]|35[3-8]"), (16,)),
    (re.compile(r"62|81"), (16, 17, 18, 19)),
)
"""First digits and lengths: Visa, Mastercard, American Express, Discover, Diners Club, JCB, UnionPay."""


def is_card_number(digits: str) -> bool:
    """Whether these digits could be a card's: network, length and check digit."""
    return (
        digits.isascii()
        and _fits_check_digit(digits)
        and any(start.match(digits) and len(digits) in lengths for start, lengths in _NETWORKS)
    )


def without_card_numbers(text: str) -> str:
    """The text with each card number replaced by dots and its last four digits ("•••• 1111")."""

    def masked(found: re.Match[str]) -> str:
        digits = "".join(character for character in found.group() if "0" <= character <= "9")
        return f"•••• {digits[-4:]}" if is_card_number(digits) else found.group()

    return _RUN.sub(masked, text)


def _fits_check_digit(digits: str) -> bool:
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
