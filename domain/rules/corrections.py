"""Taking a charge back, all of it or a part: how much less is owed, which tax goes with it, what of it had been paid.

A correction says that the charge (or a part of it) should never have been: the income and its tax are taken back. What
was paid above what is left of the charge was paid for nothing and stays the customer's money, as credit. A waiver is
something else: it was right to ask, and the business gives it up. Pure; nothing is posted here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from domain.rules.money import round_minor
from domain.words import N_, Refused, Sentence, Step, Trace

RULE = "charge.correction"


@dataclass(frozen=True, slots=True)
class Correction:
    """A charge set to a lower amount. All in minor units.

    `lower_minor` less is owed of it, of which `tax_minor` is tax; `credit_minor` had been paid too much.
    """

    lower_minor: int
    tax_minor: int
    credit_minor: int
    trace: Trace


def corrected(
    stands_minor: int,
    tax_minor: int,
    paid_minor: int,
    to_minor: int,
    reason: str | Sentence,
    rounding: str = "half-up",
) -> Correction:
    """What setting a charge of `stands_minor` (less what lowered it before) to `to_minor` does; zero takes all back.

    `tax_minor` is the tax that is still in it: the same part of it goes as of the charge, rounded once. Raises Refused
    for an amount that is not below what stands, and without a reason.
    """
    if not 0 <= to_minor < stands_minor:
        raise Refused(
            Sentence(N_("Enter what the charge should have been: less than it is now, or zero.")), "amount"
        )
    if not reason:
        raise Refused(Sentence(N_("Say why, for those who look later.")), "reason")
    tax_minor = min(tax_minor, stands_minor)
    left_tax = round_minor(Fraction(tax_minor * to_minor, stands_minor), rounding)
    credit = max(paid_minor - to_minor, 0)
    less = stands_minor - to_minor
    words = N_("Taken back in full: %(reason)s") if not to_minor else N_("Corrected: %(reason)s")
    steps = [Step(Sentence(words, {"reason": reason}), -less)]
    if tax_minor:
        steps.append(Step(Sentence(N_("Of that, tax taken back with it.")), -(tax_minor - left_tax)))
    if credit:
        steps.append(Step(Sentence(N_("Already paid: kept as credit.")), credit))
    return Correction(less, tax_minor - left_tax, credit, Trace(RULE, 1, tuple(steps)))
