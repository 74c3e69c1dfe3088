"""Interest of a credit line: the average daily balance of a cycle, the finance charge on it, and the grace period.

Source: US Regulation Z, 12 CFR 1026.14 and Appendix J's day counting; the worked figures of the tests name theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

from domain.rules.credit_cycles import whole_cycle_days
from domain.rules.credit_terms import CreditTerms
from domain.rules.day_count import year_fraction
from domain.rules.money import round_minor
from domain.words import N_, Money, Refused, Sentence, Step, Trace, exponent

VERSION = 1
Activity = Sequence[tuple[date, int]]
"""What happened on an account: the day and the amount in minor units, purchases above zero, payments below it."""


def average_daily_balance(
    opening_minor: int, activity: Activity, period_from: date, period_to: date, currency: str = "USD"
) -> tuple[Fraction, Trace]:
    """The sum of each day's closing balance over the days of the period (both ends included), exactly, in minor units.

    A day in credit counts as zero. Raises Refused for days out of order and activity outside the period.
    """
    if period_to < period_from:
        raise Refused(
            Sentence(N_("The period must not end before it begins, on %(day)s."), {"day": period_from}),
            "period_to",
        )
    moved: dict[date, int] = {period_from: 0}
    for day, amount in activity:
        if not period_from <= day <= period_to:
            raise Refused(
                Sentence(
                    N_("%(day)s is outside the period from %(begins)s to %(ends)s."),
                    {"day": day, "begins": period_from, "ends": period_to},
                ),
                "activity",
            )
        moved[day] = moved.get(day, 0) + amount
    marks = sorted(moved)
    ends = [*marks[1:], period_to + timedelta(days=1)]
    balance, total, steps = opening_minor, 0, []
    for begins, after in zip(marks, ends, strict=True):
        balance += moved[begins]
        days = (after - begins).days
        total += max(balance, 0) * days
        said = Sentence(
            N_("From %(begins)s: %(balance)s (days: %(days)s)."),
            {"begins": begins, "days": days, "balance": Money(max(balance, 0), currency)},
        )
        steps.append(Step(said))
    length = (period_to - period_from).days + 1
    average = Fraction(total, length)
    said = Sentence(
        N_("%(sum)s over %(days)s days is an average daily balance of %(average)s."),
        {"sum": Money(total, currency), "days": length, "average": _major(average, currency)},
    )
    steps.append(Step(said, round_minor(average)))
    return average, Trace("credit.average_daily_balance", VERSION, tuple(steps))


def finance_charge(
    terms: CreditTerms, average_minor: Fraction, period_from: date, period_to: date
) -> tuple[int, Trace]:
    """The interest of a cycle on its average daily balance, in minor units, rounded once.

    By days: rate x days / basis. "monthly": a twelfth of the rate for a whole cycle, by the day for a shorter one.
    """
    rate = Fraction(terms.annual_rate_percent) / 100
    days = (period_to - period_from).days + 1
    params = {
        "average": _major(average_minor, terms.currency),
        "rate": terms.annual_rate_percent,
        "days": days,
        "basis": terms.basis,
    }
    if terms.basis == "monthly":
        whole = whole_cycle_days(terms, period_to)
        years = Fraction(days, 12 * whole)
        params["whole"] = whole
        told = N_("%(average)s x %(rate)s %% / 12 x %(days)s of %(whole)s days = %(exact)s.")
    else:
        years = year_fraction(period_from, period_to + timedelta(days=1), terms.basis)
        told = N_("%(average)s x %(rate)s %% x %(days)s days (%(basis)s) = %(exact)s.")
    exact = average_minor * rate * years
    interest = round_minor(exact, terms.rounding)
    steps = (
        Step(Sentence(told, {**params, "exact": _major(exact, terms.currency)})),
        Step(
            Sentence(
                N_("The interest is rounded to %(interest)s."), {"interest": Money(interest, terms.currency)}
            ),
            interest,
        ),
    )
    return interest, Trace("credit.finance_charge", VERSION, steps)


def grace_holds(terms: CreditTerms, last_balance_minor: int, paid_by_due_minor: int) -> bool:
    """Whether new purchases bear no interest: the terms give grace, and the last statement's balance was paid in full
    by its due day (nothing to pay, or no statement yet, counts as paid).
    """
    return terms.grace and paid_by_due_minor >= last_balance_minor


def interest_free_opening_minor(grace_before: bool, last_balance_minor: int, paid_by_due_minor: int) -> int:
    """The part of the opening balance that bears no interest in the cycle in which its statement is due.

    Where grace held while it was bought (`grace_before`), the part that was paid by the due day stays free: all of it
    for somebody who always pays in full. Otherwise none: interest runs until the day it is paid.
    Source: 12 CFR 1026.54(a)(1)(ii).
    """
    return max(min(last_balance_minor, paid_by_due_minor), 0) if grace_before else 0


def bearing_interest(
    opening_minor: int, activity: Activity, grace: bool, free_minor: int = 0
) -> tuple[int, tuple[tuple[date, int], ...]]:
    """The opening balance and activity that bear interest.

    In grace, new purchases do not. `free_minor` of the opening balance does not either; payments meet that part first.
    """
    free = max(min(free_minor, opening_minor), 0)
    bearing: list[tuple[date, int]] = []
    left = free
    for day, amount in sorted(activity, key=lambda entry: entry[0]):
        if amount < 0:
            met = min(left, -amount)
            left -= met
            amount += met
        elif grace:
            continue
        if amount:
            bearing.append((day, amount))
    return opening_minor - free, tuple(bearing)


def _major(minor: Fraction, currency: str) -> Decimal:
    """An exact amount as a decimal of major units with two more places than the currency has."""
    places = exponent(currency)
    with localcontext(prec=60):
        major = Decimal(minor.numerator) / Decimal(minor.denominator * 10**places)
        return major.quantize(Decimal(1).scaleb(-places - 2))
