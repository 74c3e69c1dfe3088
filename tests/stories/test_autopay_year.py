"""The months that pass by themselves: a mixed book on autopay, with failures, ends as its customers agreed.

Short in `make test`; a thousand agreements over a year in `make torture`. DUEBOOK_YEAR="agreements,days" sets a size.
"""

from __future__ import annotations

import os
from datetime import date, timedelta

import pytest

from tests.stories.autopay_year import Year

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-01-05")

FIRST = date(2026, 1, 5)


@pytest.mark.safety("J4", "J6", "J17", "L1", "L3", "L13")
@pytest.mark.database("sqlite")
def test_a_book_on_autopay_lives_by_itself_and_keeps_to_what_was_agreed(ledger, rounds, capsys) -> None:
    size = os.environ.get("DUEBOOK_YEAR", "")
    agreements, days = map(int, size.split(",")) if size else (rounds(12, 1_000), rounds(62, 365))
    year = Year(ledger, seed=4, agreements=agreements, first=FIRST)
    year.live(FIRST + timedelta(days=days))
    told = year.figures()
    with capsys.disabled():
        print("\nA simulated year:", ", ".join(f"{name} {count}" for name, count in told.items()))  # noqa: T201
    found = year.problems()
    assert found == [], found[:20]
    assert told["contracts"] > agreements // 2
    assert told["debits_done"] > agreements // 2
    assert told.get("debits_given_up", 0) + told["returns"] + told.get("payments_failed", 0) > 0
