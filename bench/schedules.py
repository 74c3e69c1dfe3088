"""How fast schedules are made: dated and exact ones of 60 months, beside the package amortization (floats, no dates).

    PYTHONPATH=. .venv/bin/python bench/schedules.py

Both make every row of a loan they have not just made: 500 loans in turn, each with its own amount and rate.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

from bench.sides.alternation import Side, in_process, ratio, report, take_turns
from bench.sides.peers import peer, python_of_peers
from domain.rules.schedule import LoanTerms, loan_schedule

TURNS, UNITS = 15, 500
AT_LEAST = 0.8
START, FIRST_DUE = date(2026, 1, 15), date(2026, 2, 15)


def scheduling(interest: str, day_count: str) -> Callable[[], object]:
    numbers = itertools.count()

    def one() -> object:
        number = next(numbers) % 500
        rate = Decimal(number * 37 % 2_400 + 1) / 100
        principal = 500_000 + 997 * number
        terms = LoanTerms(principal, rate, 60, "monthly", START, FIRST_DUE, interest, day_count)
        return loan_schedule(terms).rows

    return one


def main() -> int:
    if not python_of_peers().exists():
        print("\nThe other packages are not installed: `make bench` does it.")
        return 1
    with tempfile.TemporaryDirectory() as folder, peer("amortization", Path(folder)) as them:
        by_period = in_process("Duebook, by the period", scheduling("period", "30/360"))
        by_day = in_process("Duebook, by actual days", scheduling("daily", "actual/365"))
        sides: list[Side] = [by_period, by_day, them]
        take_turns(sides, turns=TURNS, units=UNITS)
        print("\nSchedules of 60 months, dated and exact")
        reached = report(by_period, them, unit="schedules", at_least=AT_LEAST)
        # The package has no interest by days, so this has no target: it makes other rows than ours.
        print(f"  {by_day.name:<34}{by_day.median:>9.0f} schedules/s, ratio {ratio(by_day, them):.3f}")
        return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
