"""The terms of a credit line, and the check that they make sense before anything is computed from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from domain.rules.checks import check_amount, check_choice, check_percent
from domain.rules.money import MODES
from domain.words import N_, Refused, Sentence

BASES = ("actual/365", "actual/360", "actual/actual", "monthly")
LEAST_DUE_DAYS = 21
"""Fewer days between closing and due day are refused (12 CFR 1026.5(b)(2)(ii), and custom elsewhere)."""
MOST_DUE_DAYS = 60
MOST_RATE_PERCENT = 10_000


@dataclass(frozen=True)
class MinimumTier:
    """The minimum payment of balances above `above_minor`: `percent` of the balance + `money_minor`, and on top of them
    the statement's interest, its fees and what is past due, where ticked.
    """

    above_minor: int = 0
    percent: Decimal = Decimal(0)
    money_minor: int = 0
    plus_interest: bool = False
    plus_fees: bool = False
    plus_past_due: bool = False


@dataclass(frozen=True)
class MinimumRule:
    """How a minimum payment is found: the tier of the balance, rounded by `rounding` to `unit_minor` (100 = whole
    dollars), at least `floor_minor`, never above the balance. One tier must begin at zero.
    """

    tiers: tuple[MinimumTier, ...]
    floor_minor: int = 0
    unit_minor: int = 1
    rounding: str = "half-up"


@dataclass(frozen=True)
class RateFrom:
    """Another yearly rate (9.9 means 9.9 %), for the cycles that begin on `from_on` or later."""

    from_on: date
    annual_rate_percent: Decimal


@dataclass(frozen=True)
class CreditTerms:
    """What the holder of a credit line and the business agreed on. Amounts are minor units of `currency`.

    A cycle closes each month on `closing_day` (31 = the last day) and its statement is due `due_days` later.
    `annual_rate_percent`: 23.99 means 23.99 % a year, by the days of the cycle over `basis`, or a twelfth of it for
    each cycle ("monthly"). `rounding` rounds the interest. `grace`: see `credit_interest.grace_holds`. `rates` are the
    rates agreed on later, in the order of their days.
    """

    limit_minor: int
    annual_rate_percent: Decimal
    closing_day: int
    minimum: MinimumRule
    due_days: int = 25
    basis: str = "actual/365"
    rounding: str = "half-up"
    grace: bool = True
    currency: str = "USD"
    rates: tuple[RateFrom, ...] = ()

    def in_cycle(self, period_from: date) -> CreditTerms:
        """The terms as they count for the cycle that begins on a day: with the rate of that day."""
        counts = [one.annual_rate_percent for one in self.rates if one.from_on <= period_from]
        return replace(self, annual_rate_percent=counts[-1], rates=()) if counts else self


def check_terms(terms: CreditTerms) -> None:
    """Refuse terms no credit line can be kept by; the Refused carries the sentence and the name of the field."""
    check_amount(terms.limit_minor, "limit", least=1)
    check_percent(terms.annual_rate_percent, "rate", MOST_RATE_PERCENT)
    for rate in terms.rates:
        check_percent(rate.annual_rate_percent, "rate", MOST_RATE_PERCENT)
    if any(later.from_on <= earlier.from_on for earlier, later in pairwise(terms.rates)):
        raise Refused(Sentence(N_("Another rate counts from that day or later already.")), "from_on")
    check_choice(terms.basis, "basis", BASES)
    check_choice(terms.rounding, "rounding", MODES)
    if not 1 <= terms.closing_day <= 31:
        raise Refused(Sentence(N_("Give one day of the month, between 1 and 31.")), "closing_day")
    if not LEAST_DUE_DAYS <= terms.due_days <= MOST_DUE_DAYS:
        raise Refused(
            Sentence(
                N_("A statement is due between %(least)s and %(most)s days after it closes."),
                {"least": LEAST_DUE_DAYS, "most": MOST_DUE_DAYS},
            ),
            "due_days",
        )
    _check_minimum(terms.minimum)


def _check_minimum(rule: MinimumRule) -> None:
    check_amount(rule.floor_minor, "minimum_floor")
    check_amount(rule.unit_minor, "minimum_unit", least=1)
    check_choice(rule.rounding, "minimum_rounding", MODES)
    for tier in rule.tiers:
        check_amount(tier.above_minor, "minimum_tiers")
        check_amount(tier.money_minor, "minimum_tiers")
        check_percent(tier.percent, "minimum_tiers")
    starts = [tier.above_minor for tier in rule.tiers]
    if 0 not in starts or len(set(starts)) != len(starts):
        raise Refused(
            Sentence(N_("The minimum payment needs one line for each balance, the first from zero.")),
            "minimum_tiers",
        )
    if not rule.floor_minor and any(not tier.percent and not tier.money_minor for tier in rule.tiers):
        raise Refused(
            Sentence(N_("Each line of the minimum payment needs a percentage or an amount.")), "minimum_tiers"
        )
