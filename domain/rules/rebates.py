"""What comes back of a charge fixed in advance when a loan is paid off early: the rebate, by two rules.

`rule_of_78` by the sum of the numbers of the payments, `actuarial` by interest on what was really owed. The Rule of
78 takes more from who pays early, so it is refused where no row of law allows it and for a term above the row's. Those
rows are given by the caller: law is data of the operator, and this module knows none. Exact until rounded once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from domain.rules.money import round_minor
from domain.words import N_, Money, Refused, Sentence, Step, Trace

_DIGITS = 40
_MOST_STEPS = 400


@dataclass(frozen=True, slots=True)
class Limit:
    """A dated row of law: from `effective_from` the Rule of 78 is lawful up to `most_months` (0: not at all).

    `jurisdiction`, `source` and `verified_on` say whose law it is, where it stands and when somebody looked.
    """

    effective_from: date
    most_months: int
    jurisdiction: str = ""
    source: str = ""
    verified_on: date | None = None


@dataclass(frozen=True, slots=True)
class Rebate:
    """`rebate_minor` comes back, `earned_minor` stays with the lender; together they are the charge (minor units)."""

    rebate_minor: int
    earned_minor: int
    trace: Trace


def check_lawful(months: int, agreed_on: date, limits: Sequence[Limit]) -> Limit:
    """The row in force when the loan was agreed. Raises Refused where there is none or the term is above it."""
    limit = max(
        (row for row in limits if row.effective_from <= agreed_on),
        key=lambda row: row.effective_from,
        default=None,
    )
    if limit is None:
        raise Refused(Sentence(N_("No rule of law is on file that allows the Rule of 78.")), "rebate")
    if months > limit.most_months:
        raise Refused(
            Sentence(
                N_("The Rule of 78 is lawful up to %(most)s months; this loan runs for %(months)s."),
                {"most": limit.most_months, "months": months},
            ),
            "rebate",
        )
    return limit


def rule_of_78(
    charge_minor: int, count: int, remaining: Fraction | int, rounding: str = "half-up", currency: str = "USD"
) -> Rebate:
    """Charge x k(k + 1) / (n(n + 1)) for k of n payments that remain; with part of a period, in proportion between.

    `check_lawful` first. Source: the sum of the digits, 1 + ... + 12 = 78; 15 USC 1615 bars it above 61 months.
    """
    _check(charge_minor, count, remaining)
    whole = int(remaining)
    sums = [Fraction(k * (k + 1), count * (count + 1)) for k in (whole, whole + 1)]
    part = sums[0] + (remaining - whole) * (sums[1] - sums[0])
    amount = round_minor(charge_minor * part, rounding)
    charge = Money(charge_minor, currency)
    words = N_("Rule of 78: of %(count)s payments %(left)s remain, so %(part)s of %(charge)s comes back.")
    said = Sentence(
        words, {"count": count, "left": _number(Fraction(remaining)), "part": str(part), "charge": charge}
    )
    return Rebate(amount, charge_minor - amount, Trace("rebate.rule_of_78", 1, (Step(said, amount),)))


def actuarial(
    principal_minor: int,
    payments: Sequence[int],
    remaining: Fraction | int,
    rounding: str = "half-up",
    currency: str = "USD",
    period_rate: Fraction | None = None,
) -> Rebate:
    """The interest of the payments that remain, at the one rate a period that makes all `payments` worth the principal.

    `payments` in minor units, one a period. `period_rate` (0.01 = 1 %) where the contract states it. Within a period
    the interest grows in proportion to it. Source: the actuarial method of US Regulation Z, Appendix J.
    """
    charge = sum(payments) - principal_minor
    _check(charge, len(payments), remaining)
    rate = _rate(principal_minor, payments) if period_rate is None else period_rate
    done = len(payments) - Fraction(remaining)
    balance, earned = Fraction(principal_minor), Fraction(0)
    for number, payment in enumerate(payments):
        share = min(max(done - number, Fraction(0)), Fraction(1))
        interest = balance * rate
        earned += interest * share
        balance += interest - payment
    amount = min(max(charge - round_minor(earned, rounding), 0), charge) if remaining else 0
    words = N_(
        "Actuarial: at %(rate)s %% a period %(earned)s of the charge of %(charge)s is earned; the rest comes back."
    )
    said = Sentence(
        words,
        {
            "rate": _number(rate * 100),
            "earned": Money(charge - amount, currency),
            "charge": Money(charge, currency),
        },
    )
    return Rebate(amount, charge - amount, Trace("rebate.actuarial", 1, (Step(said, amount),)))


def _check(charge_minor: int, count: int, remaining: Fraction | int) -> None:
    if charge_minor < 0 or count < 1 or not 0 <= remaining <= count:
        raise Refused(
            Sentence(
                N_("A rebate needs a charge and between none and %(count)s payments left."), {"count": count}
            ),
            "remaining",
        )


def _rate(principal_minor: int, payments: Sequence[int]) -> Fraction:
    """The rate a period, to 20 decimals. The value falls and is convex in the rate: Newton never overshoots."""
    with localcontext(prec=_DIGITS):
        rate = Decimal(0)
        for _ in range(_MOST_STEPS):
            shrink = 1 / (1 + rate)
            factor, value, weighted = Decimal(1), Decimal(0), Decimal(0)
            for number, payment in enumerate(payments, 1):
                factor *= shrink
                value += payment * factor
                weighted += number * payment * factor
            step = (value - principal_minor) / (weighted * shrink)
            rate += step
            if abs(step) < Decimal("1e-25"):
                return Fraction(rate.quantize(Decimal("1e-20")))
    raise Refused(Sentence(N_("The rate of these payments is too high to be found.")), "payment")


def _number(value: Fraction) -> Decimal:
    with localcontext(prec=_DIGITS):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(Decimal("0.0001")).normalize() if value.denominator > 1 else Decimal(int(value))
