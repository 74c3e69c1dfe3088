"""What closing an agreement early by the payment that buys it posts, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kinds.base import OpenCharge
from domain.rules.planned import PlannedCharge


@dataclass(frozen=True, slots=True)
class Bought:
    """Goods that were bought early: what was paid on the plan before, and what was paid to buy them, with their tax."""

    paid_minor: int
    price_minor: int

    @property
    def all_minor(self) -> int:
        """What the goods cost in all."""
        return self.paid_minor + self.price_minor


@dataclass(frozen=True, slots=True)
class Closing:
    """What is posted before the payment that closes an agreement early, so that it pays its quote exactly.

    `charge` is the price beyond what is open; `lowered` are open charges, each with what the price holds of it already
    (minor units); `deposit_minor` of the deposit held is used; `bought` is kept with the terms.
    """

    charge: PlannedCharge | None
    lowered: tuple[tuple[OpenCharge, int], ...]
    deposit_minor: int
    bought: Bought
