"""Amounts of money: rounding them, sharing them out, and reading what people type.

Money is an integer number of minor units (cents, yen, fils) of an ISO 4217 currency. Decimal and Fraction
may appear on the way to a rounded amount; a float never does. This module decides how a fraction of a cent
is rounded and which spellings of an amount are understood. It never formats for a reader (the edges do) and
knows no business rule.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from domain.words import N_, Refused, Sentence, exponent

MODES = ("half-up", "half-even", "floor", "ceiling")
# How each mode is told within a sentence.
ROUNDED = {
    "half-up": N_("rounded half up"),
    "half-even": N_("rounded to the nearest, ties to even"),
    "floor": N_("rounded down"),
    "ceiling": N_("rounded up"),
}
MAX_INTEGER_DIGITS = 12

_LONGEST_TEXT = 48
_SYMBOLS = {
    "USD": ("US$", "$"), "CAD": ("CA$", "C$", "$"), "AUD": ("A$", "AU$", "$"), "NZD": ("NZ$", "$"),
    "MXN": ("MX$", "$"), "CLP": ("CLP$", "$"), "EUR": ("€",), "GBP": ("£",), "JPY": ("¥",), "KRW": ("₩",),
    "INR": ("₹",), "BRL": ("R$",), "PLN": ("zł",), "CZK": ("Kč",), "SEK": ("kr",), "NOK": ("kr",),
    "DKK": ("kr",), "ISK": ("kr",), "CHF": ("Fr.", "SFr."), "ILS": ("₪",), "VND": ("₫",), "PHP": ("₱",),
    "NGN": ("₦",),
}  # fmt: skip
_COMMA_LANGUAGES = frozenset(
    {
        "bg", "ca", "cs", "da", "de", "el", "es", "et", "fi", "fr", "hr", "hu", "id", "it", "lt", "lv", "nb",
        "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "tr", "uk", "vi",
    }
)  # fmt: skip
_POINT_REGIONS = frozenset({"CH", "LI", "MX", "US", "PR", "GT", "HN", "NI", "PA", "PE", "SV", "DO"})
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f\t", " "))
_SHAPE = re.compile(r"[0-9][0-9 ,.'’]*|[.,][0-9]+", re.ASCII)
_GROUPED = {
    mark: re.compile(rf"[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})+", re.ASCII)
    for mark in (",", ".", " ", "'")
}


def round_ratio(numerator: int, denominator: int, mode: str = "half-up") -> int:
    """`numerator / denominator` (denominator above 0) rounded to a whole number by `mode`, in integers only.

    half-up rounds a tie away from zero, as people do on paper; floor and ceiling go towards minus and plus
    infinity.
    """
    if mode == "half-up":
        if numerator >= 0:
            return (2 * numerator + denominator) // (2 * denominator)
        return -((-2 * numerator + denominator) // (2 * denominator))
    if mode == "floor":
        return numerator // denominator
    if mode == "ceiling":
        return -(-numerator // denominator)
    if mode == "half-even":
        whole, rest = divmod(numerator, denominator)
        twice = 2 * rest
        return whole + (twice > denominator or (twice == denominator and whole % 2 == 1))
    raise ValueError(f"unknown rounding mode {mode!r}")


def round_minor(value: Decimal | Fraction | int, mode: str = "half-up") -> int:
    """An exact amount in minor units, fractions and all, as whole minor units. Mode: one of MODES."""
    numerator, denominator = value.as_integer_ratio()
    return round_ratio(numerator, denominator, mode)


def round_to_unit(minor: Decimal | Fraction | int, unit_minor: int, mode: str = "half-up") -> int:
    """An amount in minor units rounded to a multiple of `unit_minor` (100 = whole dollars); returns minor
    units.
    """
    numerator, denominator = minor.as_integer_ratio()
    return unit_minor * round_ratio(numerator, denominator * unit_minor, mode)


def split_evenly(minor: int, n: int) -> list[int]:
    """`minor` in `n` parts that add up to it: each rounded half up, the last takes the remainder.

    2,000.00 among 3 is 666.67, 666.67, 666.66. Where the last part would change sign (5 cents among 10), the
    parts differ by at most one minor unit instead. Raises ValueError for n < 1.
    """
    if n < 1:
        raise ValueError("an amount is split into one part or more")
    part = round_ratio(minor, n)
    last = minor - part * (n - 1)
    if last * minor >= 0:
        return [part] * (n - 1) + [last]
    each, more = divmod(abs(minor), n)
    sign = 1 if minor > 0 else -1
    return [sign * (each + 1)] * more + [sign * each] * (n - more)


def decimal_mark(locale: str) -> str:
    """The mark between units and fractions in this locale: `.` in en and es_MX, `,` in es and de."""
    language, _, region = locale.replace("-", "_").partition("_")
    return "," if language.lower() in _COMMA_LANGUAGES and region.upper() not in _POINT_REGIONS else "."


def parse_amount(
    text: str, currency: str, locale: str = "en", *, allow_negative: bool = False, field: str | None = None
) -> int:
    """What a person typed as an amount, in minor units of `currency`.

    Understands grouping by the locale's mark, spaces (also the unbreakable ones) and apostrophes, the
    currency's sign or code before or after, and in comma locales also a plain `1234.50`. Raises Refused,
    with a sentence for the person (and `field`, the name of the form field), for anything else: other digits
    than 0-9, exponents, more decimals than the currency has, more than 12 integer digits, negative amounts
    unless allowed.
    """
    negative, body = _bare_number(text, currency, allow_negative, field)
    mark = decimal_mark(locale)
    if mark == "," and re.fullmatch(r"[0-9]+\.[0-9]{1,2}", body):
        mark = "."
    return _minor(text, body, mark, negative, currency, field)


def parse_amount_any(
    text: str, currency: str, locale: str = "en", *, allow_negative: bool = False, field: str | None = None
) -> int:
    """An amount from a file whose number style is not known, in minor units: `1,234.50` and `1.234,50` alike.

    With both marks present the last one is the decimal mark; a mark that comes twice groups; a single mark
    with one or two digits behind it is decimal. A single mark with exactly three digits behind it groups
    when it is the locale's grouping mark, and is refused as ambiguous otherwise (unless the currency has
    three decimals).
    """
    negative, body = _bare_number(text, currency, allow_negative, field)
    point, comma = body.count("."), body.count(",")
    local = decimal_mark(locale)
    if point and comma:
        mark = "." if body.rfind(".") > body.rfind(",") else ","
    elif point + comma == 0:
        mark = local
    elif point + comma > 1:
        mark = "," if point else "."
    else:
        mark = _lone_mark(text, body, "." if point else ",", local, exponent(currency), field)
    return _minor(text, body, mark, negative, currency, field)


def _lone_mark(text: str, body: str, mark: str, local: str, places: int, field: str | None) -> str:
    """Which mark is decimal in a number with a single mark in it."""
    before, _, after = body.partition(mark)
    if len(after) != 3 or not 1 <= len(before) <= 3 or before.startswith("0"):
        return mark
    other = "," if mark == "." else "."
    if mark != local:
        return other
    if places == 3:
        return mark
    raise Refused(
        Sentence(
            N_("%(text)s can be read in two ways. Write the decimals too, for example %(example)s."),
            {"text": _clip(text), "example": _example(local, places)},
        ),
        field,
    )


def _bare_number(text: str, currency: str, allow_negative: bool, field: str | None) -> tuple[bool, str]:
    """Whether the amount is negative, and its digits and marks without sign, currency and outer spaces."""
    if len(text) > _LONGEST_TEXT:
        raise Refused(Sentence(N_("This is too long for an amount.")), field)
    body = text.translate(_SPACES).strip()
    if not body:
        raise Refused(Sentence(N_("Enter an amount.")), field)
    negative = False
    if body.startswith("(") and body.endswith(")"):
        negative, body = True, body[1:-1].strip()
    negative, body = _without_sign(negative, body)
    body = _without_currency(body, currency)
    negative, body = _without_sign(negative, body)
    if not _SHAPE.fullmatch(body):
        raise Refused(_unreadable(text), field)
    if negative and not allow_negative:
        raise Refused(Sentence(N_("The amount must not be negative.")), field)
    return negative, body.replace("’", "'")


def _without_sign(negative: bool, body: str) -> tuple[bool, str]:
    """Take off one minus sign, before or behind the number; a second one stays and makes the number
    unreadable.
    """
    if not negative and body[:1] in ("-", "−"):
        return True, body[1:].strip()
    if not negative and body[-1:] in ("-", "−"):
        return True, body[:-1].strip()
    return negative, body


def _without_currency(body: str, currency: str) -> str:
    """Take off this currency's code or sign, before or behind the number; another currency's stays, and is
    refused.
    """
    for mark in (currency, *_SYMBOLS.get(currency, ())):
        if body.upper().startswith(mark.upper()):
            return body[len(mark) :].strip()
        if body.upper().endswith(mark.upper()):
            return body[: -len(mark)].strip()
    return body


def _minor(text: str, body: str, mark: str, negative: bool, currency: str, field: str | None) -> int:
    """Minor units of a bare number whose decimal mark is known."""
    whole, _, fraction = body.partition(mark)
    places = exponent(currency)
    digits = whole or "0"
    used = [sign for sign in (",", ".", " ", "'") if sign in digits]
    if used:
        if len(used) > 1 or used[0] == mark or not _GROUPED[used[0]].fullmatch(digits):
            raise Refused(_unreadable(text, _example(mark, places)), field)
        digits = digits.replace(used[0], "")
    if fraction and not fraction.isdigit():
        raise Refused(_unreadable(text, _example(mark, places)), field)
    if len(digits.lstrip("0")) > MAX_INTEGER_DIGITS:
        raise Refused(Sentence(N_("This amount is too large.")), field)
    if len(fraction) > places:
        raise Refused(_too_precise(places, currency), field)
    minor = int(digits + fraction.ljust(places, "0"))
    return -minor if negative else minor


def _too_precise(places: int, currency: str) -> Sentence:
    if places == 0:
        return Sentence(N_("Amounts in %(currency)s have no decimals."), {"currency": currency})
    return Sentence(
        N_("Amounts in %(currency)s have at most %(places)s decimals."),
        {"currency": currency, "places": places},
    )


def _unreadable(text: str, example: str = "1234.50") -> Sentence:
    return Sentence(
        N_("%(text)s is not an amount. Write it like %(example)s."), {"text": _clip(text), "example": example}
    )


def _example(mark: str, places: int) -> str:
    return f"1234{mark}{'50'.ljust(places, '0')[:places]}" if places else "1234"


def _clip(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= 24 else shown[:23] + "…"
