"""The search of the office in a book of 100,000 agreements, against the same rows by raw indexed queries, on SQLite.

    PYTHONPATH=. .venv/bin/python bench/search.py [AGREEMENTS]

Both sides find the people, agreements, places and payments that fit, how many there are, and the ten that are shown.
The raw side is one hand-written query per subject over the table of words, and for a payment over the index of amounts;
ours is what the page calls to find them (`domain.reports.search`), without what is then worked out for the ten shown,
which is told apart. Exit 1 when a target of docs/performance.md is missed.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

from bench.sides.installation import installed
from bench.sides.searched_book import ASKED, Asked, add_book, raw

AGREEMENTS = 100_000
TURNS = 15
MOST_TIMES = 5.0


def took(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main(agreements: int) -> int:
    from domain.access import Scope
    from domain.actions import search_words
    from domain.reports import search as reports

    with installed(1) as ours:
        connection = sqlite3.connect(ours.database)
        add_book(connection, agreements)
        with ours.app.app_context():
            filled = took(search_words.mend)
            connection.close()
            connection = sqlite3.connect(ours.database, isolation_level=None)
            words = connection.execute("SELECT COUNT(*) FROM search_word").fetchone()[0]
            print(f"\n{agreements:,} agreements, {words:,} words, filled in {filled:.0f} s")
            staff, on, now = Scope("staff"), date.today(), datetime.now(UTC)

            def find(asked: Asked) -> object:
                return reports.matches(staff, asked.q)

            def page(asked: Asked) -> object:
                return reports.search(staff, asked.q, on, now)

            return tell([measured(connection, one, find, page) for one in ASKED])


def measured(
    connection: sqlite3.Connection,
    asked: Asked,
    find: Callable[[Asked], object],
    page: Callable[[Asked], object],
) -> tuple[Asked, float, float, float]:
    """(what was asked, seconds by hand, to find, for the page): the median of turns taken one after the other."""
    turns = [
        (took(lambda: raw(connection, asked)), took(lambda: find(asked)), took(lambda: page(asked)))
        for _turn in range(TURNS + 1)
    ][1:]
    by_hand, ours, whole = (statistics.median(column) for column in zip(*turns, strict=True))
    return asked, by_hand, ours, whole


def tell(rows: list[tuple[Asked, float, float, float]]) -> int:
    """Print what came out; 1 when a target was missed."""
    print(f"  {'asked':<28}{'raw':>10}{'found':>10}{'times':>8}{'page':>10}")
    for asked, by_hand, ours, whole in rows:
        print(
            f"  {asked.q:<28}{by_hand * 1e3:>7.1f} ms{ours * 1e3:>7.1f} ms{ours / by_hand:>8.2f}{whole * 1e3:>7.1f} ms"
        )
    times = statistics.median(ours / by_hand for _asked, by_hand, ours, _whole in rows)
    worst = max(ours / by_hand for _asked, by_hand, ours, _whole in rows)
    reached = worst <= MOST_TIMES
    print(f"  {times:.2f} times as long, at most {worst:.2f} (target at most {MOST_TIMES:g}): "
          f"{'reached' if reached else 'MISSED'}")  # fmt: skip
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else AGREEMENTS))
