"""Find card numbers in what people write, and take them out: this program never keeps one (PCI SSC FAQ 1291).

A number counts as a card's when it has the length and the first digits of a card network and its check digit fits
(ISO/IEC 7812-1, Annex B). Serial numbers and agreement numbers rarely do all three; an IMEI of a phone does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from unicodedata import decimal

_BETWEEN = r"[\s.,/_*|\u00ad\u200b-\u200d\u2010-\u2015\u2060\u2212-]"
_RUN = re.compile(rf"(?<![\w-])\d(?:{_BETWEEN}{{0,3}}\d){{12,40}}(?![\w-])")
"""Digits of any script with a little between them: a card's, perhaps with its date and code before or behind it."""
_GROUP = re.compile(r"\d+")
MOST_GROUPS = 5
_PLAIN = frozenset({"", " ", "\u00a0", "-"})
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
    while (cleaned := _RUN.sub(_masked, text)) != text:
        text = cleaned
    return text


def _masked(found: re.Match[str]) -> str:
    run = found.group()
    groups = list(_GROUP.finditer(run))
    digits = ["".join(str(decimal(character)) for character in group.group()) for group in groups]
    gaps = {run[one.end() : other.start()] for one, other in pairwise(groups)}
    if (len(gaps) == 1 or gaps <= _PLAIN) and is_card_number(whole := "".join(digits)):
        return f"•••• {whole[-4:]}"
    said, told, first = [], 0, 0
    while first < len(groups):
        most = min(MOST_GROUPS, len(groups) - first) if len(digits[first]) >= 4 else 0
        size = next((n for n in range(most, 0, -1) if _is_printed_so(digits[first : first + n])), 0)
        if size:
            number = "".join(digits[first : first + size])
            said += [run[told : groups[first].start()], f"•••• {number[-4:]}"]
            first += size - 1
            told = groups[first].end()
        first += 1
    return "".join([*said, run[told:]])


def _is_printed_so(groups: Sequence[str]) -> bool:
    """Whether it is a card's number, in groups as cards print it: then it is one also amid other digits."""
    sizes = [len(group) for group in groups]
    fours = len(sizes) >= 4 and set(sizes[:-1]) == {4} and sizes[-1] <= 4
    printed = fours or sizes in ([4, 6, 5], [4, 6, 4]) or (len(sizes) == 1 and sizes[0] >= 13)
    return printed and is_card_number("".join(groups))


def _fits_check_digit(digits: str) -> bool:
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
