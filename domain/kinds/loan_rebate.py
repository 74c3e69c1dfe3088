"""What flat interest has earned by a day when the loan is paid off early, by the rule its terms name.

Flat interest is posted in equal parts, period by period. By the actuarial rule and by the Rule of 78 more of it is
earned early, so a payoff holds the difference; the rest of the charge comes back. A page shows both with `rebate_on`.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from fractions import Fraction

from domain.rules.rebates import Rebate, actuarial, rule_of_78
from domain.rules.revisions import AgreedPlan
from domain.words import N_, Refused, Sentence


def rebate_on(plan: AgreedPlan, rule: str, on: date) -> Rebate:
    """The rebate of a flat loan paid off on a day by `rule` ("actuarial" or "rule_of_78"), within its last stretch.

    Part of a period counts in proportion to its days. Raises Refused for a loan without flat interest.
    """
    stretch = plan.stretches[-1]
    terms, flat = stretch.terms, stretch.schedule.plan.flat
    if flat is None:
        raise Refused(Sentence(N_("Only flat interest is charged in advance and can come back.")), "rebate")
    remaining = len(flat) - _done(plan, on)
    if rule == "rule_of_78":
        return rule_of_78(sum(flat), len(flat), remaining, terms.rounding, terms.currency)
    owed = terms.principal_minor + terms.carried_minor
    payments = [row.payment_minor for row in stretch.schedule.rows]
    return actuarial(owed, payments, remaining, terms.rounding, terms.currency)


def _done(plan: AgreedPlan, on: date) -> Fraction:
    """How many periods of the last stretch have passed, with the part of the one under way."""
    stretch = plan.stretches[-1]
    dues = [row.due_on for row in stretch.schedule.rows]
    past = bisect_right(dues, on)
    if past == len(dues):
        return Fraction(past)
    begun = dues[past - 1] if past else stretch.terms.start_on
    return past + Fraction(max((on - begun).days, 0), (dues[past] - begun).days)
