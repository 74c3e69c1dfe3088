"""The search in 10,000 articles and messages, against the same rows by a raw indexed query, on SQLite.

    PYTHONPATH=. .venv/bin/python bench/text_search.py [TEXTS]

The raw side asks the FTS5 table for what holds every word (or, where somebody mistyped, what shares trigrams), best
first, as many as ours reads. Ours also weighs each by letters. Exit 1 when one takes more than five times as long.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable

from bench.sides.installation import installed

TEXTS = 10_000
TURNS = 15
MOST_TIMES = 5.0
ASKED = ("late fee", "forgot password", "autopay limit", "pasword", "recieve refund", "xylophone")
_SAID = (
    "late fee password forgot autopay limit card bank account payment due day receive refund notice code mail link"
    " agreement rent lease loan interest balance statement receipt transfer reference counter phone change method"
)
WORDS = _SAID.split()


def took(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def add_texts(connection: sqlite3.Connection, count: int) -> None:
    """Texts of 150 words, of which some thousand are made up, so that words differ in how rare they are."""
    chance = random.Random(8)
    made = ["".join(chance.choices("abcdefghilmnoprstuvy", k=chance.randint(4, 9))) for _ in range(4_000)]
    rows = []
    for number in range(count):
        words = [chance.choice(WORDS if chance.random() < 0.04 else made) for _ in range(150)]
        subject = ("article", "message")[number % 2]
        rows.append((subject, f"bench-{number}", "en", " ".join(words[:4]), " ".join(words)))
    connection.executemany(
        "INSERT INTO search_text (subject, subject_key, language, title, body) VALUES (?, ?, ?, ?, ?)", rows
    )
    connection.commit()


def raw(connection: sqlite3.Connection, wanted: str) -> list[object]:
    return connection.execute(
        "SELECT s.subject_key, s.language, s.title, s.body FROM search_text_parts JOIN search_text s"
        " ON s.id = search_text_parts.rowid WHERE search_text_parts MATCH ? AND s.subject = 'article'"
        " AND s.language = 'en' ORDER BY bm25(search_text_parts, 8.0, 1.0) LIMIT 60",
        (wanted,),
    ).fetchall()


def main(count: int) -> int:
    from domain.reports.text_search import hits
    from domain.rules.search_texts import asked, trigrams

    worst = 0.0
    with installed(1) as ours:
        connection = sqlite3.connect(ours.database)
        add_texts(connection, count)
        print(f"\n{count:,} texts\n  {'asked':<20}{'raw':>10}{'ours':>10}{'times':>8}")
        with ours.app.app_context():
            for q in ASKED:
                words = asked(q)
                wanted = " ".join(f'"{word}"' for word in words)
                if not raw(connection, wanted):
                    wanted = " OR ".join(f'"{part}"' for word in words for part in trigrams(word))
                turns = [
                    (took(lambda: raw(connection, wanted)), took(lambda: hits("article", q, language="en")))  # noqa: B023
                    for _turn in range(TURNS + 1)
                ][1:]
                by_hand, found = (statistics.median(column) for column in zip(*turns, strict=True))
                worst = max(worst, found / by_hand)
                print(f"  {q:<20}{by_hand * 1e3:>7.1f} ms{found * 1e3:>7.1f} ms{found / by_hand:>8.2f}")
    print(f"  at most {worst:.2f} times as long (target at most {MOST_TIMES:g})")
    return 0 if worst <= MOST_TIMES else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else TEXTS))
