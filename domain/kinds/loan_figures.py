"""What the page of a loan shows and says beside what is due, what is owed and what ends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.kinds.base import Figure
from domain.words import N_, Money, Sentence, Step, Trace

WORDS: Mapping[str, str] = {
    "due": N_("Due now"),
    "next": N_("Next payment"),
    "nothing": N_("Nothing is left to pay."),
    "owed": N_("Owed before new interest"),
    "credit": N_("Your credit"),
    "close": N_("To end it today"),
    "to_go": N_("%(amount)s to go"),
    "percent": N_("%(percent)s %% paid"),
    "plan": N_("Your plan"),
    "ahead": N_("Still to pay"),
    "done": N_("Payments made"),
}


def figures(met_minor: int, principal_minor: int, lent: Money) -> Sequence[Figure]:
    """What met the plan so far, and the principal: the part of the balance that bears interest (minor units).

    Money beyond the plan meets no payment of it: the principal says how much of the loan was paid in all.
    """
    met = Step(Sentence(N_("Payments of the plan that are met, wholly or in part.")), met_minor)
    owed = Step(Sentence(N_("Principal still owed.")), principal_minor)
    paid = Money(lent.minor - principal_minor, lent.currency)
    words = Sentence(N_("%(paid)s of %(lent)s is paid"), {"paid": paid, "lent": lent})
    return (
        Figure("paid", Sentence(N_("Paid on the plan")), met_minor, Trace("loan.paid", 1, (met,))),
        Figure(
            "principal",
            Sentence(N_("Principal still owed")),
            principal_minor,
            Trace("loan.principal", 1, (owed,)),
            words if paid.minor > 0 else None,
        ),
    )
