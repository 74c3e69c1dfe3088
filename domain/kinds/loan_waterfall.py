"""The order in which a payment on a loan pays its buckets, as the contract says it.

Kept as text: `interest,principal,fees` (the default) is the order for money due; a second order after a semicolon is
for money in advance. `penalties` are late fees and fees for returned payments where the order names them, else they are
fees; buckets that are not named come last. Without an order of its own, money in advance pays interest, then principal,
and every open fee is paid with the money due, whenever it falls due. Source: the contract; orders for due and for
advance money apart are known from Apache Fineract's payment strategies.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from domain.words import N_, Refused, Sentence

PENALTY_RULES = frozenset({"late_fee", "returned_payment_fee"})
BUCKETS = ("interest", "principal", "fees", "penalties")
OF_INSTALLMENT = ("interest", "principal")
LONGEST = 64


@dataclass(frozen=True, slots=True)
class Waterfall:
    """`due` and `advance` each name every bucket once; `advance` is None where the contract has no order for it.

    `apart`: penalties have a place of their own.
    """

    due: tuple[str, ...]
    advance: tuple[str, ...] | None
    apart: bool

    def bucket_of(self, rule: str) -> str:
        """Which bucket an open charge belongs to, by its rule."""
        return "penalties" if self.apart and rule in PENALTY_RULES else "fees"


@lru_cache(maxsize=64)
def read_waterfall(named: tuple[str, ...]) -> Waterfall:
    """The waterfall of a stored contract, given as its text split at the commas."""
    text = ",".join(named)
    due, _, advance = text.partition(";")
    apart = "penalties" in text
    return Waterfall(_whole(due, apart), _whole(advance, apart) if advance else None, apart)


def check_waterfall(text: str) -> str:
    """The same order in its shortest text, ready to be kept. Raises Refused for one that cannot be."""
    orders = [tuple(name.strip() for name in part.split(",") if name.strip()) for part in text.split(";")]
    if not 1 <= len(orders) <= 2 or not all(orders):
        raise Refused(
            Sentence(N_("Give the order of payment for money due, and at most one more.")), "waterfall"
        )
    if any(len(set(order)) != len(order) or not set(order) <= set(BUCKETS) for order in orders):
        words = N_("Name each of these once: %(choices)s.")
        raise Refused(Sentence(words, {"choices": ", ".join(BUCKETS)}), "waterfall")
    meant = read_waterfall(tuple(";".join(",".join(order) for order in orders).split(",")))
    for place in range(len(orders)):
        while len(orders[place]) > 1:
            shorter = [order[:-1] if number == place else order for number, order in enumerate(orders)]
            if read_waterfall(tuple(";".join(",".join(order) for order in shorter).split(","))) != meant:
                break
            orders = shorter
    return ";".join(",".join(order) for order in orders)


def _whole(order: str, apart: bool) -> tuple[str, ...]:
    named = tuple(name for name in order.split(",") if name)
    every = BUCKETS if apart else BUCKETS[:-1]
    return named + tuple(name for name in every if name not in named)
