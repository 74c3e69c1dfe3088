"""Payday in, an amount out by which each due date is covered in full on or before it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.autopay import Obligation
from domain.rules.business_days import next_business_day
from domain.rules.calendar import due_dates
from domain.rules.payday import Payday, by_payday
from domain.words import Refused

TODAY = date(2026, 3, 2)


def rent(count: int = 13, amount: int = 120_000, first: date = date(2026, 4, 1)) -> list[Obligation]:
    return [Obligation(day, amount) for day in due_dates("monthly", first, count)]


def propose(payday: Payday, dues=None, **more):
    return by_payday(payday, dues or rent(), TODAY, currency="USD", **more)


def test_pay_every_two_weeks_and_a_monthly_loan_of_392_16_take_half_of_it_each_time() -> None:
    found = propose(Payday("biweekly", date(2026, 3, 6)), rent(amount=39_216))
    assert found.contract.amount_minor == 19_608
    assert found.by_hand_minor == 0
    assert (found.contract.cadence, found.contract.amount_rule) == ("biweekly", "fixed")
    assert [one.amount_minor for one in found.debits[:4]] == [19_608] * 4


def test_pay_twice_a_month_takes_half_the_rent_each_time() -> None:
    found = propose(Payday("semimonthly", date(2026, 3, 15), 31))
    assert found.contract.amount_minor == 60_000


def test_weekly_pay_takes_a_quarter_and_in_a_fifth_week_what_is_left() -> None:
    found = propose(Payday("weekly", date(2026, 3, 6)))
    assert found.contract.amount_minor == 30_000
    taken = [one.amount_minor for one in found.debits]
    assert max(taken) == 30_000
    assert sum(taken) <= 3 * 120_000


def test_monthly_pay_takes_the_rent_on_the_payday_before_it() -> None:
    found = propose(Payday("monthly", date(2026, 3, 27)))
    assert found.contract.amount_minor == 120_000


def test_what_falls_due_before_the_paydays_have_caught_up_is_paid_by_hand() -> None:
    found = propose(Payday("weekly", date(2026, 3, 27)))
    assert found.contract.amount_minor == 30_000
    assert (found.covered[0].by_hand_minor, found.covered[0].ready_on) == (90_000, None)
    assert found.by_hand_minor == 90_000
    assert "pay 900.00 USD of what is due on 2026-04-01 yourself" in str(found.trace.steps[1].sentence)


def test_what_is_late_comes_with_the_first_due_date() -> None:
    dues = [Obligation(date(2026, 2, 1), 40_000), *rent()]
    found = propose(Payday("biweekly", date(2026, 3, 6)), dues)
    assert found.covered[0].due_on == TODAY
    assert found.covered[0].by_hand_minor == 40_000
    assert found.contract.amount_minor == 60_000


def test_paydays_that_come_seldom_pay_for_all_that_falls_due_until_the_next() -> None:
    weekly = [Obligation(day, 10_000) for day in due_dates("weekly", date(2026, 3, 9), 14)]
    found = propose(Payday("monthly", date(2026, 3, 6)), weekly)
    assert found.contract.amount_minor == 50_000
    assert found.by_hand_minor == 0


def test_a_statement_that_is_not_there_yet_is_not_guessed() -> None:
    found = propose(Payday("weekly", date(2026, 3, 6)), [*rent(1), Obligation(date(2026, 5, 1), None)])
    assert len(found.covered) == 1
    with pytest.raises(Refused):
        propose(Payday("weekly", date(2026, 3, 6)), [Obligation(date(2026, 5, 1), None)])


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2028, 1, 1)])
def test_a_payday_that_has_gone_or_comes_too_late_is_refused(day: date) -> None:
    with pytest.raises(Refused):
        propose(Payday("monthly", day))


@settings(max_examples=60, deadline=None)
@given(
    cadence=st.sampled_from(["weekly", "biweekly", "semimonthly", "monthly"]),
    first=st.integers(0, 30),
    due_first=st.integers(1, 40),
    frequency=st.sampled_from(["weekly", "biweekly", "monthly"]),
    amount=st.integers(1, 300_000),
)
def test_every_due_date_is_covered_by_the_debits_and_by_what_is_said_to_be_left(
    cadence, first, due_first, frequency, amount
) -> None:
    days = due_dates(frequency, TODAY + timedelta(days=due_first), 13)
    dues = [Obligation(day, amount) for day in days]
    start = TODAY + timedelta(days=first)
    try:
        found = propose(Payday(cadence, start, 28 if start.day < 20 else 5), dues, count=60)
    except Refused:
        return
    for at, one in enumerate(found.covered):
        paid = sum(
            d.amount_minor or 0 for d in found.debits if d.debit_on <= next_business_day(one.due_on, 0)
        )
        by_hand = sum(before.by_hand_minor for before in found.covered[: at + 1])
        assert paid + by_hand >= amount * (at + 1)
