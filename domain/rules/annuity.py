"""The level payment that pays a loan off, exactly.

Payment = P·i / (1 - (1 + i)^-n), and its forms for a zero rate, a balloon, an odd first period and periods of
different length. Everything is a ratio of integers; rounding is the caller's, once. Interest a payment does not
cover is carried and bears no interest (US Rule), which `level_ratio` allows for.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod

from domain.words import N_, Refused, Sentence

_PLACES = 192
_SLACK = 64
_MOST_PASSES = 200


def level_payment(
    principal: int | Fraction, rate: Fraction, count: int, balloon: int | Fraction = 0
) -> Fraction:
    """The exact level payment for `count` periods at `rate` per period (0.01 = 1 %), in the principal's units.

    `balloon` is what is left for a last, extra payment. Raises ValueError for count < 1 or a negative rate.
    """
    if count < 1 or rate < 0:
        raise ValueError("a level payment needs a period and a rate of zero or above")
    scale = Fraction(principal).denominator * Fraction(balloon).denominator
    numerator, denominator = _uniform(
        int(principal * scale), int(balloon * scale), rate.numerator, rate.numerator, rate.denominator, count
    )
    return Fraction(numerator, denominator * scale)


def flat_payment(principal: int, interest: int | Fraction, count: int, balloon: int = 0) -> Fraction:
    """The exact payment of a flat (add-on) loan: principal and all its interest in equal parts."""
    return Fraction(principal - balloon + interest) / count


def level_ratio(principal: int, balloon: int, parts: Sequence[int], denominator: int) -> tuple[int, int]:
    """The exact level payment as (numerator, denominator), for periods whose interest is parts[k] / denominator.

    B · prod(1 + r_k) - balloon over the payments carried forward to the last due date. Periods whose interest the
    payment would not cover are joined to the next one, as the US Rule demands: the rest is carried, not capitalised.
    """
    first, later = parts[0], parts[-1]
    if parts.count(later) >= len(parts) - (first != later):
        numerator, below = _uniform(principal, balloon, first, later, denominator, len(parts))
        if first <= later or principal * first * below <= numerator * denominator:
            return numerator, below
    groups = [(part, 1) for part in parts]
    numerator, below = _grouped(principal, balloon, groups, denominator)
    if principal * max(parts) * below <= numerator * denominator:
        return numerator, below
    found = _covered(principal, balloon, groups, denominator)
    return (numerator, below) if found == groups else _grouped(principal, balloon, found, denominator)


def _uniform(principal: int, balloon: int, first: int, part: int, below: int, count: int) -> tuple[int, int]:
    """Level payment where all periods but the first carry the same interest, in closed form."""
    if part == 0:
        return principal * (below + first) - balloon * below, below * count
    shrunk = below**count
    grown = (below + part) ** count
    owed = principal * (grown if first == part else (below + first) * (below + part) ** (count - 1))
    return (owed - balloon * shrunk) * part, below * (grown - shrunk)


def _grouped(principal: int, balloon: int, groups: list[tuple[int, int]], below: int) -> tuple[int, int]:
    """Level payment for groups of (interest part, number of payments) whose interest the payments cover."""
    paid, power = 0, 1
    for part, weight in groups:
        power *= below
        paid = paid * (below + part) + weight * power
    debt = principal * prod([below + part for part, _ in groups])
    return debt - balloon * power, paid


def _covered(
    principal: int, balloon: int, groups: list[tuple[int, int]], below: int
) -> list[tuple[int, int]]:
    """The groups joined until the payments of each cover its interest, which lowers the payment each time.

    Works with values to 192 binary places: only which groups are joined is decided here, the payment stays exact.
    Raises Refused where interest so outgrows the payments that no end of joining is in sight.
    """
    for _ in range(_MOST_PASSES):
        worth, paid = 1 << _PLACES, 0
        for part, weight in groups:
            worth = worth * below // (below + part)
            paid += weight * worth
        payment = (((principal << _PLACES) - balloon * worth) << _PLACES) // max(paid, 1)
        joined = _joined(principal << _PLACES, payment, groups, below)
        if len(joined) == len(groups):
            return groups
        groups = joined
    raise Refused(
        Sentence(N_("Interest outgrows every equal payment of this loan. State the payment.")), "payment"
    )


def _joined(balance: int, payment: int, groups: list[tuple[int, int]], below: int) -> list[tuple[int, int]]:
    """The groups again, each whose interest exceeds its payments joined to the one after it."""
    joined: list[tuple[int, int]] = []
    part, weight = 0, 0
    for more, payments in groups:
        part, weight = part + more, weight + payments
        interest = balance * part // below
        if interest <= weight * payment + (1 << _SLACK):
            balance += interest - weight * payment
            joined.append((part, weight))
            part, weight = 0, 0
    if weight:
        last_part, last_weight = joined.pop() if joined else (0, 0)
        joined.append((last_part + part, last_weight + weight))
    return joined
