"""How staff make sure who is calling, before money is taken by telephone. Pure.

A person who can name nothing but what stands on every envelope is nobody yet: two checks at least, asked as questions.
None of them is a secret that opens an account.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.words import N_, Refused, Sentence

CHECKS: dict[str, str] = {
    "agreement": N_("Named the number of the agreement or the customer number"),
    "address": N_("Named the address on file"),
    "contact": N_("Named the telephone number or e-mail address on file"),
    "last_payment": N_("Named the day or amount of the last payment"),
    "called_back": N_("Was called back at the number on file"),
}
"""What staff may have heard, in words."""
NEEDED = 2


def check_caller(checks: Iterable[str]) -> tuple[str, ...]:
    """The checks in the order of `CHECKS`, each once. Raises Refused when there are too few, or one there is not."""
    heard = set(checks)
    if heard - set(CHECKS):
        raise Refused(Sentence(N_("This is not one of the choices.")), "checks")
    if len(heard) < NEEDED:
        words = N_("Ask more: at least %(needed)s of these have to be right before money is taken.")
        raise Refused(Sentence(words, {"needed": NEEDED}), "checks")
    return tuple(name for name in CHECKS if name in heard)
