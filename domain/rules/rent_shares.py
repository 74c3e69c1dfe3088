"""Who pays which part of a charge: fixed amounts first, then percentages of what they leave, exact to the minor unit.

Shares are of charges, never of payments: each payer has charges of their own, and sees no other's.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

from domain.rules.money import round_minor
from domain.rules.rent_amounts import Asked
from domain.rules.rent_terms import RentTerms, Share, in_force, is_of
from domain.words import N_, Money, Sentence, Step


def shared(terms: RentTerms, name: str, first: str, line: Asked) -> list[tuple[str, int, tuple[Step, ...]]]:
    """(payer, minor units, reason) for each part of the line; the parts are its amount exactly.

    The shares in force on the first day of the charge count for all of it. `first` names the first rent. Payer "" has
    what nobody took; without shares that is everything.
    """
    shares = [
        share for share in terms.shares if in_force(share, line.span.first) and is_of(share, name, first)
    ]
    if not shares or line.amount_minor == 0:
        return [("", line.amount_minor, ())]
    left, parts = line.amount_minor, []
    for share in shares:
        if share.amount_minor is not None:
            part = min(left, round_minor(share.amount_minor * line.part, terms.rounding))
            left -= part
            parts.append((share.payer, part, (_fixed(terms, line, part),)))
    by_percent = [(share, share.percent) for share in shares if share.percent is not None]
    amounts = split_by_percent(left, [percent for _, percent in by_percent])
    for (share, _), part in zip(by_percent, amounts, strict=False):
        parts.append((share.payer, part, (_by_percent(terms, share, left, part),)))
    parts.append(("", amounts[-1], (_rest(terms, line, amounts[-1]),)))
    return [part for part in parts if part[1]]


def split_by_percent(minor: int, percents: Sequence[Decimal | Fraction]) -> list[int]:
    """`minor` split by percentages of at most 100 in all, and at the end what is left of 100; the parts add up to it.

    Each part is rounded down; the units left over go to the largest remainders, the first of equals (2,000.00 among
    three: 666.67, 666.67, 666.66).
    """
    ratios = [percent.as_integer_ratio() for percent in percents]
    common = lcm(*(below for _, below in ratios))
    weights = [above * (common // below) for above, below in ratios]
    weights.append(100 * common - sum(weights))
    split = [divmod(minor * weight, 100 * common) for weight in weights]
    parts = [part for part, _ in split]
    order = sorted(range(len(split)), key=lambda at: -split[at][1])
    for at in order[: minor - sum(parts)]:
        parts[at] += 1
    return parts


def _fixed(terms: RentTerms, line: Asked, part: int) -> Step:
    said = {"share": Money(part, terms.currency), "whole": Money(line.amount_minor, terms.currency)}
    return Step(Sentence(N_("A fixed share of %(share)s of %(whole)s."), said), part)


def _by_percent(terms: RentTerms, share: Share, left: int, part: int) -> Step:
    said = {
        "percent": str(share.percent),
        "whole": Money(left, terms.currency),
        "share": Money(part, terms.currency),
    }
    return Step(Sentence(N_("A share of %(percent)s %% of %(whole)s: %(share)s."), said), part)


def _rest(terms: RentTerms, line: Asked, part: int) -> Step:
    said = {"share": Money(part, terms.currency), "whole": Money(line.amount_minor, terms.currency)}
    return Step(Sentence(N_("What is left of %(whole)s after the shares of others: %(share)s."), said), part)
