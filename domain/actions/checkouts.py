"""Pay several agreements in one go. Verb: `start`.

Each agreement gets a payment of its own, with its own obligation, attempt and key, begun by `payments.start` as if it
were alone; they share the ref of the checkout and nothing else, so that one that is declined leaves the others as they
are. They are begun one after the other and no transaction spans two of them: after a crash the first ones stand, the
rest were not begun, and the same checkout again finds the first and goes on with the rest.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from domain.access import Scope
from domain.actions import payments
from domain.actions.payment_intents import check_intent
from domain.actions.payment_limits import PLAIN, TwinPayment, Wanted
from domain.words import N_, Conflict, DomainError, Refused, Sentence

__all__ = ["NotAllBegun", "TwinPayment", "ref_of", "start"]

Wishes = Sequence[tuple[str, int]]
"""(agreement's ref, amount in minor units) of each payment, in the order in which they are begun."""


class NotAllBegun(Conflict):
    """Some payments were not begun; `why` says for each of these agreements. `begun` names those that were.

    Only what happens between the check of all and the beginning of each leaves any in `begun`.
    """

    def __init__(self, why: Mapping[str, DomainError], begun: Sequence[str] = ()):
        super().__init__(Sentence(N_("Not all of these payments could be begun.")))
        self.why = why
        self.begun = begun


def ref_of(checkout_ref: str, agreement_ref: str) -> str:
    """The ref of the payment on an agreement within a checkout: always the same, and nobody's guess."""
    digest = hashlib.sha256(f"{checkout_ref}:{agreement_ref}".encode()).digest()
    # Like every ref 22 characters, the first of them a letter or digit.
    return base64.urlsafe_b64encode(digest).decode().lstrip("-_")[:22]


def start(
    checkout_ref: str,
    wishes: Wishes,
    method_ref: str,
    *,
    who: Scope,
    today: date,
    now: datetime,
    return_url: Callable[[str], str] = lambda _ref: "",
    again: bool = False,
    wanted: Mapping[str, Wanted] | None = None,
) -> list[str]:
    """Pay each agreement its amount by the one method; returns the payments' refs in the order of `wishes`.

    When any of them may not be paid now, none is begun. `return_url` gives the way back from a gateway's page for the
    ref of a payment, `wanted` by agreement what else is wished of each.
    Raises Gone for an agreement that is not the person's, and NotAllBegun.
    """
    begun: list[str] = []

    def wish(agreement_ref: str) -> Wanted:
        return replace((wanted or {}).get(agreement_ref, PLAIN), checkout_ref=checkout_ref)

    def check(agreement_ref: str, amount_minor: int, ref: str) -> None:
        check_intent(
            agreement_ref, amount_minor, method_ref, ref, who, today, now, again, wish(agreement_ref)
        )

    def begin(agreement_ref: str, amount_minor: int, ref: str) -> None:
        paid = payments.start(
            agreement_ref, amount_minor, method_ref, ref, who=who, today=today, now=now,
            return_url=return_url(ref), again=again, wanted=wish(agreement_ref),
        )  # fmt: skip
        begun.append(paid)

    for step in (check, begin):
        if why := _refused(checkout_ref, wishes, step):
            raise NotAllBegun(why, begun)
    return begun


def _refused(
    checkout_ref: str, wishes: Wishes, step: Callable[[str, int, str], None]
) -> dict[str, DomainError]:
    """Take the step for each wish; agreement -> why it could not be taken, where it could not."""
    why: dict[str, DomainError] = {}
    for agreement_ref, amount_minor in wishes:
        try:
            step(agreement_ref, amount_minor, ref_of(checkout_ref, agreement_ref))
        except (Refused, Conflict) as refused:
            why[agreement_ref] = refused
    return why
