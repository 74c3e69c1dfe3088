"""The drawer: the worth of its pieces, what should lie in it and why, and the difference that needs a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.cash_drawer import MOST_OF_A_PIECE, PIECES, Flows, counted, difference, expected
from domain.words import Refused

MINOR = st.integers(0, 10**9)


def test_a_drawer_of_dollars_is_worth_what_lies_in_it() -> None:
    pieces = {10_000: 1, 2_000: 7, 100: 12, 25: 3, 1: 4}
    assert counted(pieces, "USD") == 10_000 + 14_000 + 1_200 + 75 + 4


def test_every_currency_counts_its_own_pieces_and_any_other_one_sum() -> None:
    for worths in PIECES.values():
        assert list(worths) == sorted(set(worths), reverse=True)
    assert counted({1: 12_345}, "JPY") == 12_345
    with pytest.raises(Refused) as told:
        counted({2_500: 1}, "USD")
    assert told.value.field == "p2500"


@pytest.mark.parametrize("count", [-1, MOST_OF_A_PIECE + 1])
def test_a_number_of_pieces_that_cannot_be_is_refused(count) -> None:
    with pytest.raises(Refused) as told:
        counted({100: count}, "USD")
    assert told.value.field == "p100"


@given(MINOR, MINOR, MINOR, MINOR, MINOR)
def test_what_should_be_there_is_the_last_count_and_what_moved_since(
    first, taken, back, banked, there
) -> None:
    before = Flows(taken=first)
    last = there  # counted whatever the books said; its difference is written off
    now = Flows(first + taken, back, banked, differences=there - before.expected_minor)
    trace = expected(now, before, last)
    amounts = [step.amount_minor for step in trace.steps]
    assert sum(amounts[:-1]) == amounts[-1] == now.expected_minor == there + taken - back - banked


def test_a_difference_needs_a_reason_and_none_needs_none() -> None:
    with pytest.raises(Refused) as told:
        difference(990, 1_000, " ")
    assert told.value.field == "note"
    assert difference(990, 1_000, "a coin rolled away").steps[-1].amount_minor == -10
    assert difference(1_000, 1_000, "").steps[-1].amount_minor == 0
