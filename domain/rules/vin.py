"""Vehicle identification numbers: whether the check digit fits. Source: 49 CFR 565.15(c), which ISO 3779 leaves open.

The ninth character is the sum of the characters' values times their places' weights, modulo 11 ("X" for ten). Only
vehicles made for North America need it, so a number that does not fit is told, never refused.
"""

from __future__ import annotations

from domain.words import N_, Sentence

LENGTH = 17
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_ROWS = (("ABCDEFGH", 1), ("JKLMN", 1), ("P", 7), ("R", 9), ("STUVWXYZ", 2))
_LETTERS = {char: first + place for row, first in _ROWS for place, char in enumerate(row)}
_VALUES = _LETTERS | {str(digit): digit for digit in range(10)}


def plain_vin(text: str) -> str:
    """The number as it is kept: capitals, without spaces and dashes."""
    return "".join(char for char in text.upper() if char not in " -\t")


def check_digit(vin: str) -> str:
    """The ninth character that fits the other sixteen of a plain number: "0" to "9" or "X".

    Raises KeyError for a character no such number has (I, O, Q and everything but letters and digits).
    """
    total = sum(_VALUES[char] * weight for char, weight in zip(vin, _WEIGHTS, strict=True) if weight)
    return "0123456789X"[total % 11]


def doubt_of(text: str) -> Sentence | None:
    """What is odd about a vehicle identification number as it was typed; None for a fitting one and for none at all."""
    vin = plain_vin(text)
    if not vin:
        return None
    if len(vin) != LENGTH:
        words = N_(
            "A VIN has %(length)s characters; this one has %(count)s. Cars from before 1981 have shorter ones."
        )
        return Sentence(words, {"length": LENGTH, "count": len(vin)})
    if any(char not in _VALUES for char in vin):
        return Sentence(
            N_("A VIN has digits and letters only, and never I, O or Q. Read it from the car again.")
        )
    if check_digit(vin) != vin[8]:
        words = N_("The check digit of this VIN does not fit: %(wanted)s was expected as its ninth character. "
                   "Read it from the car again; only cars made for North America need to have it.")  # fmt: skip
        return Sentence(words, {"wanted": check_digit(vin)})
    return None
