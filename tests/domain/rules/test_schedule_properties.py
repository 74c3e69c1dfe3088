"""What holds for every schedule, whatever the terms; and a second, slow way of computing it as a witness."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.calendar import is_one_period, kept_anchors, month_end, periods_per_year
from domain.rules.day_count import CONVENTIONS, year_fraction
from domain.rules.money import MODES, round_minor
from domain.rules.schedule import LoanTerms, Schedule, level_payment_minor, loan_schedule, scheduled_through
from domain.words import Refused

FREQUENCIES = (
    "weekly",
    "biweekly",
    "every-4-weeks",
    "semimonthly",
    "monthly",
    "quarterly",
    "yearly",
    "every-10-days",
)
CALM = settings(max_examples=150, deadline=None)

starts = st.dates(date(2000, 1, 1), date(2060, 12, 31))
rates = st.decimals(Decimal(0), Decimal(60), places=4)


@st.composite
def terms(draw: st.DrawFn, **fixed: object) -> LoanTerms:
    start = draw(starts)
    chosen: dict[str, object] = {
        "principal_minor": draw(st.integers(10_000, 50_000_000)),
        "annual_rate_percent": draw(rates),
        "count": draw(st.integers(1, 90)),
        "frequency": draw(st.sampled_from(FREQUENCIES)),
        "start_on": start,
        "first_due_on": start + timedelta(days=draw(st.integers(1, 70))),
        "interest": draw(st.sampled_from(("period", "daily", "flat"))),
        "day_count": draw(st.sampled_from(CONVENTIONS)),
        "rounding": draw(st.sampled_from(MODES)),
        "payment_rounding": draw(st.sampled_from(MODES)),
        "payment_unit_minor": draw(st.sampled_from((1, 5, 100))),
        "balloon_minor": draw(st.sampled_from((0, 0, 0, 1_000))),
    }
    return LoanTerms(**(chosen | fixed))


@st.composite
def terms_with_pauses(draw: st.DrawFn) -> LoanTerms:
    plain = draw(terms(interest=draw(st.sampled_from(("period", "daily"))), count=draw(st.integers(4, 60))))
    given_too = {
        "skip_months": tuple(draw(st.sets(st.integers(1, 12), max_size=5))),
        "interest_only": draw(st.integers(0, 3)),
    }
    return LoanTerms(**(plain.__dict__ | given_too))


def made(wanted: LoanTerms) -> Schedule | None:
    try:
        return loan_schedule(wanted)
    except Refused:
        return None


def holds_together(schedule: Schedule) -> None:
    rows, asked = schedule.rows, schedule.plan.terms
    assert sum(row.principal_minor for row in rows) == asked.principal_minor
    assert rows[-1].balance_minor == schedule.remainder_minor == 0
    assert len(rows) <= asked.count
    balance = asked.principal_minor
    for number, row in enumerate(rows, 1):
        assert row.number == number
        assert min(row.payment_minor, row.interest_minor, row.principal_minor, row.balance_minor) >= 0
        assert row.payment_minor == row.interest_minor + row.principal_minor
        balance -= row.principal_minor
        assert row.balance_minor == balance
    assert rows[0].due_on == asked.first_due_on
    assert all(earlier.due_on < later.due_on for earlier, later in pairwise(rows))


@given(terms())
@CALM
def test_principal_adds_up_and_nothing_is_left_owed(wanted: LoanTerms) -> None:
    schedule = made(wanted)
    if schedule:
        holds_together(schedule)


@given(terms_with_pauses())
@CALM
def test_skipped_months_and_interest_alone_still_pay_everything_back(wanted: LoanTerms) -> None:
    schedule = made(wanted)
    if schedule:
        holds_together(schedule)
        for row in schedule.rows[:-1]:
            if row.due_on.month in wanted.skip_months:
                assert (row.payment_minor, row.interest_minor, row.principal_minor) == (0, 0, 0)
            elif row.number <= wanted.interest_only:
                assert row.principal_minor == 0


@pytest.mark.safety("J6")
@given(terms(frequency="monthly", interest="period", count=40))
@CALM
def test_monthly_due_dates_keep_their_anchor_day(wanted: LoanTerms) -> None:
    schedule = made(wanted)
    if schedule:
        kept = kept_anchors("monthly", wanted.start_on, wanted.first_due_on)
        anchor = kept[0] if kept else wanted.first_due_on.day
        for row in schedule.rows:
            assert row.due_on.day == min(anchor, month_end(row.due_on.year, row.due_on.month))


@given(terms(interest="period", last="equal"))
@CALM
def test_equal_payments_are_equal_and_report_what_is_left(wanted: LoanTerms) -> None:
    schedule = made(wanted)
    if schedule:
        assert {row.payment_minor for row in schedule.rows[:-1]} <= {schedule.payment_minor}
        assert schedule.rows[-1].payment_minor == schedule.payment_minor + wanted.balloon_minor
        assert len(schedule.rows) == wanted.count
        paid_back = sum(row.principal_minor for row in schedule.rows)
        assert schedule.remainder_minor == wanted.principal_minor - paid_back


@given(terms(), st.integers(0, 95))
@CALM
def test_the_shortcuts_agree_with_the_whole_schedule(wanted: LoanTerms, k: int) -> None:
    schedule = made(wanted)
    if schedule:
        first = schedule.rows[:k]
        through = scheduled_through(wanted, k)
        assert level_payment_minor(wanted) == schedule.payment_minor
        assert through.interest_minor == sum(row.interest_minor for row in first)
        assert through.payment_minor == sum(row.payment_minor for row in first)
        assert through.balance_minor == wanted.principal_minor - through.principal_minor
        assert through.row == (first[-1] if first else None)


def naive_rows(asked: LoanTerms, payment: int, dues: list[date]) -> list[tuple[int, int, int]]:
    """Payment, interest and balance row by row, with fractions and the definitions as they stand in the books."""
    yearly = Fraction(asked.annual_rate_percent) / 100
    balance, carried, paid_of_it, start, found = asked.principal_minor, Fraction(0), 0, asked.start_on, []
    for number, due in enumerate(dues, 1):
        whole = is_one_period(asked.frequency, start, due) if number == 1 else True
        if asked.interest == "period" and whole:
            factor = yearly / periods_per_year(asked.frequency)
        else:
            factor = yearly * year_fraction(start, due, asked.day_count)
        carried += balance * factor
        interest = round_minor(carried, asked.rounding) - paid_of_it
        last = number == len(dues)
        if last or payment - interest >= balance:
            found.append((balance + interest, interest, 0))
            return found
        if payment < interest:
            paid_of_it += payment
            found.append((payment, payment, balance))
        else:
            balance -= payment - interest
            carried, paid_of_it = Fraction(0), 0
            found.append((payment, interest, balance))
        start = due
    return found


@given(
    terms(balloon_minor=0, payment_unit_minor=1),
    st.sampled_from(("period", "daily")),
    st.sampled_from(("actual/365", "actual/360", "actual/actual")),
)
@CALM
def test_a_slow_second_way_of_computing_comes_to_the_same_rows(
    drawn: LoanTerms, interest: str, count_by: str
) -> None:
    wanted = LoanTerms(**(drawn.__dict__ | {"interest": interest, "day_count": count_by}))
    schedule = made(wanted)
    if schedule:
        dues = [row.due_on for row in schedule.rows]
        full = dues if len(dues) == wanted.count else [*dues, dues[-1] + timedelta(days=1)]
        assert naive_rows(wanted, schedule.payment_minor, full) == [
            (row.payment_minor, row.interest_minor, row.balance_minor) for row in schedule.rows
        ]


@given(
    terms(
        interest="daily", day_count="actual/365", frequency="monthly", balloon_minor=0, payment_unit_minor=1
    )
)
@CALM
def test_the_level_payment_is_the_one_that_leaves_least(wanted: LoanTerms) -> None:
    """One minor unit more or less on every payment moves what is left past zero, or further from it."""
    schedule = made(LoanTerms(**(wanted.__dict__ | {"payment_rounding": "half-up"})))
    if schedule and schedule.plan.terms.count > 1 and schedule.plan.exact:
        below, above = (
            _left(schedule, schedule.payment_minor + 1),
            _left(schedule, schedule.payment_minor - 1),
        )
        here = _left(schedule, schedule.payment_minor)
        assert below < above
        assert abs(here) <= max(abs(below), abs(above))


def _left(schedule: Schedule, payment: int) -> Fraction:
    """What is owed after every payment, with interest never rounded and what is unpaid of it carried (US Rule)."""
    periods, balance, carried = (
        schedule.plan.periods,
        Fraction(schedule.plan.terms.principal_minor),
        Fraction(0),
    )
    for part in periods.parts:
        carried += max(balance, 0) * Fraction(part, periods.denominator)
        towards = min(payment, carried)
        carried -= towards
        balance -= payment - towards
    return balance + carried


@given(
    st.integers(100_000, 5_000_000),
    st.decimals(Decimal(0), Decimal(30), places=2),
    st.integers(2, 60),
    st.integers(20, 900),
    st.sets(st.integers(1, 12), max_size=6),
)
@CALM
def test_the_last_payment_is_near_the_others_even_when_interest_had_to_be_carried(
    principal: int, rate: Decimal, count: int, wait: int, skipped: set[int]
) -> None:
    start = date(2026, 1, 5)
    first_due = start + timedelta(days=wait)
    wanted = LoanTerms(
        principal, rate, count, "monthly", start, first_due, "daily", "actual/365", skip_months=tuple(skipped)
    )
    schedule = made(wanted)
    if schedule:
        # Half a cent of rounding in each row, grown at 2.5 % a month.
        allowed = sum(Decimal("1.03") ** number for number in range(count + 8))
        assert abs(schedule.rows[-1].payment_minor - schedule.payment_minor) <= allowed
