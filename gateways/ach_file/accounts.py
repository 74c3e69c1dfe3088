"""Accounts at US banks: what is wrong with one that somebody typed, before a debit finds out."""

from __future__ import annotations

import re
from functools import lru_cache

from domain.rules.bank_numbers import fault_of_routing, plain_number
from domain.words import N_, Sentence
from gateways.files import BankAccount

_ACCOUNT = re.compile(r"[A-Za-z0-9-]{4,17}")


def account_problems(account: BankAccount) -> dict[str, Sentence]:
    """What is wrong with an account, by field; empty when it can be debited as far as anybody can see."""
    found: dict[str, Sentence] = {}
    if why := _fault_of_routing(account.routing):
        found["routing"] = why
    if not _ACCOUNT.fullmatch(account.number):
        found["number"] = Sentence(
            N_(
                "An account number has 4 to 17 digits or letters. It stands on a check after the routing number."
            )
        )
    elif account.number == account.routing:
        found["number"] = Sentence(
            N_("This is the routing number again. The account number is another number.")
        )
    if account.account_type not in ("checking", "savings"):
        found["account_type"] = Sentence(N_("Choose checking or savings."))
    return found


@lru_cache(maxsize=4096)
def _fault_of_routing(routing: str) -> Sentence | None:
    """Kept for the few thousand banks there are: a file asks it for each of its lines."""
    why = fault_of_routing(routing)
    if why is None and routing != plain_number(routing):
        return Sentence(N_("A routing number has digits only."))
    return why
