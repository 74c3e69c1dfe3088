"""The permission to take money, in the words the payer accepts: one text for each scheme and class, with a version.

Verbs: `authorisation` builds it from facts, `scheme_of` says which scheme a way to pay belongs to. The text is a row of
sentences; the edge says them in the payer's language, and what was shown is what is kept (`domain.records.mandates`).
A change of any sentence is a new version; rows that stand keep theirs.

Sources of what a text must say: 12 CFR 1005.10(b) and CFPB Bulletin 2015-06 (amount, timing, account, recurring nature,
how to revoke); Nacha Operating Rules 2.3.2 and, for an order by telephone, its six points for TEL; the core mandate of
the European Payments Council (EPC016-06); the Direct Debit Guarantee as Pay.UK prints it; the card networks' agreement
on stored credentials (which card, what for, how changes are told).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from domain.rules import authorisation_texts as texts
from domain.rules.authorisation_texts import Facts
from domain.words import N_, Refused, Sentence

__all__ = ["Authorisation", "Facts", "Scheme", "authorisation", "scheme_of", "text_hash"]

Scheme = Literal["ach", "sepa", "bacs", "card"]
SCHEMES: tuple[Scheme, ...] = ("ach", "sepa", "bacs", "card")
VERSION = "2026-11"

SCHEME_WORDS: dict[str, str] = {
    "ach": N_("US bank debit"),
    "sepa": N_("SEPA direct debit"),
    "bacs": N_("UK direct debit"),
    "card": N_("Card"),
}
"""What each scheme is called on a page."""

_BY_GATEWAY: dict[str, Scheme] = {"ach_file": "ach", "sepa_file": "sepa", "bacs_file": "bacs"}
_BY_CURRENCY: dict[str, Scheme] = {"EUR": "sepa", "GBP": "bacs"}


@dataclass(frozen=True, slots=True)
class Authorisation:
    """A permission as it is shown: which scheme and entry class, for one payment or more, and its sentences in order.

    `class_code` is the ACH entry class (WEB, PPD, CCD, TEL), "" outside ACH.
    """

    scheme: Scheme
    class_code: str
    recurring: bool
    version: str
    sentences: tuple[Sentence, ...]

    def text(self, say: Callable[[Sentence], str]) -> str:
        """The whole text in the language of `say`, one paragraph for each sentence."""
        return "\n\n".join(say(sentence) for sentence in self.sentences)


def scheme_of(instrument: str, currency: str, gateway: str = "") -> Scheme:
    """The scheme of a method: cards are "card"; a bank account by its file gateway, else by the currency."""
    if instrument == "card":
        return "card"
    return _BY_GATEWAY.get(gateway) or _BY_CURRENCY.get(currency, "ach")


def authorisation(
    scheme: Scheme, facts: Facts, *, class_code: str = "", recurring: bool = False
) -> Authorisation:
    """The permission to take money as `facts` say. ACH without a class is WEB, given on our pages.

    Raises Refused when it would not say all the payer must be told: who takes what, from which account, when, for
    what, and whom to call to take it back.
    """
    if scheme == "ach":
        class_code = class_code or "WEB"
    _check(facts, recurring, class_code)
    return Authorisation(
        scheme, class_code, recurring, VERSION, tuple(_said(scheme, class_code, recurring, facts))
    )


def _said(scheme: Scheme, class_code: str, recurring: bool, facts: Facts) -> list[Sentence]:
    if scheme == "sepa":
        return texts.sepa(facts, recurring)
    if scheme == "bacs":
        return texts.bacs(facts, recurring)
    if scheme == "card":
        return texts.card(facts, recurring)
    return (
        texts.telephone(facts, recurring) if class_code == "TEL" else texts.ach(facts, recurring, class_code)
    )


def _check(facts: Facts, recurring: bool, class_code: str) -> None:
    said = (facts.business, facts.account, facts.agreement, facts.contact)
    if not all(text.strip() for text in said):
        raise Refused(
            Sentence(N_("A permission names the business, how to reach it, the account and the agreement."))
        )
    if facts.amount_minor is None and facts.most_minor is None and facts.what is None:
        raise Refused(
            Sentence(N_("A permission says which amount may be taken, or at most which.")), "amount"
        )
    if any(minor is not None and minor <= 0 for minor in (facts.amount_minor, facts.most_minor)):
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    if recurring and facts.rhythm is None:
        raise Refused(Sentence(N_("A permission for more than one payment says when they are taken.")), "on")
    if not recurring and facts.on is None:
        raise Refused(Sentence(N_("A permission for one payment says on which day it is taken.")), "on")
    if class_code == "TEL" and facts.said_on is None:
        raise Refused(Sentence(N_("A permission by telephone says on which day it was given.")), "said_on")


def text_hash(text: str) -> str:
    """SHA-256 of a permission's text as it was shown, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
