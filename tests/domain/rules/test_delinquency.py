"""How long money has been owed: the published buckets, and what holds for any rows and days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.delinquency import AGING, DAYS_PAST_DUE, OpenRow, age, days_past_due
from domain.words import Refused

# Source: Apache Fineract, LoanDelinquency.feature, lines 269 to 462 (installment level): 1,000 in four of 250, the
# first down on 1 October 2023, then every 15 days.
FOUR = tuple(
    OpenRow(due_on, 25_000)
    for due_on in (date(2023, 10, 1), date(2023, 10, 16), date(2023, 10, 31), date(2023, 11, 15))
)
CHARGES = (OpenRow(date(2023, 10, 5), 2_000), OpenRow(date(2023, 10, 20), 2_000))
PAUSE, RESUMED = (date(2023, 11, 17), date(2023, 11, 30)), (date(2023, 11, 17), date(2023, 12, 1))


def buckets(rows, on, pauses=()) -> dict[tuple[int, int | None], int]:
    return {(b.first, b.last): b.amount_minor for b in age(rows, on, pauses=pauses).buckets if b.amount_minor}


@pytest.mark.parametrize(
    ("rows", "on", "pauses", "expected"),
    [
        (FOUR, date(2023, 12, 16), (), {(31, 60): 50_000, (61, 90): 50_000}),
        (FOUR, date(2023, 11, 16), (), {(1, 3): 25_000, (4, 30): 25_000, (31, 60): 50_000}),
        (FOUR, date(2023, 10, 25), (), {(4, 30): 50_000}),
        (FOUR[1:], date(2023, 10, 26), (), {(4, 30): 25_000}),
        ((), date(2023, 12, 17), (), {}),
        ((*FOUR, *CHARGES), date(2023, 12, 16), (), {(31, 60): 52_000, (61, 90): 52_000}),
        (FOUR, date(2023, 11, 17), (PAUSE,), {(1, 3): 25_000, (4, 30): 25_000, (31, 60): 50_000}),
        (FOUR, date(2023, 11, 30), (PAUSE,), {(1, 3): 25_000, (4, 30): 25_000, (31, 60): 50_000}),
        (FOUR, date(2024, 1, 1), (PAUSE,), {(31, 60): 50_000, (61, 90): 50_000}),
        (FOUR, date(2023, 12, 1), (RESUMED,), {(1, 3): 25_000, (4, 30): 25_000, (31, 60): 50_000}),
    ],
)  # fmt: skip
def test_the_published_buckets_come_out(rows, on, pauses, expected) -> None:
    assert buckets(rows, on, pauses) == expected


def test_a_payment_takes_the_oldest_out_of_its_bucket() -> None:
    """The source's loan owes 500 on 25 October (down payment and first installment); 250 paid leave 250 of 10 days."""
    aged = age(FOUR[1:], date(2023, 10, 26))
    assert (aged.days, aged.oldest_on, aged.not_yet_due_minor) == (10, date(2023, 10, 16), 50_000)


def test_the_books_age_from_the_due_day_and_keep_what_is_not_yet_due_apart() -> None:
    aged = age(FOUR, date(2023, 10, 31), AGING)
    assert [(b.first, b.last, b.amount_minor, b.rows) for b in aged.buckets] == [
        (0, 30, 75_000, 3), (31, 60, 0, 0), (61, 90, 0, 0), (91, None, 0, 0),
    ]  # fmt: skip
    assert (aged.due_minor, aged.not_yet_due_minor, aged.days) == (75_000, 25_000, 30)
    assert [str(step.sentence) for step in aged.trace.steps][-1] == "Due on 2023-10-31 (days before: 0)."


@pytest.mark.parametrize(
    "bounds", [(), ((1, 3),), ((1, 3), (5, None)), ((2, None),), ((1, None), (2, None)), ((5, 1), (2, None))]
)
def test_buckets_with_a_gap_are_refused(bounds) -> None:
    with pytest.raises(Refused, match="without a gap"):
        age(FOUR, date(2023, 11, 16), bounds)


rows = st.lists(
    st.builds(OpenRow, st.dates(date(2024, 1, 1), date(2025, 12, 31)), st.integers(0, 100_000)), max_size=12
)


@given(rows, st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.sampled_from((DAYS_PAST_DUE, AGING)))
def test_nothing_open_is_lost_and_nothing_counted_twice(found, on, bounds) -> None:
    aged = age(found, on, bounds)
    assert aged.due_minor + aged.not_yet_due_minor == sum(row.open_minor for row in found)
    assert sum(step.amount_minor or 0 for step in aged.trace.steps) == aged.due_minor
    assert aged.days == max([days_past_due(r.due_on, on) for r in found if r.open_minor], default=0)


@given(st.integers(0, 200), st.integers(0, 50), st.integers(0, 200))
def test_a_pause_takes_off_its_own_days_and_no_more(begin, length, late) -> None:
    due_on = date(2024, 1, 1)
    pause = (due_on + timedelta(days=begin), due_on + timedelta(days=begin + length))
    counted = days_past_due(due_on, due_on + timedelta(days=late), (pause,))
    assert late - length <= counted <= late
