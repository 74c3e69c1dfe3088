"""How often something may be tried, by one visitor and by all of them. Verb: `allow`, `forget_old`.

The counters stand in the database, so an address has as many tries with four workers as with one (safety A7, A9).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.records import throttles
from domain.transaction import transaction


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries in each `window`."""

    most: int
    window: timedelta


def allow(counted: Iterable[tuple[str, Limit]], *, now: datetime) -> bool:
    """Count one try in each bucket under its limit. False: one of them was full."""
    with transaction() as session:
        return all(
            throttles.count(session, bucket, now, limit=limit.most, window=limit.window)
            for bucket, limit in counted
        )


def forget_old(*, now: datetime) -> int:
    """Take away counters that count no more; returns how many."""
    with transaction() as session:
        return throttles.forget_old(session, now)
