"""The terms of a lease-to-own, and the check that they make sense before anything is computed from them.

`LeaseTerms` is what was agreed, as plain values; `check_terms` refuses, with one sentence for people and the name of
the field, what no lease can be made of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache

from domain.rules.calendar import Frequency, add_months, anchors_for, kept_anchors, parse_frequency
from domain.rules.checks import check_amount, check_choice, check_percent
from domain.rules.money import MODES
from domain.words import N_, Refused, Sentence

BUYOUT_FORMS = ("discount", "share", "balloon")
PARTIAL = ("arrears", "buys-days", "back-rent")
UNFINISHED = ("prorated", "whole")
MOST_PAYMENTS = 3000
MOST_YEARS = 100
MOST_TAX_PERCENT = 100
MOST_WINDOW_DAYS = 3660


@dataclass(frozen=True)
class BuyoutRule:
    """What buying early costs, before tax.

    `form`, and what `percent` means in it:
    "discount": percent off the payments not yet due: (remaining + prepaid) x (1 - percent) - prepaid where
    `discount_prepaid`, else remaining x (1 - percent). Back rent comes on top, undiscounted.
    "share": percent of (all payments - all paid), a statute's form; back rent is inside it.
    "balloon": (remaining - balloon) x percent + balloon. Back rent comes on top.
    Nothing is taken off from the day on which the first of the last `full_price_payments` falls due.
    """

    form: str = "discount"
    percent: Decimal = Decimal(0)
    discount_prepaid: bool = False
    full_price_payments: int = 0


@dataclass(frozen=True)
class LeaseTerms:
    """What lessee and lessor agreed on. Amounts are minor units of `currency`, before tax.

    Payment k pays for period k: the periods run from `start_on`, one after another, so `first_due_on` = `start_on`
    means payment in advance. `frequency` is a name of `domain.rules.calendar`, `anchor_days` its days of the month.
    `tax_percent` is charged on each payment and rounded on each line, and on the buyout where `tax_on_buyout`.
    `balloon_minor` is due after the payments, for ownership. For `same_as_cash_days` days after the start the goods can
    be bought for the cash price and `same_as_cash_fee_minor`, less what was paid (0 days: no such option).
    `partial`: a payment that is not whole is plain "arrears", "buys-days", or moves the due day a whole period and
    leaves the rest as "back-rent". `unfinished`: when goods come back within a period, it is owed by the day
    ("prorated") or "whole".
    """

    cash_price_minor: int
    payment_minor: int
    count: int
    frequency: str
    start_on: date
    first_due_on: date
    anchor_days: tuple[int, ...] | None = None
    tax_percent: Decimal = Decimal(0)
    same_as_cash_days: int = 0
    same_as_cash_fee_minor: int = 0
    buyout: BuyoutRule = field(default_factory=BuyoutRule)
    balloon_minor: int = 0
    deposit_minor: int = 0
    tax_on_buyout: bool = True
    partial: str = "arrears"
    unfinished: str = "prorated"
    rounding: str = "half-up"
    currency: str = "USD"

    @property
    def total_payments_minor(self) -> int:
        """All payments and the balloon, before tax."""
        return self.payment_minor * self.count + self.balloon_minor


def check_terms(terms: LeaseTerms) -> None:
    """Refuse terms no lease can be made of; the Refused carries the sentence and the name of the field."""
    if not 1 <= terms.count <= MOST_PAYMENTS:
        raise Refused(
            Sentence(N_("A lease has between 1 and %(most)s payments."), {"most": MOST_PAYMENTS}), "count"
        )
    check_amount(terms.cash_price_minor, "cash_price", least=1)
    check_amount(terms.payment_minor, "payment", least=1)
    check_amount(terms.same_as_cash_fee_minor, "same_as_cash_fee")
    check_amount(terms.balloon_minor, "balloon")
    check_amount(terms.deposit_minor, "deposit")
    check_percent(terms.tax_percent, "tax", MOST_TAX_PERCENT)
    check_choice(terms.partial, "partial", PARTIAL)
    check_choice(terms.unfinished, "unfinished", UNFINISHED)
    check_choice(terms.rounding, "rounding", MODES)
    if not 0 <= terms.same_as_cash_days <= MOST_WINDOW_DAYS:
        raise Refused(
            Sentence(
                N_("The same-as-cash option lasts between 0 and %(most)s days."), {"most": MOST_WINDOW_DAYS}
            ),
            "same_as_cash_days",
        )
    _check_buyout(terms)
    _check_dates(terms, parse_frequency(terms.frequency))


def _check_buyout(terms: LeaseTerms) -> None:
    rule = terms.buyout
    check_choice(rule.form, "buyout_form", BUYOUT_FORMS)
    check_percent(rule.percent, "buyout_percent")
    if not 0 <= rule.full_price_payments <= terms.count:
        raise Refused(
            Sentence(
                N_("The payments without a discount are between 0 and all %(count)s."), {"count": terms.count}
            ),
            "full_price_payments",
        )
    if rule.form == "balloon" and not terms.balloon_minor:
        raise Refused(Sentence(N_("This buyout needs a balloon.")), "balloon")


def _check_dates(terms: LeaseTerms, frequency: Frequency) -> None:
    if not 1900 <= terms.start_on.year <= 2200:
        raise Refused(Sentence(N_("The start date must be between 1900 and 2200.")), "start")
    if terms.first_due_on < terms.start_on:
        raise Refused(
            Sentence(
                N_("The first payment on %(first_due)s must not come before the start on %(start)s."),
                {"first_due": terms.first_due_on, "start": terms.start_on},
            ),
            "first_due",
        )
    if terms.first_due_on > add_months(terms.start_on, 12):
        raise Refused(Sentence(N_("The first payment is more than a year after the start.")), "first_due")
    anchors_for(frequency, terms.first_due_on, terms.anchor_days)
    days = {"day": frequency.step, "semimonth": 15, "month": 30 * frequency.step}[frequency.unit]
    if terms.count * days > MOST_YEARS * 365:
        raise Refused(
            Sentence(N_("The lease would run for more than %(years)s years."), {"years": MOST_YEARS}), "count"
        )


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The frequency of checked terms, with the anchor days of the due days and of the periods."""

    frequency: Frequency
    due_anchors: tuple[int, ...]
    period_anchors: tuple[int, ...]


@lru_cache(maxsize=8192)
def rhythm_of(terms: LeaseTerms) -> Rhythm:
    """Check the terms and work out their rhythm, once for terms that are asked about again and again."""
    check_terms(terms)
    frequency = parse_frequency(terms.frequency)
    kept = kept_anchors(frequency, terms.start_on, terms.first_due_on, terms.anchor_days)
    due_anchors = anchors_for(frequency, terms.first_due_on, kept)
    try:
        period_anchors = anchors_for(frequency, terms.start_on, due_anchors)
    except Refused:
        # The lease began on another day of the month than it is paid on: its periods keep the day it began.
        period_anchors = anchors_for(frequency, terms.start_on)
    return Rhythm(frequency, due_anchors, period_anchors)
