"""The text of a message as it is kept and shown: plain text, of which only whole http(s) addresses can be followed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from domain.words import N_, Refused, Sentence

MOST_SUBJECT = 160
MOST_TEXT = 5_000
ANSWER_PLACES: Mapping[str, str] = {
    "name": N_("The customer's name"),
    "first_name": N_("Their first name"),
    "agreement": N_("The number of the agreement"),
    "business": N_("The name of the business"),
    "me": N_("Your own name"),
    "day": N_("Today"),
}
"""What stands as `%(name)s` in a ready-made answer until it is put into a message."""
PLACE = re.compile(r"%\(([^()\s]{1,40})\)s")
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


def check_places(text: str) -> None:
    """Raises Refused beside "body" for a place of a ready-made answer that nothing fills."""
    for name in PLACE.findall(text):
        if name not in ANSWER_PLACES:
            raise Refused(Sentence(N_("There is no place called %(name)s."), {"name": name}), "body")


def check_filled(text: str) -> None:
    """Raises Refused beside "text" where a place of a ready-made answer still waits for its words."""
    for name in PLACE.findall(text):
        if name in ANSWER_PLACES:
            words = N_("Write something instead of %(place)s, or take it out.")
            raise Refused(Sentence(words, {"place": f"%({name})s"}), "text")


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
