"""A bank account as a customer types it on our own page: what is asked for each scheme, and what is wrong with it.

Verbs: `typed_problems`, `same_name`. The scheme's own check of the numbers stands in its gateway; here is what is the
same for all: the number typed twice, no card's number, whose account it is.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from domain.rules.card_numbers import is_card_number
from domain.words import N_, Sentence

FIELDS: dict[str, tuple[str, ...]] = {
    "ach_file": ("routing", "number", "again", "account_type"),
    "sepa_file": ("number", "again"),
    "bacs_file": ("routing", "number", "again"),
}
"""Gateway of files -> what is asked of an account, in the order of the page; `again` is the number once more."""

LABELS: dict[tuple[str, str], str] = {
    ("ach_file", "routing"): N_("Routing number"),
    ("ach_file", "number"): N_("Account number"),
    ("ach_file", "again"): N_("Account number once more"),
    ("sepa_file", "number"): N_("IBAN"),
    ("sepa_file", "again"): N_("IBAN once more"),
    ("bacs_file", "routing"): N_("Sort code"),
    ("bacs_file", "number"): N_("Account number"),
    ("bacs_file", "again"): N_("Account number once more"),
}
ACCOUNT_TYPES: dict[str, str] = {"checking": N_("Checking"), "savings": N_("Savings")}
OWNERS: dict[str, str] = {
    "mine": N_("Mine, in my name"),
    "mine_named": N_("Mine, in another name (of my business, or from before a marriage)"),
    "other": N_("Somebody else's, who agreed that I pay from it"),
}
"""Whose account it is."""
COUNTRY = {"ach_file": "US", "bacs_file": "GB"}
MOST_HOLDER = 120
_CARD = N_("This looks like the number of a card. Cards are added on the processor's page, never here.")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: numbers as text, `holder` the name on the account, `owner` one of `OWNERS`."""

    number: str
    again: str
    holder: str
    owner: str
    routing: str = ""
    account_type: str = ""


def typed_problems(typed: Typed, payer: str) -> dict[str, Sentence]:
    """What is wrong with what was typed, by field; empty when nothing is. `payer` is the customer's name."""
    found: dict[str, Sentence] = {}
    if _is_card(typed.number):
        found["number"] = Sentence(_CARD)
    elif bare(typed.number) != bare(typed.again):
        found["again"] = Sentence(N_("The two numbers differ. Type both again."))
    holder = " ".join(typed.holder.split())
    if not holder:
        found["holder"] = Sentence(N_("Enter the name on the account."))
    elif len(holder) > MOST_HOLDER:
        found["holder"] = Sentence(N_("Use at most %(count)s characters."), {"count": MOST_HOLDER})
    if typed.owner not in OWNERS:
        found["owner"] = Sentence(N_("Say whose account it is."))
    elif typed.owner == "mine" and holder and not same_name(holder, payer):
        words = N_(
            "The name on the account is not %(name)s. Is it yours in another name, or somebody else's?"
        )
        found["owner"] = Sentence(words, {"name": payer})
    return found


def bare(text: str) -> str:
    """A number as it counts: capitals, without spaces."""
    return "".join(text.split()).upper()


def _is_card(text: str) -> bool:
    # What the page takes out before anything reads it stands here as dots.
    return "•" in text or is_card_number("".join(char for char in text if char.isdigit()))


def same_name(typed: str, known: str) -> bool:
    """Whether two names are likely one person's: each word of the shorter is one of the other, or its initial."""
    one, other = _words(typed), _words(known)
    if len(one) > len(other):
        one, other = other, one
    left = list(other)
    for word in sorted(one, key=len, reverse=True):
        fits = [name for name in left if name == word or (1 in (len(name), len(word)) and name[0] == word[0])]
        if not fits:
            return False
        left.remove(max(fits, key=len))
    return bool(one) and any(len(word) > 1 and word in other for word in one)


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return [word for word in kept.split() if word not in ("mr", "mrs", "ms", "dr", "sr", "sra")]
