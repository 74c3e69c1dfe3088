"""Ceilings on a yearly rate: dated rows the operator keeps, never constants of the code.

For every kind that charges interest. A row holds from its day until a later row of the same list takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.words import N_, Refused, Sentence


@dataclass(frozen=True, slots=True)
class RateCap:
    """One row: from `effective_from` a rate may not pass `percent` a year (None: no ceiling any more), by `source`."""

    effective_from: date
    percent: Decimal | None
    source: str


def cap_in_force(caps: Iterable[RateCap], on: date) -> RateCap | None:
    """The row that holds on `on`: the latest that began by then; None where none did."""
    begun = [cap for cap in caps if cap.effective_from <= on]
    return max(begun, key=lambda cap: cap.effective_from, default=None)


def check_rate_cap(rate_percent: Decimal, caps: Iterable[RateCap], on: date) -> None:
    """Refuse a yearly rate (9.9 means 9.9 %) above the ceiling that holds on `on`; the Refused names field `rate`.

    `caps` are the rows of the one jurisdiction and kind that count. A rate equal to the ceiling is allowed.
    """
    cap = cap_in_force(caps, on)
    if cap is None or cap.percent is None or rate_percent <= cap.percent:
        return
    raise Refused(
        Sentence(
            N_("%(rate)s %% a year is above the %(cap)s %% allowed since %(since)s (%(source)s)."),
            {"rate": rate_percent, "cap": cap.percent, "since": cap.effective_from, "source": cap.source},
        ),
        "rate",
    )
