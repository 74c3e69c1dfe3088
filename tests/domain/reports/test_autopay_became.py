"""What became of a debit of autopay: taken and returned is not the same as not taken."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from domain.reports.autopay_became import became

BACK = date(2026, 3, 19)


def debit(state: str, code: str = "", retry_on: date | None = None) -> SimpleNamespace:
    return SimpleNamespace(state=state, code=code, retry_on=retry_on)


def test_a_debit_that_was_taken_and_came_back_says_when_and_why() -> None:
    said = str(became(debit("given_up", "R01"), "R01", BACK))
    assert said.startswith("Returned by the bank on 2026-03-19.")
    assert "enough money" in said
    again = str(became(debit("retry", "R01", date(2026, 3, 27)), "R01", BACK))
    assert again.endswith("It is tried again on 2026-03-27.")
    assert "dispute" in str(became(debit("given_up", "disputed"), "disputed", BACK))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (debit("given_up"), "Not taken."),
        (debit("given_up", "R01"), "Not taken: the bank did not pay it."),
        (debit("given_up", "on_hold"), "Not taken: payments were on hold."),
        (debit("done"), "Taken."),
        (debit("retry", "R01", date(2026, 3, 27)), "It failed and is tried again on 2026-03-27."),
    ],
)
def test_what_never_came_is_told_as_before(row, words) -> None:
    assert str(became(row, None, None)).startswith(words)
