"""Checks that the terms of several kinds share: a percentage, an amount, one choice of a list.

They keep out slips of the keyboard and sizes nobody means. Figures of law are dated rows the operator edits, never
here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from domain.words import N_, Refused, Sentence

MOST_MINOR = 10**15
MOST_DECIMALS = 20


def check_percent(value: Decimal, field: str, most: int = 100) -> None:
    """Refuse a percentage that is not a number from 0 to `most`, or that has more decimals than anybody means."""
    if not value.is_finite() or not 0 <= value <= most:
        raise Refused(
            Sentence(N_("This percentage must be between 0 and %(most)s."), {"most": most}),
            field,
        )
    places = value.as_tuple().exponent
    if isinstance(places, int) and places < -MOST_DECIMALS:
        raise Refused(Sentence(N_("This percentage has too many decimals.")), field)


def check_amount(minor: int, field: str, least: int = 0) -> None:
    """Refuse an amount (minor units) below `least` (0 or 1) or too large to be meant."""
    if minor < least:
        msgid = N_("The amount must be above zero.") if least else N_("The amount must not be negative.")
        raise Refused(Sentence(msgid), field)
    if minor > MOST_MINOR:
        raise Refused(Sentence(N_("This amount is too large.")), field)


def check_start(day: date) -> None:
    """Refuse a first day that nobody means: every cycle since then would be made at once."""
    if not 1900 <= day.year <= 2200:
        raise Refused(Sentence(N_("The start date must be between 1900 and 2200.")), "start")


def check_choice(value: str, field: str, choices: Sequence[str]) -> None:
    """Refuse a word that is not one of `choices`."""
    if value not in choices:
        raise Refused(
            Sentence(
                N_("%(value)s is not a choice here. Choose one of %(choices)s."),
                {"value": str(value)[:40], "choices": ", ".join(choices)},
            ),
            field,
        )
