"""A month of billing for a landlord's whole portfolio: time against the same rows by hand, and memory, on SQLite.

    PYTHONPATH=. .venv/bin/python bench/rentals.py [RENTALS]

Every turn bills a fresh copy of one portfolio in a process of its own, as the timetable does
(`domain.actions.billing`), and then lets raw SQL write the same rows into another copy, set by set and in the same
commits. Exit 1 when a target of docs/performance.md is missed.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.sides.installation import installed
from bench.sides.rental_portfolio import MONTH, add_portfolio, by_hand

RENTALS = 100_000
TURNS = 3
MOST_TIMES = 3.0
MOST_MEGABYTES = 500
NOON = datetime(MONTH.year, MONTH.month, MONTH.day, 12)


def measured(file: Path) -> dict[str, float]:
    """Bill the month and say what it took; runs in a process of its own."""
    from domain import transaction
    from domain.actions import billing

    engine = transaction.write_engine(f"sqlite:///{file}")
    transaction.configure(engine)
    before = peak_kilobytes()
    begun, cpu = time.perf_counter(), time.process_time()
    billed = billing.bill(today=MONTH, at=NOON, zone=ZoneInfo("UTC"), now=NOON.replace(tzinfo=UTC))
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    engine.dispose()
    if billed.failed:
        raise SystemExit(f"{len(billed.failed)} rentals could not be billed")
    return {
        "seconds": took,
        "cpu": cpu,
        "rentals": billed.agreements,
        "charges": billed.charges,
        "start": before / 1024,
        "peak": peak_kilobytes() / 1024,
    }


def peak_kilobytes() -> int:
    """The most memory this process has held. Linux tells it apart from the process that started it; others do not."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def in_own_process(file: Path) -> dict[str, float]:
    answer = subprocess.run(
        [sys.executable, __file__, "--measure", str(file)],
        capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    if answer.returncode:
        raise SystemExit(answer.stderr)
    got: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return got


def main(rentals: int) -> int:
    from domain.actions.billing import CHUNK

    turns = []
    with tempfile.TemporaryDirectory(prefix="duebook-bench-") as name:
        portfolio, billed, raw = (Path(name) / file for file in ("portfolio.db", "billed.db", "raw.db"))
        with installed(1) as ours:
            connection = sqlite3.connect(ours.database)
            connection.execute("VACUUM INTO ?", (str(portfolio),))
            connection.close()
        add_portfolio(portfolio, rentals)
        for _ in range(TURNS):
            shutil.copyfile(portfolio, billed)
            got = in_own_process(billed)
            if got["rentals"] < rentals:
                raise SystemExit(f"{got['rentals']} of {rentals} rentals were billed")
            shutil.copyfile(portfolio, raw)
            turns.append((got, by_hand(raw, billed, CHUNK)))
            for one in (billed, raw):
                one.unlink()
    return tell(turns)


def tell(turns: list[tuple[dict[str, float], float]]) -> int:
    """Print what came out; 1 when a target was missed."""
    got, raw = turns[0][0], statistics.median(by_hand for _, by_hand in turns)
    times = statistics.median(ours["seconds"] / by_hand for ours, by_hand in turns)
    seconds, peak = (
        statistics.median(ours["seconds"] for ours, _ in turns),
        max(ours["peak"] for ours, _ in turns),
    )
    print(f"\nA month of billing for {got['rentals']:,.0f} rentals ({got['charges']:,.0f} charges) on SQLite")
    print(f"  {'Duebook':<34}{seconds:>9.1f} s, {got['charges'] / seconds:,.0f} charges/s")
    print(f"  {'the same rows and commits by hand':<34}{raw:>9.1f} s")
    spread = ", ".join(f"{ours['seconds'] / by_hand:.2f}" for ours, by_hand in turns)
    in_time, in_memory = times <= MOST_TIMES, peak <= MOST_MEGABYTES
    print(
        f"  {times:.2f} times as long ({spread}; target at most {MOST_TIMES:g}): {'reached' if in_time else 'MISSED'}"
    )
    print(f"  {peak:.0f} MB (target at most {MOST_MEGABYTES}): {'reached' if in_memory else 'MISSED'}")
    return 0 if in_time and in_memory else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measured(Path(sys.argv[2]))))
    else:
        sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else RENTALS))
