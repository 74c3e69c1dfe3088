"""What closes a cycle of a credit line: the statement with its interest and minimum payment; and what may be bought
and what a payment pays in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.rules.checks import check_amount
from domain.rules.credit_cycles import Cycle
from domain.rules.credit_interest import Activity, average_daily_balance, bearing_interest, finance_charge
from domain.rules.credit_terms import CreditTerms, check_terms
from domain.rules.money import round_to_unit
from domain.rules.planned import PlannedCharge
from domain.words import N_, Money, Refused, Sentence, Step, Trace

INTEREST_RULE = "credit.finance_charge"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Statement:
    """One closed cycle, in minor units: opening + purchases - payments + interest + fees = closing.

    `minimum_minor` is what is to be paid by `due_on`. `interest_trace` is the reason for the interest alone,
    `minimum_trace` for the minimum, `trace` the reason for the whole statement.
    """

    number: int
    period_from: date
    closing_on: date
    due_on: date
    opening_minor: int
    purchases_minor: int
    payments_minor: int
    interest_minor: int
    fees_minor: int
    closing_minor: int
    minimum_minor: int
    interest_trace: Trace
    trace: Trace
    minimum_trace: Trace


@dataclass(frozen=True, slots=True)
class Paid:
    """What a payment pays, in minor units; `purchases` in the order they are paid, `credit_minor` what is left over."""

    fees_minor: int
    interest_minor: int
    purchases: tuple[tuple[date, int], ...]
    credit_minor: int
    trace: Trace


def minimum_payment(
    terms: CreditTerms,
    balance_minor: int,
    interest_minor: int = 0,
    fees_minor: int = 0,
    past_due_minor: int = 0,
) -> tuple[int, Trace]:
    """The least to be paid on a statement of `balance_minor`, and why: the tier of the balance, rounded, at least the
    floor, never above the balance; zero when nothing is owed.
    """
    rule, currency = terms.minimum, terms.currency
    if balance_minor <= 0:
        return 0, Trace("credit.minimum", VERSION, (Step(Sentence(N_("Nothing is owed.")), 0),))
    tier = max(
        (tier for tier in rule.tiers if tier.above_minor < balance_minor), key=lambda tier: tier.above_minor
    )
    exact = balance_minor * Fraction(tier.percent) / 100 + tier.money_minor
    steps = []
    if tier.percent:
        said = Sentence(
            N_("%(percent)s %% of the balance of %(balance)s."),
            {"percent": tier.percent, "balance": Money(balance_minor, currency)},
        )
        steps.append(Step(said))
    if tier.money_minor:
        steps.append(Step(Sentence(N_("A fixed amount.")), tier.money_minor))
    for asked, part, msgid in (
        (tier.plus_interest, interest_minor, N_("The interest of the statement.")),
        (tier.plus_fees, fees_minor, N_("The fees of the statement.")),
        (tier.plus_past_due, past_due_minor, N_("What is past due.")),
    ):
        if asked and part:
            exact += part
            steps.append(Step(Sentence(msgid), part))
    least = round_to_unit(exact, rule.unit_minor, rule.rounding)
    if least < rule.floor_minor:
        least = rule.floor_minor
        steps.append(Step(Sentence(N_("A minimum payment is at least this.")), least))
    if least > balance_minor:
        least = balance_minor
        steps.append(Step(Sentence(N_("It is never above the balance.")), least))
    steps.append(Step(Sentence(N_("The minimum payment.")), least))
    return least, Trace("credit.minimum", VERSION, tuple(steps))


def close_cycle(
    terms: CreditTerms,
    cycle: Cycle,
    opening_minor: int,
    activity: Activity,
    *,
    grace: bool,
    interest_free_minor: int = 0,
    fees_minor: int = 0,
    past_due_minor: int = 0,
) -> Statement:
    """The statement of a cycle.

    `activity`: purchases above zero, payments below it, all within the cycle; a payment that was returned is left out
    together with its return. `grace`: see `credit_interest.grace_holds`; `interest_free_minor`: see
    `credit_interest.interest_free_opening_minor`. `fees_minor` were charged in this cycle and bear interest from the
    next one on. Raises Refused for terms that make no sense and for activity outside the cycle.
    """
    check_terms(terms)
    check_amount(fees_minor, "fees")
    check_amount(past_due_minor, "past_due")
    bearing, moves = bearing_interest(opening_minor, activity, grace, interest_free_minor)
    average, averaged = average_daily_balance(
        bearing, moves, cycle.period_from, cycle.period_to, terms.currency
    )
    interest, charged = finance_charge(terms, average, cycle.period_from, cycle.period_to)
    purchases = sum(amount for _, amount in activity if amount > 0)
    payments = -sum(amount for _, amount in activity if amount < 0)
    closing = opening_minor + purchases - payments + interest + fees_minor
    minimum, least = minimum_payment(terms, closing, interest, fees_minor, past_due_minor)
    why = Trace(
        INTEREST_RULE,
        VERSION,
        (*_grace_steps(grace, opening_minor - bearing), *averaged.steps, *charged.steps),
    )
    steps = (
        Step(Sentence(N_("Balance of the last statement.")), opening_minor),
        Step(Sentence(N_("Purchases.")), purchases),
        Step(Sentence(N_("Payments.")), -payments),
        *why.steps,
        Step(Sentence(N_("Fees.")), fees_minor),
        Step(Sentence(N_("Balance of this statement.")), closing),
        *least.steps,
    )
    return Statement(
        number=cycle.number,
        period_from=cycle.period_from,
        closing_on=cycle.closing_on,
        due_on=cycle.due_on,
        opening_minor=opening_minor,
        purchases_minor=purchases,
        payments_minor=payments,
        interest_minor=interest,
        fees_minor=fees_minor,
        closing_minor=closing,
        minimum_minor=minimum,
        interest_trace=why,
        trace=Trace("credit.statement", VERSION, steps),
        minimum_trace=least,
    )


def interest_charge(statement: Statement) -> PlannedCharge | None:
    """The interest of a statement as the charge to post, or None where there is none."""
    if not statement.interest_minor:
        return None
    return PlannedCharge(
        number=statement.number,
        type="finance_charge",
        rule=INTEREST_RULE,
        key=statement.closing_on.isoformat(),
        due_on=statement.due_on,
        period_from=statement.period_from,
        period_to=statement.closing_on,
        amount_minor=statement.interest_minor,
        trace=statement.interest_trace,
        effective_on=statement.closing_on,
    )


def available_minor(terms: CreditTerms, balance_minor: int, pending_minor: int = 0) -> int:
    """What may still be bought: the limit less the balance and purchases on their way (minor units, not below zero).

    A balance in credit (below zero) adds to it.
    """
    return max(terms.limit_minor - balance_minor - pending_minor, 0)


def check_purchase(terms: CreditTerms, balance_minor: int, amount_minor: int, pending_minor: int = 0) -> None:
    """Refuse a purchase above what is available; the Refused names field `amount`."""
    check_amount(amount_minor, "amount", least=1)
    left = available_minor(terms, balance_minor, pending_minor)
    if amount_minor > left:
        raise Refused(
            Sentence(
                N_("%(amount)s is above the %(left)s that is left of the limit of %(limit)s."),
                {
                    "amount": Money(amount_minor, terms.currency),
                    "left": Money(left, terms.currency),
                    "limit": Money(terms.limit_minor, terms.currency),
                },
            ),
            "amount",
        )


def apply_payment(
    amount_minor: int, fees_minor: int, interest_minor: int, purchases: Sequence[tuple[date, int]]
) -> Paid:
    """What a payment pays: fees, then interest, then purchases (day and open amount), the oldest first. What is left is
    the customer's credit. Raises Refused for a payment that is not above zero.
    """
    check_amount(amount_minor, "amount", least=1)
    fees = min(amount_minor, fees_minor)
    interest = min(amount_minor - fees, interest_minor)
    left = amount_minor - fees - interest
    steps = [Step(Sentence(N_("Fees are paid first.")), fees)] if fees else []
    if interest:
        steps.append(Step(Sentence(N_("Then the interest.")), interest))
    met = []
    for day, open_minor in sorted(purchases, key=lambda entry: entry[0]):
        part = min(left, open_minor)
        if part:
            met.append((day, part))
            steps.append(Step(Sentence(N_("Then the purchase of %(day)s."), {"day": day}), part))
        left -= part
    if left:
        steps.append(Step(Sentence(N_("Above what is owed: kept as credit.")), left))
    return Paid(fees, interest, tuple(met), left, Trace("credit.payment_order", VERSION, tuple(steps)))


def _grace_steps(grace: bool, free_minor: int) -> tuple[Step, ...]:
    steps = []
    if grace:
        said = N_("The last statement was paid in full in time: new purchases bear no interest.")
        steps.append(Step(Sentence(said)))
    if free_minor:
        said = N_("This part of the last balance was paid in time and bears no interest.")
        steps.append(Step(Sentence(said), free_minor))
    return tuple(steps)
