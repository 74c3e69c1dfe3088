"""The terms of a loan, and the check that they make sense before anything is computed from them.

`LoanTerms` is what was agreed, as plain values; `check_terms` refuses, with one sentence for people, what no
schedule can be made of. Figures of law (rate ceilings, longest terms) are not here: they are dated rows the
operator edits. The limits below only keep out slips of the keyboard and sizes no loan has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.rules.calendar import Frequency, add_months, anchors_for, parse_frequency
from domain.rules.day_count import CONVENTIONS
from domain.rules.money import MODES
from domain.words import N_, Money, Refused, Sentence

INTEREST = ("period", "daily", "flat")
LAST = ("absorb", "equal", "interest")
REBATES = ("days", "actuarial", "rule_of_78")
MOST_PAYMENTS = 3000
MOST_YEARS = 100
MOST_PRINCIPAL_MINOR = 10**15
MOST_RATE_PERCENT = 10_000
MOST_RATE_DECIMALS = 20


@dataclass(frozen=True)
class LoanTerms:
    """What borrower and lender agreed on.

    `principal_minor`, `payment_minor` (a stated installment, taken as it is), `payment_unit_minor` (100 =
    whole dollars) and `balloon_minor` (due on top of the last payment) are minor units of `currency`.
    `annual_rate_percent`: 9.9 means 9.9 % a year. `frequency`: a name of `domain.rules.calendar`.
    `interest`: period (rate / periods a year), daily (days by `day_count`), flat (on the first amount
    throughout).
    `rounding` rounds interest, `payment_rounding` the installment. `last`: the last payment absorbs the rest
    ("absorb"), all are equal and the rest is reported ("equal"), or the last interest absorbs it
    ("interest").
    `skip_months`: calendar months (1-12) in which nothing is paid; interest is carried, never capitalised.
    `interest_only`: how many first payments pay interest alone. `anchor_days`: see
    `calendar.due_dates` and `calendar.kept_anchors`.
    `steps`: (number, amount) pairs: from that payment on the stated payment is that amount, until the next step.
    `carried_minor`: unpaid interest at the start, which bears none itself. `flat_interest_minor`: all interest of a
    flat loan as a stated amount, instead of one computed from the rate. `rebate`: what of flat interest is not charged
    when the loan is paid off early: that of the days left ("days"), by the actuarial rule, or by the Rule of 78 where
    `rebates.check_lawful` lets the caller agree on it.
    """

    principal_minor: int
    annual_rate_percent: Decimal
    count: int
    frequency: str
    start_on: date
    first_due_on: date
    interest: str = "period"
    day_count: str = "30/360"
    rounding: str = "half-up"
    payment_rounding: str = "half-up"
    payment_unit_minor: int = 1
    payment_minor: int | None = None
    last: str = "absorb"
    balloon_minor: int = 0
    skip_months: tuple[int, ...] = ()
    interest_only: int = 0
    anchor_days: tuple[int, ...] | None = None
    currency: str = "USD"
    steps: tuple[tuple[int, int], ...] = ()
    carried_minor: int = 0
    flat_interest_minor: int | None = None
    rebate: str = "days"


def check_terms(terms: LoanTerms) -> None:
    """Refuse terms no schedule can be made of; the Refused carries the sentence and the name of the field.

    That a payment covers its interest is seen only while computing: `schedule.loan_schedule` refuses that.
    """
    if terms.count < 1:
        raise Refused(Sentence(N_("A loan needs at least one payment.")), "count")
    if terms.count > MOST_PAYMENTS:
        raise Refused(Sentence(N_("A loan has at most %(most)s payments."), {"most": MOST_PAYMENTS}), "count")
    _check_amounts(terms)
    _check_rate(terms.annual_rate_percent)
    _check_choices(terms)
    _check_dates(terms, parse_frequency(terms.frequency))
    _check_pauses(terms)
    if terms.steps:
        _check_steps(terms)


def _check_amounts(terms: LoanTerms) -> None:
    if terms.principal_minor <= 0:
        raise Refused(Sentence(N_("The amount of the loan must be above zero.")), "principal")
    if terms.principal_minor > MOST_PRINCIPAL_MINOR:
        raise Refused(Sentence(N_("The amount of the loan is too large.")), "principal")
    if not 0 < terms.payment_unit_minor <= terms.principal_minor:
        raise Refused(
            Sentence(N_("The payment unit must be above zero and at most the amount of the loan.")),
            "payment_unit",
        )
    if terms.payment_minor is not None and not 0 < terms.payment_minor <= MOST_PRINCIPAL_MINOR:
        raise Refused(Sentence(N_("The stated payment must be above zero.")), "payment")
    if not 0 <= terms.balloon_minor <= terms.principal_minor:
        raise Refused(
            Sentence(
                N_("The balloon must be between zero and the amount of the loan, %(principal)s."),
                {"principal": Money(terms.principal_minor, terms.currency)},
            ),
            "balloon",
        )
    if not 0 <= terms.carried_minor <= MOST_PRINCIPAL_MINOR:
        raise Refused(Sentence(N_("Interest carried in must be zero or above.")), "carried")
    if terms.flat_interest_minor is not None and (
        terms.interest != "flat" or not 0 <= terms.flat_interest_minor <= MOST_PRINCIPAL_MINOR
    ):
        raise Refused(Sentence(N_("A stated amount of interest belongs to flat interest only.")), "interest")


def _check_rate(rate: Decimal) -> None:
    if not rate.is_finite() or rate < 0:
        raise Refused(Sentence(N_("The rate must be zero or above.")), "rate")
    if rate > MOST_RATE_PERCENT:
        raise Refused(Sentence(N_("The rate is too high to be meant.")), "rate")
    places = rate.as_tuple().exponent
    if isinstance(places, int) and places < -MOST_RATE_DECIMALS:
        raise Refused(Sentence(N_("The rate has too many decimals.")), "rate")


def _check_choices(terms: LoanTerms) -> None:
    for name, value, choices in (
        ("interest", terms.interest, INTEREST),
        ("day_count", terms.day_count, CONVENTIONS),
        ("rounding", terms.rounding, MODES),
        ("payment_rounding", terms.payment_rounding, MODES),
        ("last", terms.last, LAST),
        ("rebate", terms.rebate, REBATES),
    ):
        if value not in choices:
            raise Refused(
                Sentence(
                    N_("%(value)s is not a choice here. Choose one of %(choices)s."),
                    {"value": str(value)[:40], "choices": ", ".join(choices)},
                ),
                name,
            )


def _check_dates(terms: LoanTerms, frequency: Frequency) -> None:
    if not 1900 <= terms.start_on.year <= 2200:
        raise Refused(Sentence(N_("The start date must be between 1900 and 2200.")), "start")
    if terms.first_due_on <= terms.start_on:
        raise Refused(
            Sentence(
                N_("The first payment on %(first_due)s must come after the start on %(start)s."),
                {"first_due": terms.first_due_on, "start": terms.start_on},
            ),
            "first_due",
        )
    if terms.first_due_on > add_months(terms.start_on, 12 * 10):
        raise Refused(Sentence(N_("The first payment is more than ten years after the start.")), "first_due")
    anchors_for(frequency, terms.first_due_on, terms.anchor_days)
    days = {"day": frequency.step, "semimonth": 15, "month": 30 * frequency.step}[frequency.unit]
    if terms.count * days > MOST_YEARS * 365:
        raise Refused(
            Sentence(N_("The loan would run for more than %(years)s years."), {"years": MOST_YEARS}), "count"
        )


def _check_pauses(terms: LoanTerms) -> None:
    if not 0 <= terms.interest_only < terms.count:
        raise Refused(
            Sentence(
                N_("The payments of interest alone must be fewer than all %(count)s."), {"count": terms.count}
            ),
            "interest_only",
        )
    if any(month < 1 or month > 12 for month in terms.skip_months):
        raise Refused(Sentence(N_("Months to skip are numbers from 1 to 12.")), "skip_months")
    if len(set(terms.skip_months)) > 11:
        raise Refused(Sentence(N_("At least one month must be left to pay in.")), "skip_months")
    if terms.interest == "flat" and (terms.skip_months or terms.interest_only):
        raise Refused(
            Sentence(
                N_("Flat interest cannot be combined with skipped months or payments of interest alone.")
            ),
            "interest",
        )


def _check_steps(terms: LoanTerms) -> None:
    numbers = [number for number, _ in terms.steps]
    if numbers != sorted(set(numbers)) or numbers[0] < 1 or numbers[-1] > terms.count:
        raise Refused(
            Sentence(
                N_("Steps of the payment begin at different payments in order, from 1 to %(count)s."),
                {"count": terms.count},
            ),
            "steps",
        )
    if any(not 0 < amount <= MOST_PRINCIPAL_MINOR for _, amount in terms.steps):
        raise Refused(Sentence(N_("The payment of every step must be above zero.")), "steps")
