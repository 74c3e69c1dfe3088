"""How many of the US bank debits sent in 60 days came back, held against the limits of the scheme. Pure.

Verb: `return_rates`. Source: Nacha Operating Rules 2.17.2 (risk management): of the debits sent, at most 0.5 % may come
back as unauthorised (R05, R07, R10, R11, R29, R51), 3 % for administrative reasons (R02, R03, R04), 15 % in all, both
but for the first being levels at which the scheme asks questions. The codes of checks that are presented again
(RCK) count in none. Debits are counted by the day they were sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from domain.words import N_

DAYS = 60
Level = Literal["fine", "half", "near", "over"]
WORDS: Mapping[str, str] = {
    "unauthorised": N_("Not authorised"),
    "administrative": N_("Wrong or closed accounts"),
    "all": N_("All returns"),
}
LEVELS: Mapping[str, str] = {
    "fine": N_("Fine"),
    "half": N_("Above half of the limit"),
    "near": N_("Near the limit"),
    "over": N_("Above the limit"),
}
UNAUTHORISED = frozenset({"R05", "R07", "R10", "R11", "R29", "R51"})
ADMINISTRATIVE = frozenset({"R02", "R03", "R04"})
LIMITS: Mapping[str, Fraction] = {
    "unauthorised": Fraction(5, 1000),
    "administrative": Fraction(3, 100),
    "all": Fraction(15, 100),
}
_HALF, _NEAR = Fraction(1, 2), Fraction(4, 5)


@dataclass(frozen=True, slots=True)
class Rate:
    """`returned` of `sent` debits came back for reasons of the kind `name`; `level` says how near that is to the limit:
    "half" from 50 % of it on, "near" from 80 % on, "over" above it."""

    name: str
    returned: int
    sent: int
    limit: Fraction
    level: Level

    @property
    def hundredths(self) -> int:
        """The rate in hundredths of a percent, rounded down."""
        return self.returned * 10_000 // self.sent if self.sent else 0


def return_rates(sent: int, codes: Mapping[str, int]) -> tuple[Rate, ...]:
    """The three rates of `sent` debits, of which `codes` (code -> how many) came back."""
    counts = {
        "unauthorised": sum(count for code, count in codes.items() if code in UNAUTHORISED),
        "administrative": sum(count for code, count in codes.items() if code in ADMINISTRATIVE),
        "all": sum(codes.values()),
    }
    return tuple(
        Rate(name, counts[name], sent, limit, _level(counts[name], sent, limit))
        for name, limit in LIMITS.items()
    )


def _level(returned: int, sent: int, limit: Fraction) -> Level:
    if not returned:
        return "fine"
    used = Fraction(returned, max(sent, returned)) / limit
    if used > 1:
        return "over"
    if used >= _NEAR:
        return "near"
    return "half" if used >= _HALF else "fine"
