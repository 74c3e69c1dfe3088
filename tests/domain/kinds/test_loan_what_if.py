"""What would be: more, once, another day, a payoff on each day; always against the plan as it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kinds import loan
from domain.kinds.base import OpenCharge
from domain.kinds.loan_what_if import (
    balances,
    on_another_day,
    paying_more,
    paying_once,
    payoff_days,
    payoff_through,
)
from domain.rules.schedule import LoanTerms, loan_schedule
from domain.words import Refused
from tests.domain.kinds.samples import CAR, contract, new, pay

AUTO = LoanTerms(1_850_000, Decimal("9.9"), 60, "monthly", date(2026, 1, 15), date(2026, 2, 15))
BY_DAY = replace(AUTO, interest="daily", day_count="actual/365")
ON = date(2026, 2, 1)


def by_hand(principal: int, rate: Decimal, payment: int) -> tuple[int, Decimal]:
    """Months and interest until a loan is paid off, each month rounded half up to the cent; nothing is clever here."""
    months, interest, balance = 0, Decimal(0), Decimal(principal)
    while balance > 0:
        part = (balance * rate / 1200).quantize(Decimal(1), "ROUND_HALF_UP")
        balance -= min(payment - part, balance)
        months, interest = months + 1, interest + part
    return months, interest


def test_paying_more_each_month_ends_sooner_and_saves_what_a_second_sum_says() -> None:
    """Fifty more a month. Interest runs by the day, so money that pays the next installment saves it as well."""
    terms = replace(AUTO, interest="daily")
    found = paying_more(contract(terms), new(terms), ON, 5_000)
    months, interest = by_hand(1_850_000, Decimal("9.9"), 39_216 + 5_000)
    assert (found.was_payments, found.was_interest_minor) == (60, 502_966)
    assert found.was_ends_on == date(2031, 1, 15)
    assert found.payments == months == 52
    assert found.ends_on == date(2030, 5, 15)
    assert abs(found.interest_minor - interest) <= 52
    assert found.saved_minor == 502_966 - found.interest_minor
    assert [step.amount_minor for step in found.trace.steps] == [None, 502_966, -found.saved_minor, None]


def test_fifty_more_with_each_installment_pays_principal_at_once_also_by_the_period() -> None:
    """With what was due paid, the rest pays principal on the same day: as a second sum of 442.16 a month says."""
    found = paying_more(contract(AUTO), new(AUTO), ON, 5_000)
    months, interest = by_hand(1_850_000, Decimal("9.9"), 39_216 + 5_000)
    assert (found.payments, found.ends_on) == (months, date(2030, 5, 15)) == (52, date(2030, 5, 15))
    assert found.interest_minor == interest == 428_585


def test_paying_once_ends_sooner_the_earlier_it_is_paid() -> None:
    for terms in (AUTO, BY_DAY):
        now = paying_once(contract(terms), new(terms), ON, 300_000, ON)
        later = paying_once(contract(terms), new(terms), ON, 300_000, date(2028, 2, 15))
        assert now.saved_minor > later.saved_minor > 0
        assert now.ends_on <= later.ends_on < now.was_ends_on


def test_a_single_payment_of_everything_owed_ends_the_loan_on_its_day() -> None:
    total = loan.close(contract(BY_DAY), new(BY_DAY), ON).total_minor
    found = paying_once(contract(BY_DAY), new(BY_DAY), ON, total, ON)
    assert (found.ends_on, found.payments) == (ON, 1)
    assert found.interest_minor == total - 1_850_000


def test_another_day_of_the_month_costs_or_saves_the_days_between() -> None:
    later = on_another_day(contract(BY_DAY), new(BY_DAY), ON, date(2026, 2, 28))
    sooner = on_another_day(contract(BY_DAY), new(BY_DAY), ON, date(2026, 2, 3))
    assert later.saved_minor < 0 < sooner.saved_minor
    assert (later.ends_on, sooner.ends_on) == (date(2031, 1, 28), date(2031, 1, 3))
    assert "costs on top" in str(later.trace.steps[2].sentence)


def test_late_payments_and_fees_are_paid_today_in_both_courses() -> None:
    position = new(AUTO, OpenCharge(1, "nsf", date(2026, 3, 20), 2_500))
    found = paying_more(contract(AUTO), position, date(2026, 4, 1), 1_000)
    assert found.was_payments == 59  # two late ones in one payment
    assert found.saved_minor > 0


def test_each_day_of_a_payoff_table_costs_its_interest_more() -> None:
    position = pay(CAR, new(CAR), (15_597, date(2026, 1, 23)))
    rows = payoff_days(contract(CAR), position, date(2026, 2, 6), 10)
    assert [row.on for row in rows] == [date(2026, 2, 6) + timedelta(days=k) for k in range(10)]
    assert (rows[0].interest_minor, rows[0].per_diem_minor, rows[0].total_minor) == (7_182, 513, 898_834)
    for earlier, later in zip(rows, rows[1:], strict=False):
        assert abs(later.total_minor - earlier.total_minor - earlier.per_diem_minor) <= 1
    for count in (0, 367):
        with pytest.raises(Refused, match="between one day"):
            payoff_days(contract(CAR), position, date(2026, 2, 6), count)


def test_a_payoff_good_through_a_day_is_that_days_payoff_and_paid_sooner_leaves_a_credit() -> None:
    position = pay(CAR, new(CAR), (15_597, date(2026, 1, 23)))
    quote = payoff_through(contract(CAR), position, date(2026, 2, 6), date(2026, 2, 16))
    assert quote.good_through == date(2026, 2, 16)
    after = loan.apply(contract(CAR), position, quote.total_minor, date(2026, 2, 10)).after
    assert (after.principal_minor, after.credit_minor) == (0, quote.total_minor - 898_834 - 4 * 513)
    with pytest.raises(Refused, match="within a year"):
        payoff_through(contract(CAR), position, date(2026, 2, 6), date(2026, 2, 5))


def test_the_balance_by_the_plan_stands_beside_the_real_one_until_today() -> None:
    rows = loan_schedule(AUTO).rows
    history = [(AUTO.start_on, 1_850_000), (date(2026, 2, 20), 1_826_500)]
    points = balances(contract(AUTO), history, date(2026, 3, 1))
    assert [(point.on, point.scheduled_minor, point.actual_minor) for point in points[:5]] == [
        (date(2026, 1, 15), 1_850_000, 1_850_000), (date(2026, 2, 15), rows[0].balance_minor, 1_850_000),
        (date(2026, 2, 20), rows[0].balance_minor, 1_826_500), (date(2026, 3, 1), rows[0].balance_minor, 1_826_500),
        (date(2026, 3, 15), rows[1].balance_minor, None),
    ]  # fmt: skip
    assert (points[-1].scheduled_minor, points[-1].actual_minor) == (0, None)


@pytest.mark.parametrize(("amount", "when"), [(0, ON), (-5, ON), (100, date(2026, 1, 31))])
def test_what_cannot_be_paid_is_refused(amount, when) -> None:
    with pytest.raises(Refused):
        paying_once(contract(AUTO), new(AUTO), ON, amount, when)


@settings(deadline=None, max_examples=25)
@given(
    st.integers(50_000, 3_000_000),
    st.integers(0, 3_000),
    st.integers(2, 40),
    st.sampled_from(("period", "daily")),
    st.integers(1, 60_000),
)
def test_paying_more_never_costs_interest_and_never_ends_later(
    principal, rate, count, interest, more
) -> None:
    terms = LoanTerms(
        principal, Decimal(rate).scaleb(-2), count, "monthly", date(2026, 1, 15), date(2026, 2, 15), interest
    )
    found = paying_more(contract(terms), new(terms), ON, more)
    assert found.saved_minor >= -count  # a cent of rounding a row at most
    assert found.ends_on <= found.was_ends_on
