"""The text of a message as it is kept and shown: plain text, of which only whole http(s) addresses can be followed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_SUBJECT = 160
MOST_TEXT = 5_000
_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"'`{}|\\^\u200b-\u200f]{3,500}", re.IGNORECASE)
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of what follows: they make an address look like another one."""
_ENDS = ".,;:!?)]»”’"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `address` where it is one that can be followed."""

    text: str
    address: str = ""


def kept_text(text: str) -> str:
    """The text without control characters and signs that turn its direction; line breaks are one sign, ends trimmed."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in whole if _stays(char)).strip()


def _stays(char: str) -> bool:
    return char in "\n\t" or (unicodedata.category(char) not in ("Cc", "Cs") and char not in _TURNING)


def pieces(text: str) -> list[Piece]:
    """The text in its order, with the addresses in it apart. Nothing is left out or changed."""
    found: list[Piece] = []
    at = 0
    for match in _ADDRESS.finditer(text):
        address = match.group().rstrip(_ENDS)
        if address.count("(") > address.count(")") and text[match.start() + len(address) :].startswith(")"):
            address += ")"
        if match.start() > at:
            found.append(Piece(text[at : match.start()]))
        found.append(Piece(address, address))
        at = match.start() + len(address)
    if at < len(text):
        found.append(Piece(text[at:]))
    return found
