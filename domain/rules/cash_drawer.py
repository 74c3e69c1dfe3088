"""The cash drawer: what lies in it by its pieces, what should, and the difference. Pure.

Amounts are whole minor units. What should lie in it is what was counted last and what moved since: cash taken, cash
given back, cash carried to the bank or fetched from it. Every count ends with the difference written off, so the next
one begins from what was really there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.words import N_, Refused, Sentence, Step, Trace

RULE, VERSION = "cash_drawer", 1
PIECES: dict[str, tuple[int, ...]] = {
    "USD": (10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 25, 10, 5, 1),
    "CAD": (10_000, 5_000, 2_000, 1_000, 500, 200, 100, 25, 10, 5),
    "EUR": (50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "GBP": (5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
}
"""Currency -> its notes and coins in minor units, the largest first; any other currency is counted as one sum.

Sources: the US Mint and the Bureau of Engraving and Printing, the Royal Canadian Mint (no cent since 2013), the
European Central Bank (500-euro notes stay legal tender), the Bank of England and the Royal Mint, as of 2026.
"""
MOST_OF_A_PIECE = 100_000
MOST_MINOR = 10**12


@dataclass(frozen=True, slots=True)
class Flows:
    """What ever moved in the drawer, in minor units.

    Cash taken, cash given back, cash carried to the bank less what was fetched there, the differences of all counts.
    """

    taken: int = 0
    given_back: int = 0
    banked: int = 0
    differences: int = 0

    @property
    def expected_minor(self) -> int:
        """What should lie in the drawer."""
        return self.taken - self.given_back - self.banked + self.differences


def counted(pieces: Mapping[int, int], currency: str) -> int:
    """The sum of the pieces: worth -> how many. Raises Refused for a piece there is not, or a number that cannot be."""
    known = PIECES.get(currency, (1,))
    for worth, count in pieces.items():
        if worth not in known:
            raise Refused(Sentence(N_("There is no such note or coin.")), f"p{worth}")
        most = MOST_OF_A_PIECE if currency in PIECES else MOST_MINOR
        if not 0 <= count <= most:
            raise Refused(Sentence(N_("Write how many there are, 0 or more.")), f"p{worth}")
    return sum(worth * count for worth, count in pieces.items())


def expected(now: Flows, last: Flows | None, last_counted_minor: int) -> Trace:
    """Why so much should lie in the drawer: what was counted last, and what moved since.

    `last` are the flows as they were at that count, before its own difference; None when it was never counted.
    """
    before = last or Flows()
    steps = [Step(Sentence(N_("Counted last")), last_counted_minor)] if last else []
    for words, moved in (
        (N_("Cash taken since"), now.taken - before.taken),
        (N_("Cash given back since"), before.given_back - now.given_back),
        (N_("Carried to the bank, or fetched there, since"), before.banked - now.banked),
    ):
        if moved:
            steps.append(Step(Sentence(words), moved))
    steps.append(Step(Sentence(N_("Should be in the drawer")), now.expected_minor))
    return Trace(RULE, VERSION, tuple(steps))


def difference(counted_minor: int, expected_minor: int, reason: str) -> Trace:
    """The difference of a count, positive when there is too much. Raises Refused for one without a reason."""
    over = counted_minor - expected_minor
    if over and not reason.strip():
        words = N_("Say why there is a difference, or that nobody knows.")
        raise Refused(Sentence(words), "note")
    title = N_("Too much in the drawer") if over > 0 else N_("Missing from the drawer")
    return Trace(
        RULE,
        VERSION,
        (
            Step(Sentence(N_("Counted")), counted_minor),
            Step(Sentence(N_("Should be in the drawer")), expected_minor),
            Step(Sentence(title if over else N_("No difference")), over),
        ),
    )
