"""What a lease-to-own asks for: its payments with their tax and period, the balloon, and the total cost.

Every charge is computed from its number alone, so that billing asks for the next few without making the others.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from domain.rules.lease_terms import LeaseTerms, Rhythm, rhythm_of
from domain.rules.money import round_minor
from domain.rules.planned import PlannedCharge
from domain.rules.recurrence import nth_day, numbers_between
from domain.words import N_, Money, Sentence, Step, Trace

PAYMENT_RULE = "lease.payment"
BALLOON_RULE = "lease.balloon"
VERSION = 1


def charges(terms: LeaseTerms, through: date, after: date | None = None) -> tuple[PlannedCharge, ...]:
    """The charges due after `after` (None: from the first on) and through `through`, in order. Raises Refused for
    terms that make no sense.
    """
    rhythm = rhythm_of(terms)
    numbers = numbers_between(
        rhythm.frequency, terms.first_due_on, rhythm.due_anchors, terms.count, after, through
    )
    made = _payments(terms, rhythm, numbers) if numbers else ()
    if terms.balloon_minor:
        last = balloon_due_on(terms)
        if (after is None or last > after) and last <= through:
            return (*made, _balloon(terms, last))
    return made


def plan(terms: LeaseTerms) -> tuple[PlannedCharge, ...]:
    """Every charge of the lease, in order."""
    return charges(terms, date.max)


def total_cost_minor(terms: LeaseTerms) -> int:
    """What owning the goods costs by the schedule: all payments and the balloon, each with its tax, in minor units."""
    payment = terms.payment_minor + tax_minor(terms, terms.payment_minor)
    return payment * terms.count + terms.balloon_minor + tax_minor(terms, terms.balloon_minor)


def tax_minor(terms: LeaseTerms, net_minor: int) -> int:
    """The tax on one line, rounded on that line."""
    return round_minor(net_minor * Fraction(terms.tax_percent) / 100, terms.rounding)


def due_on(terms: LeaseTerms, number: int) -> date:
    """The day payment `number` (from 1) falls due."""
    rhythm = rhythm_of(terms)
    return nth_day(rhythm.frequency, terms.first_due_on, rhythm.due_anchors, number)


def period_from(terms: LeaseTerms, number: int) -> date:
    """The first day of period `number` (from 1)."""
    rhythm = rhythm_of(terms)
    return nth_day(rhythm.frequency, terms.start_on, rhythm.period_anchors, number)


def payments_due(terms: LeaseTerms, on: date) -> int:
    """How many payments have fallen due through the day `on`."""
    rhythm = rhythm_of(terms)
    return len(
        numbers_between(rhythm.frequency, terms.first_due_on, rhythm.due_anchors, terms.count, None, on)
    )


def ends_on(terms: LeaseTerms) -> date:
    """The last day of the last period."""
    return period_from(terms, terms.count + 1) - timedelta(days=1)


def balloon_due_on(terms: LeaseTerms) -> date:
    """The balloon buys the goods when the lease has run: its last day, or the last payment's where that is later."""
    return max(ends_on(terms), due_on(terms, terms.count))


def _payments(terms: LeaseTerms, rhythm: Rhythm, numbers: range) -> tuple[PlannedCharge, ...]:
    """The payments of these numbers; what is the same for all of them is made once."""
    frequency, tax = rhythm.frequency, tax_minor(terms, terms.payment_minor)
    money, taxed = Money(terms.payment_minor, terms.currency), tax_steps(terms, terms.payment_minor, tax)
    made = []
    after = nth_day(frequency, terms.start_on, rhythm.period_anchors, numbers.start)
    for number in numbers:
        begins, after = after, nth_day(frequency, terms.start_on, rhythm.period_anchors, number + 1)
        ends = after - timedelta(days=1)
        said = Sentence(
            N_("Payment %(number)s of %(count)s, for %(begins)s to %(ends)s: %(payment)s."),
            {"number": number, "count": terms.count, "begins": begins, "ends": ends, "payment": money},
        )
        made.append(
            PlannedCharge(
                number=number,
                type="lease",
                rule=PAYMENT_RULE,
                key=str(number),
                due_on=nth_day(frequency, terms.first_due_on, rhythm.due_anchors, number),
                period_from=begins,
                period_to=ends,
                amount_minor=terms.payment_minor + tax,
                tax_minor=tax,
                trace=Trace(PAYMENT_RULE, VERSION, (Step(said, terms.payment_minor), *taxed)),
            )
        )
    return tuple(made)


def _balloon(terms: LeaseTerms, last: date) -> PlannedCharge:
    tax = tax_minor(terms, terms.balloon_minor)
    said = Sentence(
        N_("The balloon of %(balloon)s makes the goods the customer's."),
        {"balloon": Money(terms.balloon_minor, terms.currency)},
    )
    return PlannedCharge(
        number=terms.count + 1,
        type="lease",
        rule=BALLOON_RULE,
        key=str(terms.count + 1),
        due_on=last,
        period_from=last,
        period_to=last,
        amount_minor=terms.balloon_minor + tax,
        tax_minor=tax,
        trace=Trace(
            BALLOON_RULE,
            VERSION,
            (Step(said, terms.balloon_minor), *tax_steps(terms, terms.balloon_minor, tax)),
        ),
    )


def tax_steps(terms: LeaseTerms, net_minor: int, tax: int) -> tuple[Step, ...]:
    """How the tax on a line came about; nothing where there is none."""
    if not terms.tax_percent:
        return ()
    said = Sentence(
        N_("Tax of %(percent)s %% on %(net)s: %(tax)s."),
        {
            "percent": terms.tax_percent,
            "net": Money(net_minor, terms.currency),
            "tax": Money(tax, terms.currency),
        },
    )
    return (Step(said, tax),)
