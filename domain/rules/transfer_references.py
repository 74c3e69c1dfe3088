"""The reference that names an agreement on a bank transfer, with check digits: made, printed, found in a bank's text.

Source: ISO 11649 (RF creditor reference): "RF", two check digits by ISO 7064 MOD 97-10, then our part. Ours is ten
digits that never begin with a zero, so nothing is lost where somebody takes them for a number, and always as many, so
that the end of a reference is known where a bank runs it together with what follows.

One wrong digit and two neighbours swapped are always noticed: such a reference names nothing rather than another
agreement. In ten digits two or more wrong ones pass in one case of 97.
"""

from __future__ import annotations

import re

from domain.rules.bank_numbers import mod_97

_FIRST = 1_000_000_000
_LAST = 9_999_999_999
_DIGITS = 12
# Banks break their lines anywhere and people group as they like.
_BETWEEN = r"[\s.\-/]{0,3}"
_REFERENCE = re.compile(
    rf"(?=(?<![A-Z0-9])R{_BETWEEN}F((?:{_BETWEEN}[0-9]){{{_DIGITS}}})(?![0-9]))", re.IGNORECASE
)
_ALMOST = re.compile(rf"(?<![A-Z0-9])R{_BETWEEN}F((?:{_BETWEEN}[0-9]){{6,20}})(?![0-9])", re.IGNORECASE)
MOST_TEXT = 2_000
"""Characters of a bank's text that are looked through."""


def reference_for(agreement_id: int) -> str:
    """The reference of the agreement with this id ("RF591000000042"). Raises ValueError for an id no agreement has."""
    number = _FIRST + agreement_id
    if agreement_id < 1 or number > _LAST:
        raise ValueError(f"no agreement has the id {agreement_id}")
    return f"RF{98 - mod_97(f'{number}RF00'):02d}{number}"


def printed(reference: str) -> str:
    """The reference in groups of four, as it is printed and typed: "RF59 1000 0000 42"."""
    return " ".join(reference[place : place + 4] for place in range(0, len(reference), 4))


def references_in(text: str) -> dict[str, int]:
    """Reference -> agreement id, for those in a text whose check digits are right, in the order they stand there.

    Case, spaces, line ends, hyphens, dots and strokes inside it do not matter. Whether there is such an agreement is
    for the caller to see.
    """
    found: dict[str, int] = {}
    for match in _REFERENCE.finditer(text[:MOST_TEXT]):
        reference = f"RF{_digits(match.group(1))}"
        if (agreement_id := agreement_of(reference)) is not None:
            found[reference] = agreement_id
    return found


def mistyped_in(text: str) -> list[str]:
    """What looks like a reference of ours but is none: a digit wrong, missing or too many. For a person to look at."""
    right = references_in(text)
    seen = (f"RF{_digits(match.group(1))}" for match in _ALMOST.finditer(text[:MOST_TEXT]))
    # Digits that follow a right one belong to something else, a date or a number.
    return [one for one in dict.fromkeys(seen) if not any(one.startswith(known) for known in right)]


def agreement_of(reference: str) -> int | None:
    """The id in a plain reference ("RF591000000042"); None for one that does not fit or is not of our kind."""
    digits = reference[2:]
    if reference[:2] != "RF" or len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    number = int(digits[2:])
    # The check digits are 02 to 98: 00, 01 and 99 leave the same remainder as others and are never made.
    if not 2 <= int(digits[:2]) <= 98 or mod_97(f"{digits[2:]}RF{digits[:2]}") != 1:
        return None
    return number - _FIRST if number > _FIRST else None


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
