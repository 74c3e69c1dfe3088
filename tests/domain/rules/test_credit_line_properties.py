"""What holds for every credit line; and a day-by-day witness of the average daily balance."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.calendar import month_end
from domain.rules.credit_line import (
    CreditTerms,
    MinimumRule,
    MinimumTier,
    apply_payment,
    available_minor,
    average_daily_balance,
    close_cycle,
    cycles,
    minimum_payment,
)
from domain.rules.money import MODES

CALM = settings(max_examples=60, deadline=None)
DAY = timedelta(days=1)

minimums = st.builds(
    MinimumRule,
    st.dictionaries(st.integers(1, 200_000), st.none(), max_size=3).flatmap(
        lambda starts: st.tuples(
            *[
                st.builds(
                    MinimumTier,
                    st.just(start),
                    st.decimals(Decimal("0.01"), Decimal(100), places=2),
                    st.integers(0, 10_000),
                    st.booleans(),
                    st.booleans(),
                    st.booleans(),
                )
                for start in (0, *starts)
            ]
        )
    ),
    st.integers(0, 5_000),
    st.sampled_from((1, 5, 100)),
    st.sampled_from(MODES),
)
lines = st.builds(
    CreditTerms,
    st.integers(1, 1_000_000),
    st.decimals(Decimal(0), Decimal(60), places=2),
    st.integers(1, 31),
    minimums,
    st.integers(21, 31),
    st.sampled_from(("actual/365", "actual/360", "actual/actual", "monthly")),
    st.sampled_from(MODES),
)
starts = st.dates(date(2000, 1, 1), date(2060, 12, 31))
activity = st.lists(st.tuples(st.integers(0, 27), st.integers(-100_000, 100_000)), max_size=12)


@CALM
@given(st.integers(-50_000, 300_000), activity, starts, st.integers(27, 40))
def test_the_average_agrees_with_adding_up_day_by_day(
    opening: int, happened: list[tuple[int, int]], begins: date, length: int
) -> None:
    moves = [(begins + offset * DAY, amount) for offset, amount in happened]
    total, day = 0, begins
    while day <= begins + length * DAY:
        balance = opening + sum(amount for on, amount in moves if on <= day)
        total += balance if balance > 0 else 0
        day += DAY
    found, _ = average_daily_balance(opening, moves, begins, begins + length * DAY)
    assert found == Fraction(total, length + 1)


@CALM
@given(
    lines,
    st.integers(-10_000, 500_000),
    st.integers(0, 20_000),
    st.integers(0, 9_000),
    st.integers(0, 90_000),
)
def test_the_minimum_is_never_above_the_balance_nor_below_its_floor(
    terms: CreditTerms, balance: int, interest: int, fees: int, past_due: int
) -> None:
    least, trace = minimum_payment(terms, balance, interest, fees, past_due)
    assert min(max(balance, 0), terms.minimum.floor_minor) <= least <= max(balance, 0)
    assert trace.steps[-1].amount_minor == least


@CALM
@given(lines, starts, st.integers(0, 900), st.integers(0, 900))
def test_cycles_follow_each_other_on_the_closing_day_and_can_be_asked_for_piece_by_piece(
    terms: CreditTerms, start: date, one: int, two: int
) -> None:
    through = start + 900 * DAY
    whole = cycles(terms, start, through)
    cut = start + min(one, two) * DAY
    assert cycles(terms, start, cut) + cycles(terms, start, through, cut) == whole
    assert whole[0].period_from == start
    for cycle in whole:
        last = month_end(cycle.closing_on.year, cycle.closing_on.month)
        assert cycle.closing_on.day == min(terms.closing_day, last)
        assert (cycle.due_on - cycle.closing_on).days == terms.due_days
    for earlier, later in pairwise(whole):
        assert later.period_from == earlier.period_to + DAY
        assert later.number == earlier.number + 1


@CALM
@given(lines, starts, st.integers(0, 300_000), activity, st.integers(0, 300_000), st.booleans())
def test_a_statement_adds_up_and_grace_never_costs_more(
    terms: CreditTerms, start: date, opening: int, happened: list[tuple[int, int]], free: int, grace: bool
) -> None:
    cycle = cycles(terms, start, start + 62 * DAY)[1]
    moves = [(cycle.period_from + offset * DAY, amount) for offset, amount in happened]
    statement = close_cycle(
        terms, cycle, opening, moves, grace=grace, interest_free_minor=free, fees_minor=100, past_due_minor=50
    )
    assert statement.closing_minor == (
        opening + sum(amount for _, amount in moves) + statement.interest_minor + 100
    )
    assert statement.minimum_minor <= max(statement.closing_minor, 0)
    bare = close_cycle(terms, cycle, opening, moves, grace=False)
    assert 0 <= statement.interest_minor <= bare.interest_minor
    paid_whole = close_cycle(terms, cycle, opening, moves, grace=True, interest_free_minor=opening)
    assert paid_whole.interest_minor == 0


@CALM
@given(
    st.integers(1, 200_000),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
    st.lists(st.tuples(starts, st.integers(0, 50_000)), max_size=6),
)
def test_a_payment_is_shared_out_to_the_last_unit_and_pays_nothing_twice(
    amount: int, fees: int, interest: int, purchases: list[tuple[date, int]]
) -> None:
    paid = apply_payment(amount, fees, interest, purchases)
    shared = paid.fees_minor + paid.interest_minor + sum(part for _, part in paid.purchases)
    assert shared + paid.credit_minor == amount
    assert shared == min(amount, fees + interest + sum(open_minor for _, open_minor in purchases))
    if paid.purchases:
        assert (paid.fees_minor, paid.interest_minor) == (fees, interest)


@CALM
@given(lines, st.integers(-10_000, 2_000_000), st.integers(0, 10_000))
def test_what_is_available_never_lets_the_balance_pass_the_limit(
    terms: CreditTerms, balance: int, pending: int
) -> None:
    left = available_minor(terms, balance, pending)
    assert left >= 0
    assert left == 0 or balance + pending + left == terms.limit_minor
