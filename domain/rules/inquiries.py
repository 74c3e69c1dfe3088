"""Questions about an amount, and payments that are missing: what is asked for, what may become of it, and by when.

A customer who says that a charge is wrong, or that a payment is not here, gets an answer by a day that is named at
once. Whether something is taken off is decided by people; nothing here decides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.words import N_, Money, Refused, Sentence

WITHIN = timedelta(days=10)
"""How long the business gives itself for an answer. A promise of ours, shorter than any law asks for."""
MOST_REASON = 5_000
MOST_ANSWER = 300
OLDEST = timedelta(days=730)

ABOUT_WORDS: Mapping[str, str] = {
    "charge": N_("A charge"),
    "payment": N_("A payment"),
    "missing": N_("A payment that is missing"),
    "balance": N_("What is owed"),
}
OPEN = ("received", "in_review")
STATE_WORDS: Mapping[str, str] = {
    "received": N_("We have it"),
    "in_review": N_("We are looking into it"),
    "waived": N_("Taken off"),
    "reduced": N_("Made smaller"),
    "found": N_("Found"),
    "answered": N_("Explained"),
    "rejected": N_("Stays as it is"),
    "withdrawn": N_("Taken back by you"),
}
PAID_BY: Mapping[str, str] = {
    "bank": N_("From my bank account"),
    "card": N_("By card"),
    "transfer": N_("By a transfer from my bank"),
    "cash": N_("Cash at your counter"),
    "check": N_("By check"),
    "other": N_("Another way"),
}
ANSWERS = ("answered", "found", "rejected")
"""What may become of it without an entry in the books."""
WAYS: Mapping[str, str] = {
    "waive": N_("Waive it: the charge was right, we give it up"),
    "correct": N_("Take it back: the charge was wrong"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a customer says. `asked_minor`: what should be taken off, or what was paid and is missing (minor units).

    `paid_on` and `paid_by` are of a missing payment alone.
    """

    about: str
    reason: str
    asked_minor: int | None = None
    paid_on: date | None = None
    paid_by: str = ""


def check(asked: Asked, most_minor: int | None, currency: str, today: date) -> None:
    """Raise Refused beside "text", "amount", "day" or "way" for what cannot be asked.

    `most_minor` is the amount that it is about, None where there is none.
    """
    if asked.about not in ABOUT_WORDS:
        raise Refused(Sentence(N_("Choose what it is about.")))
    missing = asked.about == "missing"
    if not asked.reason.strip() and not missing:
        raise Refused(Sentence(N_("Say in a few words what is wrong.")), "text")
    if len(asked.reason) > MOST_REASON:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_REASON}), "text")
    if asked.asked_minor is not None and asked.asked_minor <= 0:
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    if most_minor is not None and asked.asked_minor is not None and asked.asked_minor > most_minor:
        most = Money(most_minor, currency)
        raise Refused(
            Sentence(N_("It is about %(amount)s, so no more can come off."), {"amount": most}), "amount"
        )
    if missing:
        _check_missing(asked, today)


def _check_missing(asked: Asked, today: date) -> None:
    if asked.asked_minor is None:
        raise Refused(Sentence(N_("Enter how much you paid.")), "amount")
    if asked.paid_on is None:
        raise Refused(Sentence(N_("Choose the day on which you paid.")), "day")
    if asked.paid_on > today:
        raise Refused(Sentence(N_("This day has not come.")), "day")
    if asked.paid_on < today - OLDEST:
        raise Refused(Sentence(N_("That is more than two years ago. Write us a message instead.")), "day")
    if asked.paid_by not in PAID_BY:
        raise Refused(Sentence(N_("Choose how you paid.")), "way")


def answer_by(today: date) -> date:
    """The day by which somebody answers what is asked today."""
    return today + WITHIN


def outcome(state: str, amount_minor: int | None, currency: str) -> Sentence:
    """What became of it, in one sentence for the customer."""
    if amount_minor is not None and state in ("waived", "reduced"):
        words = N_("We took %(amount)s off.")
        return Sentence(words, {"amount": Money(amount_minor, currency)})
    return Sentence({
        "found": N_("We found your payment."),
        "answered": N_("We looked at it and explain it."),
        "rejected": N_("We looked at it, and it stays as it is."),
        "withdrawn": N_("You took your question back."),
        "in_review": N_("Somebody is looking into it."),
    }.get(state, N_("We have your question.")))  # fmt: skip
