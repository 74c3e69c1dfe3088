"""The timed duties of ways to pay by files, each with what was left half done. Verbs: `build`, `settle`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from domain.actions import bank_files, batch_ends, batch_settling, batches
from domain.actions.batches import Limits


@dataclass(frozen=True, slots=True)
class Places:
    """Where an installation keeps the files for its banks and those from them, and what a file may hold."""

    outgoing: Path
    received: Path
    limits: Limits
    base_url: str = ""


def build(*, today: date, now: datetime, places: Places, whole_day: bool = False) -> int:
    """Make the files whose cut-off has passed (`whole_day`: as if it had), after what was left half done; how many."""
    batch_ends.take_apart_rest(now=now)
    return batches.build_due(
        today=today, now=now, folder=places.outgoing, limits=places.limits, whole_day=whole_day
    )


def settle(*, today: date, now: datetime, places: Places) -> int:
    """Go on with files from the bank that were left half read, then settle what is due; how many payments settled."""
    bank_files.finish(folder=places.received, today=today, now=now, base_url=places.base_url)
    return batch_settling.settle_due(today=today, now=now).settled
