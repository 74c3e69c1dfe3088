"""Telephone numbers as people write them and as they are kept (ITU-T E.164: "+" and up to 15 digits)."""

from __future__ import annotations

import phonenumbers

from domain.words import N_, Refused, Sentence

_TEXTS_REACH = (
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
)


def mobile_number(typed: str, beside: str = "") -> str:
    """The E.164 form of a number that text messages reach.

    A number without a country code is read as one of the country of `beside`, another number (the business's own).
    Raises Refused beside "number". Source: the numbering plans in `phonenumbers` (Google's libphonenumber).
    """
    region = _region(beside)
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.extension or not phonenumbers.is_valid_number(number):
        said = N_(
            "This is not a telephone number. Write it with its country code, for example +1 202 555 0143."
        )
        raise Refused(Sentence(said), field="number")
    if phonenumbers.number_type(number) not in _TEXTS_REACH:
        said = N_("Text messages do not reach this kind of number. Write the number of a mobile phone.")
        raise Refused(Sentence(said), field="number")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def texted_number(typed: str, beside: str = "") -> str:
    """The same for a number on file: its E.164 form, "" where text messages do not reach it."""
    try:
        return mobile_number(typed, beside) if typed else ""
    except Refused:
        return ""


def masked(number: str) -> str:
    """What a page may show of a number before somebody is fully signed in: its last two digits."""
    return f"••• {number[-2:]}" if number else ""


def _region(beside: str) -> str | None:
    try:
        code = phonenumbers.parse(beside).country_code or 0
    except phonenumbers.NumberParseException:
        return None
    region = str(phonenumbers.region_code_for_country_code(code))
    return None if region in ("ZZ", "001") else region
