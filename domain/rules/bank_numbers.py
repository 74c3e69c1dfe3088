"""Numbers of bank accounts as people type them: what is wrong with one, in words, before a debit finds out.

* ABA routing number: nine digits, weights 3-7-1, sum divisible by 10 (ABA routing number policy).
* SEPA creditor identifier: EPC AT-02 (EPC262-08), ISO 7064 MOD 97-10 without the three characters of the business
  code.

IBANs stand in `iban`, UK sort codes and account numbers in `uk_accounts`. Nothing here asks a bank: a number that fits
can still be of a closed account or of somebody else.
"""

from __future__ import annotations

from domain.words import N_, Sentence

_ROUTING_WEIGHTS = (3, 7, 1) * 3


def plain_number(text: str) -> str:
    """The number as it is kept: capitals, without spaces, dashes and dots."""
    return "".join(
        char for char in text.upper() if not char.isspace() and char not in "-.\u2010\u2011\u2013\u2014"
    )


def mod_97(text: str) -> int:
    """What is left of `text` divided by 97, letters counting 10 (A) to 35 (Z): ISO 7064 MOD 97-10.

    Raises ValueError for a character that is neither a letter A-Z nor a digit.
    """
    rest = 0
    for char in text:
        if not char.isascii() or not char.isalnum():
            raise ValueError(f"{char!r} has no value")
        value = int(char, 36)
        rest = (rest * (100 if value > 9 else 10) + value) % 97
    return rest


def is_iban(text: str) -> bool:
    """Whether a text is an IBAN by its shape and check digits (ISO 13616), whatever its country asks of it besides."""
    plain = plain_number(text)
    shaped = 15 <= len(plain) <= 34 and plain.isascii() and plain.isalnum()
    return shaped and plain[:2].isalpha() and plain[2:4].isdigit() and mod_97(plain[4:] + plain[:4]) == 1


def fault_of_creditor_id(text: str) -> Sentence | None:
    """What is wrong with a SEPA creditor identifier ("DE98ZZZ09999999999"); None when it fits.

    The three characters after the check digits are the creditor's own business code and count for nothing.
    """
    plain = plain_number(text)
    if not (8 <= len(plain) <= 35 and plain.isascii() and plain.isalnum() and plain[:2].isalpha()):
        return Sentence(N_("A creditor identifier looks like DE98ZZZ09999999999."))
    if not plain[2:4].isdigit() or mod_97(plain[7:] + plain[:4]) != 1:
        return Sentence(N_("This creditor identifier does not fit its check digits."))
    return None


def fault_of_routing(text: str) -> Sentence | None:
    """What is wrong with an ABA routing number; None when it fits."""
    routing = plain_number(text)
    if not routing:
        return Sentence(N_("Enter the routing number."))
    if not (routing.isascii() and routing.isdigit()):
        return Sentence(N_("A routing number has digits only."))
    if len(routing) != 9:
        return Sentence(N_("A routing number has 9 digits; this one has %(count)s."), {"count": len(routing)})
    total = sum(int(digit) * weight for digit, weight in zip(routing, _ROUTING_WEIGHTS, strict=True))
    if total % 10 or not _is_district(int(routing[:2])):
        return Sentence(
            N_(
                "This is not a routing number of a bank. One digit is probably mistyped or swapped: look at it again."
            )
        )
    return None


def _is_district(first: int) -> bool:
    """Whether the first two digits are given out: Federal Reserve districts, thrifts, electronic, traveller's cheques.

    Source: ABA routing number policy: 00-12, 21-32, 61-72, 80. 00 is the government's own and takes no debits.
    """
    return 1 <= first <= 12 or 21 <= first <= 32 or 61 <= first <= 72
