"""What operators type after the options of a command: days, numbers, rates and currency codes, as values.

Everything that cannot be meant is refused with the one line to print.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from domain.words import N_, Refused, Sentence


def typed_currency(text: str) -> str:
    """An ISO 4217 code by its shape: three capital letters."""
    if not (len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()):
        raise Refused(Sentence(N_("%(text)s is not a currency code."), {"text": text[:24]}), "currency")
    return text


def typed_day(text: str) -> date:
    """A day written as 2026-01-15, between 1900 and 2300."""
    try:
        if len(text) != len("2026-01-15"):
            raise ValueError(text)
        day = date.fromisoformat(text)
    except ValueError:
        wrong = Sentence(N_("%(text)s is not a date. Write it like 2026-01-15."), {"text": text[:24]})
        raise Refused(wrong) from None
    if not 1900 <= day.year <= 2300:
        raise Refused(Sentence(N_("%(text)s is too far from today to be meant."), {"text": text}))
    return day


def typed_number(text: str) -> int:
    """A whole number, which may be below zero."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise Refused(Sentence(N_("%(text)s is not a whole number."), {"text": text[:24]}))
    return int(text)


def typed_numbers(text: str | None) -> tuple[int, ...]:
    """Whole numbers with commas between; none where nothing was typed."""
    return tuple(typed_number(part.strip()) for part in text.split(",")) if text else ()


def typed_percent(text: str) -> Decimal:
    """A rate such as 9.9 or `9.9 %`."""
    plain = text.strip().removesuffix("%").strip()
    try:
        if not plain.isascii() or "e" in plain.lower() or "_" in plain or len(plain) > 24:
            raise InvalidOperation
        return Decimal(plain)
    except InvalidOperation:
        wrong = Sentence(N_("%(text)s is not a rate. Write it like 9.9."), {"text": text[:24]})
        raise Refused(wrong, "rate") from None
