"""How much one late fee is: bases, their combination, tiers, least and most. Exact fractions, rounded once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from domain.rules.late_fee_policy import Combine, FeeBase, LateFeePolicy, Tier
from domain.rules.money import round_minor
from domain.words import N_, Money, Sentence, Step

_PERCENT_OF = {
    "of_standard": N_("%(percent)s percent of the regular payment of %(amount)s."),
    "of_overdue": N_("%(percent)s percent of %(amount)s, the unpaid part of this payment."),
    "of_overdue_charges": N_(
        "%(percent)s percent of %(amount)s, all that is past due and counts for late fees."
    ),
}
_BY_DAY = N_("%(percent)s percent a month of %(amount)s for %(days)s days: x 12 x %(days)s / 365.")
_COMBINED = {
    "sum": N_("The sum of these."),
    "greater": N_("The greater of these."),
    "lesser": N_("The lesser of these."),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a fee is counted from, as of its cut-off, in minor units.

    `payment_minor` is what is unpaid of the rent or installment itself, `unpaid_minor` of all that fell due with it,
    `charges_minor` of all overdue eligible charges; `days` how many days a charge by the day is for, `days_late` how
    late the payment is.
    """

    standard_minor: int
    payment_minor: int
    unpaid_minor: int
    charges_minor: int
    days: int
    days_late: int


def first_fee(policy: LateFeePolicy, facts: Facts) -> tuple[int, list[Step]]:
    """The fee when the payment is `days_late`: the tier that is reached, else the policy's bases; held between the
    policy's least and most. With the steps that led to it.
    """
    value = facts.days_late if policy.tier_by == "days_late" else facts.charges_minor
    tier = reached(policy, value)
    if tier is None:
        amount, steps = counted(policy, policy.bases, policy.combine, facts)
    else:
        amount, steps = counted(policy, tier.bases, tier.combine, facts)
    held = max(amount, policy.minimum_minor)
    if policy.maximum_minor is not None:
        held = min(held, policy.maximum_minor)
    if held > amount:
        steps.append(Step(Sentence(N_("By the policy, a late fee is at least this much.")), held))
    elif held < amount:
        steps.append(Step(Sentence(N_("By the policy, a late fee is at most this much.")), held))
    return held, steps


def reached(policy: LateFeePolicy, value: int) -> Tier | None:
    """The highest tier that begins at or below the value (days late or overdue amount); None below all."""
    found = [tier for tier in policy.tiers if policy.tier_by and tier.at_least <= value]
    return max(found, key=lambda tier: tier.at_least, default=None)


def counted(
    policy: LateFeePolicy, bases: tuple[FeeBase, ...], combine: Combine, facts: Facts
) -> tuple[int, list[Step]]:
    """The fee by these bases, combined and rounded once, with one step for each."""
    if not bases:
        return 0, []
    exact = [_exact(base, facts) for base in bases]
    amounts = [round_minor(amount, policy.rounding) for amount in exact]
    steps = [Step(_words(policy, base, facts), amount) for base, amount in zip(bases, amounts, strict=True)]
    together = {"sum": sum(exact, Fraction(0)), "greater": max(exact), "lesser": min(exact)}[combine]
    total = round_minor(together, policy.rounding)
    if len(bases) > 1:
        steps.append(Step(Sentence(_COMBINED[combine]), total))
    return total, steps


def _counted_from(base: FeeBase, facts: Facts) -> int:
    if base.kind == "of_standard":
        return facts.standard_minor
    if base.kind == "of_overdue":
        return min(facts.payment_minor, facts.standard_minor)
    return facts.unpaid_minor if base.kind == "monthly_by_day" else facts.charges_minor


def _exact(base: FeeBase, facts: Facts) -> Fraction:
    if base.kind == "flat":
        return Fraction(base.amount_minor)
    share = _counted_from(base, facts) * Fraction(base.percent) / 100
    return share * 12 * facts.days / 365 if base.kind == "monthly_by_day" else share


def _words(policy: LateFeePolicy, base: FeeBase, facts: Facts) -> Sentence:
    if base.kind == "flat":
        return Sentence(N_("A fixed amount."))
    params = {
        "percent": plain_percent(base.percent),
        "amount": Money(_counted_from(base, facts), policy.currency),
    }
    if base.kind == "monthly_by_day":
        return Sentence(_BY_DAY, {**params, "days": facts.days})
    return Sentence(_PERCENT_OF[base.kind], params)


def plain_percent(percent: Decimal) -> str:
    """`5`, `0.5`, `12.25`: without the zeros a column of the database adds."""
    text = format(percent, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def not_paid(due_on: date, day: date, at: str, unpaid_minor: int) -> Step:
    """The first line of every reason: what was unpaid when."""
    words = N_("Of the payment due on %(due)s, so much was not paid by %(time)s on %(day)s:")
    return Step(Sentence(words, {"due": due_on, "day": day, "time": at}), unpaid_minor)
