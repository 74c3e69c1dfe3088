"""The rent roll of 100,000 leases with two years of lines, against raw SQL on the same SQLite file.

    PYTHONPATH=. .venv/bin/python bench/rent_roll.py [LEASES]

Ours is the page's report (50 rows, exact sums by property and in all). Beside it stand by hand: the same figures from
the kept balances, what every balance comes to when the lines are summed, and the same as of a day two years ago.
Exit 1 when a target of docs/performance.md is missed.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from bench.sides.installation import Installation, installed
from bench.sides.lease_books import FIRST, TODAY, fill
from bench.sides.rent_roll_by_hand import kept, summed

LEASES = 100_000
TURNS = 5
AGO = FIRST + timedelta(days=19)
MOST_KEPT, LEAST_SUMMED, MOST_AS_OF = 3.0, 20.0, 1.5


def ours_on(ours: Installation, on: date) -> Callable[[], tuple[int, int]]:
    from domain.reports.rent_roll import page
    from domain.reports.sheet import Asked
    from tests.fixtures.agreements import scope_of

    scope = scope_of(ours.house, "dana")

    def ask() -> tuple[int, int]:
        with ours.app.app_context():
            found = page(scope, Asked(TODAY, on, on, on), 1)
            return found.sums["USD"].balance_minor, found.sums["USD"].past_due_minor

    return ask


def by_hand(file: Path, question: Callable[..., tuple[int, int]], on: date) -> Callable[[], tuple[int, int]]:
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    for pragma in ("temp_store=MEMORY", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}")
    return lambda: question(connection, on)


def seconds(question: Callable[[], tuple[int, int]]) -> tuple[float, tuple[int, int]]:
    begun = time.perf_counter()
    answer = question()
    return time.perf_counter() - begun, answer


def compared(
    name: str, one: Callable[[], tuple[int, int]], other: Callable[[], tuple[int, int]], turns: int
) -> float:
    """How many times as long `one` takes as `other`, the median of turns; both must give the same figures."""
    one(), other()
    found = []
    for _ in range(turns):
        (us, said), (them, right) = seconds(one), seconds(other)
        if said != right:
            raise SystemExit(f"{name}: {said} is not {right}")
        found.append((us, them))
    ratio = statistics.median(us / them for us, them in found)
    us, them = (statistics.median(turn[side] for turn in found) for side in (0, 1))
    print(f"  {name:<44}{us * 1000:>10.0f} ms against {them * 1000:>9.0f} ms: {ratio:.2f}", flush=True)
    return ratio


def main(leases: int) -> int:
    with installed(1) as ours:
        begun = time.perf_counter()
        fill(ours.database, leases)
        size = ours.database.stat().st_size / 2**20
        print(f"{leases:,} leases, {size:,.0f} MB, written in {time.perf_counter() - begun:.0f} s")
        now, ago = ours_on(ours, TODAY), ours_on(ours, AGO)
        held = compared("today, against the kept balances", now, by_hand(ours.database, kept, TODAY), TURNS)
        lines = compared("today, against summing the lines", now, by_hand(ours.database, summed, TODAY), 2)
        then = compared(f"as of {AGO}, against the lines", ago, by_hand(ours.database, summed, AGO), TURNS)
        year = TODAY - timedelta(days=365)
        compared(
            f"as of {year} (for comparison)", ours_on(ours, year), by_hand(ours.database, summed, year), 2
        )
    reached = (held <= MOST_KEPT, lines <= 1 / LEAST_SUMMED, then <= MOST_AS_OF)
    for words, good in zip(
        ("3 times the kept", "a twentieth of the lines", "1.5 times two years ago"), reached, strict=True
    ):
        print(f"  at most {words}: {'reached' if good else 'MISSED'}")
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else LEASES))
