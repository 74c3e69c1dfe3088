"""The walk through a loan, row by row: the arithmetic behind every schedule and every reason for a row.

A `Plan` is a loan ready to walk: its periods and its level payment. `walk` makes the rows from a given standing on,
so that the schedule, a single row and the reason for a row all come from the same lines of code. Integers only;
accrued interest is kept exactly until it is posted and rounded once per row. What is posted is always all interest
accrued since the balance last changed, rounded, less what was posted of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from domain.rules.annuity import flat_payment, level_ratio
from domain.rules.calendar import periods_per_year
from domain.rules.money import round_ratio
from domain.rules.periods import (
    INTEREST_ALONE,
    LEVEL,
    SKIPPED,
    STEPPED,
    Periods,
    payment_parts,
    periods_of,
)
from domain.rules.terms import LoanTerms, check_terms
from domain.words import N_, Money, Refused, Sentence


class Row(NamedTuple):
    """One line of a schedule. Amounts in minor units; `balance_minor` is the principal still owed after it.

    payment = interest + principal. A row of a skipped month has zeros and leaves the balance as it was.
    """

    number: int
    due_on: date
    payment_minor: int
    interest_minor: int
    principal_minor: int
    balance_minor: int


class Standing(NamedTuple):
    """Where the loan stands between two rows.

    `accrued` is the interest accrued since the balance last changed, over the periods' denominator; `posted` is what
    rows have paid of it already, in minor units.
    """

    balance_minor: int
    accrued: int
    posted: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A loan ready to walk.

    `payment_minor`: the level payment. `exact`: the same before rounding as (numerator, denominator), None when it
    was stated. `last`: index of the row that settles the loan. `flat`: each row's interest when interest is flat.
    `stated`: each row's payment where it changes by steps.
    """

    terms: LoanTerms
    periods: Periods
    payment_minor: int
    exact: tuple[int, int] | None
    last: int
    flat: list[int] | None
    stated: list[int] | None = None

    def payment_of(self, index: int) -> int:
        """The payment agreed for the row with this index, pauses and the settling of the last one aside."""
        return self.payment_minor if self.stated is None else self.stated[index]


def plan_of(terms: LoanTerms, dated: bool = True) -> Plan:
    """Check the terms and prepare the loan. Raises Refused; see `terms.check_terms` and below."""
    check_terms(terms)
    periods = periods_of(terms, dated)
    last = _last_row(periods, terms.count)
    flat = _flat_interest(terms, periods) if terms.interest == "flat" else None
    exact = None
    payment = terms.payment_minor
    if payment is None:
        if flat is None:
            parts, below = payment_parts(terms, periods)
            if periods.uses is not None:
                parts = _level_parts(parts, periods.uses)
            if terms.carried_minor:
                parts, below = _with_carried(terms, parts, below)
            exact = level_ratio(terms.principal_minor, terms.balloon_minor, parts, below)
        else:
            balloon = terms.balloon_minor
            charge = sum(flat) + terms.carried_minor
            exact = flat_payment(terms.principal_minor, charge, terms.count, balloon).as_integer_ratio()
        unit = terms.payment_unit_minor
        payment = unit * round_ratio(exact[0], exact[1] * unit, terms.payment_rounding)
    _check_payment(terms, max([payment, *(amount for _, amount in terms.steps)]), flat)
    return Plan(terms, periods, payment, exact, last, flat, _stated(terms, payment))


def opening(plan: Plan) -> Standing:
    """The standing before the first row."""
    return Standing(plan.terms.principal_minor, plan.terms.carried_minor * plan.periods.denominator, 0)


def walk(plan: Plan, standing: Standing, begin: int, stop: int) -> tuple[list[Row], Standing]:
    """The rows with indices `begin` up to `stop` (not included), and the standing after them.

    Ends early when the principal is paid off, unless all payments are to be equal. Raises Refused when the last row
    cannot settle the loan.
    """
    if plan.flat is not None:
        return _walk_flat(plan, plan.flat, standing, begin, stop)
    open_end = plan.terms.last == "equal"
    if not standing.balance_minor and not open_end:
        return [], standing
    periods, payment, last = plan.periods, plan.payment_minor, plan.last
    uses, below = periods.uses, periods.denominator
    lift = {"floor": 0, "ceiling": below - 1}.get(plan.terms.rounding, below // 2)
    even = plan.terms.rounding == "half-even"
    balance, accrued, posted = standing
    rows: list[Row] = []
    new = tuple.__new__
    end = min(stop, last)
    for number, part, due in zip(
        range(begin + 1, end + 1), periods.parts[begin:end], periods.dues[begin:end], strict=True
    ):
        if balance > 0:
            accrued += part * balance
        if even:
            interest = round_ratio(accrued, below, "half-even") - posted
        else:
            interest = (accrued + lift) // below - posted
        paid = payment
        if uses is not None and uses[number - 1] != LEVEL:
            use = uses[number - 1]
            paid = interest if use == INTEREST_ALONE else plan.payment_of(number - 1) if use == STEPPED else 0
        if paid < interest or not paid:
            posted += paid
            rows.append(new(Row, (number, due, paid, paid, 0, balance)))
            continue
        principal = paid - interest
        if principal >= balance and not open_end:
            rows.append(Row(number, due, balance + interest, interest, balance, 0))
            return rows, Standing(0, 0, 0)
        balance -= principal
        accrued = posted = 0
        rows.append(new(Row, (number, due, paid, interest, principal, balance)))
    if begin <= last < stop:
        accrued += periods.parts[last] * max(balance, 0)
        interest = round_ratio(accrued, below, plan.terms.rounding) - posted
        rows.append(_settling(plan, balance, interest))
        return rows, Standing(rows[-1].balance_minor, 0, 0)
    return rows, Standing(balance, accrued, posted)


def _walk_flat(
    plan: Plan, interests: list[int], standing: Standing, begin: int, stop: int
) -> tuple[list[Row], Standing]:
    """As `walk`, for flat interest: each row's interest is known, principal is the rest of the payment."""
    below = plan.periods.denominator
    balance, owed = standing.balance_minor, standing.accrued // below
    rows = []
    for index in range(begin, min(stop, plan.last)):
        owed += interests[index]
        payment = plan.payment_of(index)
        interest = min(owed, payment)
        owed -= interest
        principal = min(payment - interest, balance)
        balance -= principal
        due_on = plan.periods.dues[index]
        rows.append(Row(index + 1, due_on, interest + principal, interest, principal, balance))
    if begin <= plan.last < stop:
        rows.append(_settling(plan, balance, owed + interests[plan.last]))
        balance, owed = rows[-1].balance_minor, 0
    return rows, Standing(balance, owed * below, 0)


def _settling(plan: Plan, balance: int, interest: int) -> Row:
    """The last row: it absorbs the rest, or is equal to the others, or its interest absorbs the rest."""
    terms = plan.terms
    payment, principal = balance + interest, balance
    if terms.last != "absorb":
        payment = plan.payment_of(plan.last) + terms.balloon_minor
        if terms.last == "equal":
            principal = max(payment - interest, 0)
        elif payment < balance:
            raise Refused(
                Sentence(
                    N_(
                        "The last payment of %(payment)s is below the balance of %(balance)s, so its interest"
                        " cannot absorb the rest."
                    ),
                    {"payment": Money(payment, terms.currency), "balance": Money(balance, terms.currency)},
                ),
                "last",
            )
        interest = payment - principal
    return Row(plan.last + 1, plan.periods.dues[plan.last], payment, interest, principal, balance - principal)


def _level_parts(parts: list[int], uses: list[int]) -> list[int]:
    """The interest parts of the level rows, with the parts of skipped rows carried to the next row that pays."""
    level, carried = [], 0
    for part, use in zip(parts, uses, strict=True):
        carried += part
        if use in (LEVEL, STEPPED):
            level.append(carried)
        if use != SKIPPED:
            carried = 0
    return level


def _last_row(periods: Periods, count: int) -> int:
    if periods.uses is None:
        return count - 1
    if LEVEL not in periods.uses and STEPPED not in periods.uses:
        raise Refused(
            Sentence(
                N_("Every payment is skipped or pays interest alone, so the principal is never paid back.")
            ),
            "skip_months",
        )
    return max(index for index, use in enumerate(periods.uses) if use in (LEVEL, STEPPED))


def _with_carried(terms: LoanTerms, parts: list[int], below: int) -> tuple[list[int], int]:
    """The interest parts with the interest carried in as part of the first period's: it waits, and bears none."""
    whole = terms.principal_minor
    return [
        parts[0] * whole + terms.carried_minor * below,
        *(part * whole for part in parts[1:]),
    ], below * whole


def _stated(terms: LoanTerms, payment: int) -> list[int] | None:
    """The payment of every row where it changes by steps; rows before the first step pay `payment`."""
    if not terms.steps:
        return None
    stated = [payment] * terms.count
    for number, amount in terms.steps:
        stated[number - 1 :] = [amount] * (terms.count - number + 1)
    return stated


def _flat_interest(terms: LoanTerms, periods: Periods) -> list[int]:
    """Flat interest of every row: each is rounded, the last takes the remainder of the rounded total.

    Where that would leave the last one negative (many tiny amounts rounded up), what is posted is the rounded sum so
    far less what was posted before.
    """
    whole, below, mode, weights = terms.principal_minor, periods.denominator, terms.rounding, periods.parts
    if terms.flat_interest_minor is not None:
        weights = weights if any(weights) else [1] * len(weights)
        whole, below = terms.flat_interest_minor, sum(weights)
    each = [round_ratio(whole * part, below, mode) for part in weights]
    total = round_ratio(whole * sum(weights), below, mode)
    each[-1] = total - sum(each[:-1])
    if each[-1] >= 0:
        return each
    posted, parts = 0, 0
    for index, part in enumerate(weights):
        parts += part
        each[index] = round_ratio(whole * parts, below, mode) - posted
        posted += each[index]
    return each


def _check_payment(terms: LoanTerms, payment: int, flat: list[int] | None) -> None:
    """Refuse a payment that never pays anything back: zero, or no more than the interest of a year's payments."""
    if payment <= 0:
        raise Refused(
            Sentence(
                N_("The amount of the loan is too small for %(count)s payments."), {"count": terms.count}
            ),
            "count",
        )
    if terms.count - terms.interest_only == 1:
        return
    a_year = periods_per_year(terms.frequency)
    payments = a_year.numerator * (12 - len(set(terms.skip_months)))
    rate, scale = terms.annual_rate_percent.as_integer_ratio()
    interest = terms.principal_minor * rate * a_year.denominator * 12
    below = 100 * scale * payments
    lenient = terms.payment_unit_minor if terms.balloon_minor and flat is None else 0
    if (payment + lenient) * below <= interest:
        raise Refused(
            Sentence(
                N_("A payment of %(payment)s does not cover the interest of %(interest)s."),
                {
                    "payment": Money(payment, terms.currency),
                    "interest": Money(-(-interest // below), terms.currency),
                },
            ),
            "payment",
        )
