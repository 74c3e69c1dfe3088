"""The same schedules by the package amortization: floats, no dates.

Run by bench/schedules.py with the Python of the peers: `python bench/peers/amortization_schedules.py FILE`; FILE is not
used. The loans are those of bench/schedules.py: principal and rate follow from the number.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

from amortization.schedule import amortization_schedule
from spoken import answer


def scheduling() -> Callable[[], object]:
    numbers = itertools.count()

    def one() -> object:
        number = next(numbers) % 500
        return list(amortization_schedule(5_000 + 9.97 * number, (number * 37 % 2_400 + 1) / 10_000, 60))

    return one


if __name__ == "__main__":
    answer(scheduling())
