"""Payments of a lease that are not whole, and goods that come back before the lease has run.

Where the contract says so, a part of a payment buys days, or moves the due day a whole period and leaves back rent.
Source: vendor manual of RTO Pro, partial payment option. Goods returned end the lease: what is owed up to that day,
nothing after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.rules.checks import check_amount
from domain.rules.lease_plan import period_from, tax_minor, tax_steps
from domain.rules.lease_terms import LeaseTerms, rhythm_of
from domain.rules.money import round_minor
from domain.rules.recurrence import numbers_between
from domain.words import N_, Money, Sentence, Step, Trace

VERSION = 1


@dataclass(frozen=True, slots=True)
class DaysBought:
    """The whole days a payment buys, and what it leaves over (minor units, less than a day's price)."""

    days: int
    left_minor: int
    trace: Trace


@dataclass(frozen=True, slots=True)
class PeriodsBought:
    """How many periods the due day moves, and the back rent that is owed afterwards (minor units)."""

    periods: int
    back_rent_minor: int
    trace: Trace


@dataclass(frozen=True, slots=True)
class Returned:
    """What a lease asks for in all when the goods come back on a day, whatever was paid of it (minor units).

    `whole_periods` are owed in full; `part_minor` of the unfinished period's payment, of which `part_days` were used.
    `amount_minor` is all of it with its tax, `tax_minor` the tax in it.
    """

    on: date
    whole_periods: int
    part_days: int
    part_minor: int
    amount_minor: int
    tax_minor: int
    trace: Trace


def days_bought(terms: LeaseTerms, paid_minor: int) -> DaysBought:
    """The days that `paid_minor` (before tax) buys at payment / days of a period: a month has 30, half a month 15."""
    check_amount(paid_minor, "paid")
    frequency = rhythm_of(terms).frequency
    period = {"day": frequency.step, "semimonth": 15, "month": 30 * frequency.step}[frequency.unit]
    days = paid_minor * period // terms.payment_minor
    spent = -(-days * terms.payment_minor // period)
    said = Sentence(
        N_("%(paid)s of %(payment)s for %(period)s days buys %(days)s days."),
        {
            "paid": Money(paid_minor, terms.currency),
            "payment": Money(terms.payment_minor, terms.currency),
            "period": period,
            "days": days,
        },
    )
    return DaysBought(days, paid_minor - spent, Trace("lease.days_bought", VERSION, (Step(said),)))


def periods_bought(terms: LeaseTerms, paid_minor: int, back_rent_minor: int = 0) -> PeriodsBought:
    """What a payment (before tax) does where any part of one moves the due day a whole period.

    It pays the back rent first; what is left moves the due day a period for each payment it begins, and what is missing
    of the last one is back rent.
    """
    check_amount(paid_minor, "paid")
    check_amount(back_rent_minor, "back_rent")
    rhythm_of(terms)
    periods = -(-max(paid_minor - back_rent_minor, 0) // terms.payment_minor)
    behind = back_rent_minor + periods * terms.payment_minor - paid_minor
    said = Sentence(
        N_(
            "%(paid)s pays back rent of %(before)s and begins %(periods)s periods; %(behind)s is back rent now."
        ),
        {
            "paid": Money(paid_minor, terms.currency),
            "before": Money(back_rent_minor, terms.currency),
            "periods": periods,
            "behind": Money(behind, terms.currency),
        },
    )
    return PeriodsBought(periods, behind, Trace("lease.periods_bought", VERSION, (Step(said, behind),)))


def returned_goods(terms: LeaseTerms, on: date) -> Returned:
    """What the lease asks for when the goods come back on `on`, which is the last day owed; nothing after it.

    Periods that have run are owed in full. The unfinished one is owed by the day (days used / its days) or whole, as
    the terms say. The balloon is not owed. Before the start nothing is.
    """
    rhythm = rhythm_of(terms)
    begun = len(
        numbers_between(rhythm.frequency, terms.start_on, rhythm.period_anchors, terms.count, None, on)
    )
    whole, used, part = begun, 0, 0
    steps: list[Step] = []
    if begun:
        begins, after = period_from(terms, begun), period_from(terms, begun + 1)
        length, used = (after - begins).days, (on - begins).days + 1
        if used >= length or terms.unfinished == "whole":
            used = 0
        else:
            whole = begun - 1
            part = round_minor(Fraction(terms.payment_minor * used, length), terms.rounding)
            said = Sentence(
                N_("%(used)s of %(days)s days of the unfinished period: %(part)s."),
                {"used": used, "days": length, "part": Money(part, terms.currency)},
            )
            steps.append(Step(said, part))
    full = Sentence(
        N_("%(number)s whole payments of %(payment)s."),
        {"number": whole, "payment": Money(terms.payment_minor, terms.currency)},
    )
    steps.insert(0, Step(full, whole * terms.payment_minor))
    tax = whole * tax_minor(terms, terms.payment_minor) + tax_minor(terms, part)
    amount = whole * terms.payment_minor + part + tax
    steps += tax_steps(terms, amount - tax, tax)
    steps.append(Step(Sentence(N_("Owed through %(on)s; nothing after it."), {"on": on}), amount))
    trace = Trace("lease.returned_goods", VERSION, tuple(steps))
    return Returned(on, whole, used, part, amount, tax, trace)
