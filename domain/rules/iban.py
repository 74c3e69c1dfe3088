"""IBANs as people type them: what is wrong with one, in words; which bank it is of, where a table knows it.

Source: ISO 13616; countries, lengths and shapes by the SWIFT registry as the library `schwifty` carries it, check
digits by ISO 7064 MOD 97-10. Check digits inside a country's own part are left to its banks: not all of them follow
their own rule, and a right number must never be refused. The library takes a while to load, so only those import this
who use it.
"""

from __future__ import annotations

from schwifty import IBAN
from schwifty.exceptions import (
    InvalidChecksumDigits,
    InvalidCountryCode,
    InvalidLength,
    InvalidStructure,
)
from schwifty.registry import get_iban_spec

from domain.rules.bank_numbers import plain_number
from domain.words import N_, Sentence


def fault_of_iban(text: str) -> Sentence | None:
    """What is wrong with an IBAN; None when it fits."""
    iban = plain_number(text)
    if not iban:
        return Sentence(N_("Enter the IBAN."))
    if not (iban[:2].isascii() and iban[:2].isalpha()):
        return Sentence(N_("An IBAN begins with two letters for the country, for instance DE or FR."))
    try:
        IBAN(iban)
    except InvalidCountryCode:
        return Sentence(N_("No country's IBAN begins with %(country)s."), {"country": iban[:2]})
    except InvalidLength:
        length = get_iban_spec(iban[:2]).iban_length
        words = N_("An IBAN from %(country)s has %(length)s characters; this one has %(count)s.")
        return Sentence(words, {"country": iban[:2], "length": length, "count": len(iban)})
    except InvalidChecksumDigits:
        return Sentence(
            N_("This IBAN does not fit its check digits. One character is probably mistyped or swapped.")
        )
    except InvalidStructure:
        return Sentence(N_("This IBAN has a letter or a sign where its country has none. Look at it again."))
    return None


def in_sepa(iban: str) -> bool:
    """Whether the IBAN, which is right, is of a country whose banks take SEPA debits."""
    return bool(get_iban_spec(plain_number(iban)[:2]).in_sepa_zone)


def bank_of_iban(iban: str) -> tuple[str, str]:
    """(name, BIC) of the bank by the library's tables of the national banks; "" where they do not know it."""
    try:
        found = IBAN(plain_number(iban))
    except (InvalidCountryCode, InvalidLength, InvalidChecksumDigits, InvalidStructure):
        return "", ""
    return found.bank_name or "", str(found.bic or "")
