"""The annual percentage rate (APR) of a loan, by the actuarial method of US Regulation Z.

Source: 12 CFR part 1026, Appendix J. The rate i per unit-period solves

    sum of P_k / ((1 + f i) (1 + i)^(t + k)) = amount financed

where t whole unit-periods and a fraction f of one lie between the advance and the first payment. Odd days
count over 30 a month, 15 for twice a month, 7 a week. Decimal arithmetic with 34 digits; no float.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from domain.rules.calendar import (
    Frequency,
    add_months,
    anchors_for,
    kept_anchors,
    parse_frequency,
    periods_per_year,
    previous_due,
)
from domain.rules.schedule import loan_schedule
from domain.rules.terms import LoanTerms
from domain.words import N_, Refused, Sentence, Step, Trace

_DIGITS = 34
_MOST_STEPS = 400
_SIX_PLACES = Decimal("0.000001")


def annual_percentage_rate(
    financed_minor: int,
    payments: Sequence[tuple[int, int]],
    whole: int,
    fraction: Fraction,
    units_a_year: Fraction | int,
) -> Decimal:
    """The APR in percent, to six decimals.

    `payments`: (unit-periods after the first payment, amount in minor units), in order. `whole` and
    `fraction`: unit periods from the advance to the first payment (t and f of the formula). Raises Refused
    when the payments add up to less than the amount financed.
    """
    total = sum(amount for _, amount in payments)
    if financed_minor <= 0 or total < financed_minor:
        raise Refused(Sentence(N_("The payments add up to less than the amount financed.")), "payment")
    units = Fraction(units_a_year)
    with localcontext(prec=_DIGITS):
        rate = _solve(Decimal(financed_minor), payments, whole, _decimal(fraction))
        return (rate * _decimal(units) * 100).quantize(_SIX_PLACES)


def loan_apr(terms: LoanTerms, financed_minor: int | None = None) -> Decimal:
    """The APR of a loan's own schedule in percent, to six decimals.

    `financed_minor`: the amount financed when it is below the principal (fees that are a finance charge).
    """
    frequency = parse_frequency(terms.frequency)
    rows = [row for row in loan_schedule(terms).rows if row.payment_minor]
    financed = terms.principal_minor if financed_minor is None else financed_minor
    if len(rows) == 1:
        whole, fraction, units = single_unit_period(terms.start_on, rows[0].due_on)
        return annual_percentage_rate(financed, [(0, rows[0].payment_minor)], whole, fraction, units)
    anchors = kept_anchors(frequency, terms.start_on, terms.first_due_on, terms.anchor_days)
    whole, fraction = unit_periods(frequency, terms.start_on, terms.first_due_on, anchors)
    payments = [(row.number - 1, row.payment_minor) for row in rows]
    return annual_percentage_rate(financed, payments, whole, fraction, periods_per_year(frequency))


def apr_reason(terms: LoanTerms, apr: Decimal) -> Trace:
    """Why the annual percentage rate of a loan is `apr`, as `loan_apr` gave it."""
    rows = [row for row in loan_schedule(terms).rows if row.payment_minor]
    frequency = parse_frequency(terms.frequency)
    anchors = kept_anchors(frequency, terms.start_on, terms.first_due_on, terms.anchor_days)
    whole, fraction = unit_periods(frequency, terms.start_on, terms.first_due_on, anchors)
    steps = (
        Step(Sentence(N_("The amount financed on %(day)s."), {"day": terms.start_on}), terms.principal_minor),
        Step(
            Sentence(N_("%(count)s payments from %(first)s to %(last)s."),
                     {"count": len(rows), "first": rows[0].due_on, "last": rows[-1].due_on}),
            sum(row.payment_minor for row in rows),
        ),
        Step(
            Sentence(N_("Whole periods before the first payment: %(whole)s, and %(part)s of one."),
                     {"whole": whole, "part": str(fraction)})
        ),
        Step(
            Sentence(N_("At %(apr)s %% a year they are worth the amount financed (US Regulation Z, Appendix J)."),
                     {"apr": apr.quantize(Decimal("0.01"))})
        ),
    )  # fmt: skip
    return Trace("loan.apr", 1, steps)


def unit_periods(
    frequency: Frequency | str, start: date, first_due: date, anchor_days: Sequence[int] | None = None
) -> tuple[int, Fraction]:
    """Whole unit-periods and the fraction of one from the advance on `start` to the first payment.

    Counted back from the first payment (Appendix J (b)(5)); what is left is whole months of 30 days and odd
    days.
    """
    freq = parse_frequency(frequency) if isinstance(frequency, str) else frequency
    if freq.unit == "day":
        whole, odd = divmod((first_due - start).days, freq.step)
        return whole, Fraction(odd, freq.step)
    if freq.unit == "semimonth":
        anchors = anchors_for(freq, first_due, anchor_days)
        whole, mark = 0, first_due
        while (earlier := previous_due(freq, mark, anchors)) >= start:
            whole, mark = whole + 1, earlier
        return whole, Fraction((mark - start).days, 15)
    months = (first_due.year - start.year) * 12 + first_due.month - start.month
    anchor = anchor_days[0] if anchor_days else first_due.day
    if add_months(first_due, -months, anchor) < start:
        months -= 1
    odd = (add_months(first_due, -months, anchor) - start).days
    whole, left = divmod(months, freq.step)
    return whole, Fraction(30 * left + odd, 30 * freq.step)


def single_unit_period(start: date, due: date) -> tuple[int, Fraction, Fraction]:
    """For a single payment: t, f, and unit-periods a year. The unit is the term, at most a year (J
    (b)(4)(iii)).
    """
    months = (due.year - start.year) * 12 + due.month - start.month
    in_months = add_months(start, months) == due
    if in_months and months <= 12:
        return 1, Fraction(0), Fraction(12, months)
    if (due - start).days <= 365:
        return 1, Fraction(0), Fraction(365, (due - start).days)
    if in_months:
        return months // 12, Fraction(months % 12, 12), Fraction(1)
    whole, mark = 0, due
    while (earlier := add_months(due, -12 * (whole + 1))) >= start:
        whole, mark = whole + 1, earlier
    return whole, Fraction((mark - start).days, 365), Fraction(1)


def _solve(financed: Decimal, payments: Sequence[tuple[int, int]], whole: int, fraction: Decimal) -> Decimal:
    """The rate per unit-period. The present value falls and is convex, so Newton's steps from zero never
    overshoot.
    """
    rate = Decimal(0)
    for _ in range(_MOST_STEPS):
        value, slope = _present_value(payments, whole, fraction, rate)
        step = (value - financed) / slope
        rate += step
        if abs(step) < Decimal("1e-20"):
            return rate
    raise Refused(
        Sentence(N_("The annual percentage rate of these payments is too high to be found.")), "payment"
    )


def _present_value(
    payments: Sequence[tuple[int, int]], whole: int, fraction: Decimal, rate: Decimal
) -> tuple[Decimal, Decimal]:
    """Value of the payments at the advance, and how fast it falls as the rate rises (positive)."""
    growth = 1 + rate
    odd = 1 + fraction * rate
    shrink = 1 / growth
    factor = shrink**whole / odd
    value = weighted = Decimal(0)
    reached = 0
    for offset, amount in payments:
        factor *= shrink if offset - reached == 1 else shrink ** (offset - reached)
        reached = offset
        present = amount * factor
        value += present
        weighted += (whole + offset) * present
    return value, weighted * shrink + value * fraction / odd


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
