"""Words by which things are found: folded, so that one word reads the same however somebody writes it.

A folded word holds lower-case letters and digits alone: no accents, no marks, no spaces. Of what stands between two
spaces the whole is a word, and so is what follows each mark in it: "Anne-Marie" is found by "annemarie" and by
"marie", "L-10042" by "l10042" and "10042". Finding goes by the beginning of words, so whatever a word begins with needs
no row of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

LONGEST = 60
MOST = 40
"""So many words of one subject are kept at most."""
MOST_ASKED = 6

_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_PHONE = re.compile(r"[\d\s()+./-]+\Z")
_PHONE_ENDS = (10, 7, 4)


def folded(text: str) -> str:
    """The text in the form in which words compare: case folded, without accents; marks and spaces stay."""
    apart = unicodedata.normalize("NFKD", text[:2_000].casefold())
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return unicodedata.normalize("NFKC", bare).translate(_PLAIN)


def text_words(*texts: str) -> set[str]:
    """The words of a name, a title, an address."""
    return {word for text in texts for one in folded(text).split() for word in _tails(_pieces(one))}


def number_words(text: str) -> set[str]:
    """The words of a number that may be written with spaces, as plates and phone numbers are."""
    return set(_tails(_pieces(folded(text))))


def phone_words(text: str) -> set[str]:
    """The words of a phone number: all its digits, what follows each mark, and its last ten, seven and four digits."""
    digits = re.sub(r"\D", "", folded(text))
    ends = {digits[-count:] for count in _PHONE_ENDS if len(digits) > count}
    return number_words(text) | ends if digits else number_words(text)


def vin_words(vin: str) -> set[str]:
    """A vehicle's number, and its last eight and six characters, by which people name a car."""
    whole = "".join(_pieces(folded(vin)))
    return {whole[-count:] for count in (LONGEST, 8, 6)} if whole else set()


def asked_words(q: str) -> list[str]:
    """What somebody typed, as the beginnings of words to look for, at most six. All of them have to fit.

    A phone number is one word, however it was grouped, and without the zero that is dialled inside a country.
    """
    typed = "".join(char if char.isprintable() else " " for char in q)[:200]
    if _PHONE.match(typed) and sum(char.isdigit() for char in typed) >= 7:
        digits = re.sub(r"\D", "", folded(typed))
        return [digits.lstrip("0")[:LONGEST] or "0"]
    words = ("".join(_pieces(one))[:LONGEST] for one in folded(typed).split())
    return list(dict.fromkeys(word for word in words if word))[:MOST_ASKED]


def kept(words: Iterable[str]) -> set[str]:
    """The words that are worth a row: none that another one begins with, at most forty."""
    chosen: list[str] = []
    for word in sorted({word[:LONGEST] for word in words if word}, reverse=True):
        if not chosen or not chosen[-1].startswith(word):
            chosen.append(word)
    return set(sorted(chosen)[:MOST])


def _pieces(text: str) -> list[str]:
    """The runs of letters and digits."""
    return ["".join(run) for run in _runs(text)]


def _runs(text: str) -> Iterator[list[str]]:
    run: list[str] = []
    for char in text:
        if char.isalnum():
            run.append(char)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _tails(pieces: list[str]) -> Iterator[str]:
    """All pieces as one word, then without the first, and so on."""
    for first in range(len(pieces)):
        yield "".join(pieces[first:])[:LONGEST]
