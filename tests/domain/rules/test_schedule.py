"""Schedules: the worked numbers, the choices a lender has, and the reason for each amount."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.rules.schedule import LoanTerms, level_payment_minor, loan_schedule, row_trace, scheduled_through
from domain.rules.terms import check_terms
from domain.words import Gone, Refused, Trace

AUTO = LoanTerms(1850000, Decimal("9.9"), 60, "monthly", date(2026, 1, 15), date(2026, 2, 15))
BIWEEKLY = LoanTerms(
    900000, Decimal(21), 78, "biweekly", date(2026, 1, 9), date(2026, 1, 23), "daily", "actual/365"
)
WHOLE = LoanTerms(
    500000, Decimal(12), 18, "monthly", date(2022, 11, 1), date(2022, 12, 1), payment_unit_minor=100
)


def told(trace: Trace) -> str:
    return "\n".join(str(step.sentence) for step in trace.steps)


def test_an_auto_loan_by_the_period() -> None:
    schedule = loan_schedule(AUTO)
    assert schedule.payment_minor == level_payment_minor(AUTO) == 39216
    assert schedule.rows[0] == (1, date(2026, 2, 15), 39216, 15263, 23953, 1826047)
    assert schedule.rows[59] == (60, date(2031, 1, 15), 39222, 321, 38901, 0)
    assert schedule.interest_minor == 502966
    assert scheduled_through(AUTO, 1).balance_minor == 1826047
    assert scheduled_through(AUTO, 0) == (0, 0, 0, 1850000, None)


def test_a_biweekly_loan_by_actual_days() -> None:
    schedule = loan_schedule(BIWEEKLY)
    assert schedule.rows[0] == (1, date(2026, 1, 23), 15597, 7249, 8348, 891652)
    assert schedule.rows[77].payment_minor == 14312


def test_whole_unit_payments_leave_the_rest_to_the_last() -> None:
    payments = [row.payment_minor for row in loan_schedule(WHOLE).rows]
    assert payments == [30500] * 17 + [30322]


def test_flat_interest_is_the_same_every_month() -> None:
    rows = loan_schedule(replace(WHOLE, interest="flat")).rows
    assert {row.interest_minor for row in rows} == {5000}
    assert [row.payment_minor for row in rows] == [32800] * 17 + [32400]


def test_flat_interest_that_does_not_divide_leaves_the_remainder_to_the_last() -> None:
    terms = LoanTerms(100000, Decimal(10), 12, "monthly", date(2026, 1, 1), date(2026, 2, 1), interest="flat")
    rows = loan_schedule(terms).rows
    assert [row.interest_minor for row in rows] == [833] * 11 + [837]
    assert sum(row.interest_minor for row in rows) == 10000


def test_the_first_thirty_days_depend_on_the_day_count() -> None:
    by_days = replace(WHOLE, interest="daily", day_count="actual/365")
    assert loan_schedule(by_days).rows[0].interest_minor == 4932
    assert loan_schedule(WHOLE).rows[0].interest_minor == 5000
    assert loan_schedule(replace(by_days, day_count="30/360")).rows[0].interest_minor == 5000


def test_a_whole_month_by_thirty_day_months_is_a_twelfth_also_in_february() -> None:
    terms = LoanTerms(
        120000, Decimal(12), 3, "monthly", date(2026, 1, 31), date(2026, 2, 28), interest="daily"
    )
    rows = loan_schedule(terms).rows
    assert rows[0].interest_minor == 1200
    assert [row.due_on.day for row in rows] == [28, 31, 30]


def test_a_zero_rate_is_principal_in_equal_parts() -> None:
    terms = replace(AUTO, annual_rate_percent=Decimal(0), principal_minor=130000, count=12)
    assert [row.payment_minor for row in loan_schedule(terms).rows] == [10833] * 11 + [10837]


def test_a_stated_payment_is_taken_as_it_is() -> None:
    down, up = replace(AUTO, payment_minor=39215), replace(AUTO, payment_minor=39217)
    assert loan_schedule(down).rows[0].payment_minor == 39215
    assert loan_schedule(down).rows[59].payment_minor > 39222 > loan_schedule(up).rows[59].payment_minor


def test_a_generous_stated_payment_ends_the_loan_early() -> None:
    rows = loan_schedule(replace(AUTO, payment_minor=100000)).rows
    assert len(rows) == 21
    assert rows[-1].balance_minor == 0


def test_a_balloon_is_due_with_the_last_payment() -> None:
    schedule = loan_schedule(replace(AUTO, balloon_minor=500000))
    assert schedule.payment_minor < 39216
    assert abs(schedule.rows[-1].payment_minor - schedule.payment_minor - 500000) < 60
    assert schedule.rows[-1].balance_minor == 0


def test_first_payments_of_interest_alone_keep_the_principal() -> None:
    rows = loan_schedule(replace(WHOLE, interest_only=3)).rows
    assert [row.payment_minor for row in rows[:4]] == [5000, 5000, 5000, 36100]
    assert rows[2].balance_minor == 500000


def test_interest_before_a_late_first_payment_is_carried_and_bears_none() -> None:
    terms = LoanTerms(
        1000000, Decimal(36), 24, "monthly", date(2026, 1, 1), date(2027, 1, 1), "daily", "actual/365"
    )
    rows = loan_schedule(terms).rows
    carried = [row for row in rows if row.principal_minor == 0]
    assert len(carried) > 3
    assert {row.balance_minor for row in carried} == {1000000}
    first_clear = rows[len(carried)]
    interest_so_far = sum(row.interest_minor for row in rows[: len(carried) + 1])
    by_hand = Decimal(1000000) * 36 * (first_clear.due_on - terms.start_on).days / 36500
    assert abs(interest_so_far - by_hand) <= 1
    assert abs(rows[-1].payment_minor - rows[0].payment_minor) < 40


@pytest.mark.safety("M1")
def test_yen_have_no_decimals_and_dinars_three() -> None:
    yen = loan_schedule(replace(AUTO, currency="JPY", principal_minor=1850000))
    assert str(yen.rows[0].payment_minor) in told(yen.row_trace(1))
    dinar = loan_schedule(replace(AUTO, currency="KWD"))
    assert "1850.000 KWD" in told(dinar.row_trace(1))


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"count": 0}, "count", "at least one"),
        ({"count": -3}, "count", "at least one"),
        ({"count": 100_000}, "count", "at most"),
        ({"principal_minor": 0}, "principal", "above zero"),
        ({"principal_minor": -1}, "principal", "above zero"),
        ({"principal_minor": 10**16}, "principal", "too large"),
        ({"annual_rate_percent": Decimal(-1)}, "rate", "zero or above"),
        ({"annual_rate_percent": Decimal("NaN")}, "rate", "zero or above"),
        ({"annual_rate_percent": Decimal("Infinity")}, "rate", "zero or above"),
        ({"annual_rate_percent": Decimal(10**6)}, "rate", "too high"),
        ({"annual_rate_percent": Decimal("1e-21")}, "rate", "decimals"),
        ({"frequency": "hourly"}, "frequency", "not a frequency"),
        ({"first_due_on": date(2026, 1, 15)}, "first_due", "after the start"),
        ({"first_due_on": date(2037, 1, 15)}, "first_due", "ten years"),
        ({"start_on": date(1, 1, 1)}, "start", "between"),
        ({"count": 1300}, "count", "100 years"),
        ({"interest": "compound"}, "interest", "Choose one of"),
        ({"day_count": "30E/360"}, "day_count", "Choose one of"),
        ({"rounding": "up"}, "rounding", "Choose one of"),
        ({"payment_rounding": "up"}, "payment_rounding", "Choose one of"),
        ({"last": "first"}, "last", "Choose one of"),
        ({"payment_unit_minor": 0}, "payment_unit", "above zero"),
        ({"payment_minor": 0}, "payment", "above zero"),
        ({"payment_minor": 15262}, "payment", "does not cover"),
        ({"payment_minor": 15262, "interest": "flat"}, "payment", "does not cover"),
        ({"balloon_minor": 1850001}, "balloon", "between zero"),
        ({"balloon_minor": -1}, "balloon", "between zero"),
        ({"interest_only": 60}, "interest_only", "fewer"),
        ({"interest_only": -1}, "interest_only", "fewer"),
        ({"skip_months": (0,)}, "skip_months", "1 to 12"),
        ({"skip_months": tuple(range(1, 13))}, "skip_months", "left to pay"),
        ({"skip_months": (6,), "interest": "flat"}, "interest", "Flat interest"),
        ({"anchor_days": (1, 15)}, "anchor_days", "one day"),
        ({"principal_minor": 20, "annual_rate_percent": Decimal(0)}, "count", "too small"),
        ({"last": "interest", "payment_minor": 30000}, "last", "cannot"),
        ({"count": 2, "skip_months": (2, 3)}, "skip_months", "never paid back"),
    ],
)
def test_terms_without_sense_are_refused_beside_their_field(
    change: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(Refused, match=words) as refused:
        loan_schedule(replace(AUTO, **change))
    assert refused.value.field == field


def test_terms_with_sense_pass_the_check() -> None:
    check_terms(AUTO)
    check_terms(replace(AUTO, frequency="semimonthly", anchor_days=(15, 31)))


def test_the_reason_for_a_payment_tells_the_formula_and_the_rounding() -> None:
    trace = loan_schedule(AUTO).trace
    assert trace.rule == "loan.schedule.payment"
    assert "9.9 % / 12" in told(trace)
    assert "392.1607, rounded half up to 392.16 USD" in told(trace)
    assert trace.steps[-1].amount_minor == 39216
    assert "states the payment" in told(loan_schedule(replace(AUTO, payment_minor=40000)).trace)
    assert "900.00 USD in all" in told(loan_schedule(replace(WHOLE, interest="flat")).trace)
    assert "balloon of 10.00 USD" in told(loan_schedule(replace(AUTO, balloon_minor=1000)).trace)
    assert "counted by days (actual/365); the payment is set at 21 % / 26" in told(
        loan_schedule(BIWEEKLY).trace
    )


def test_the_reason_for_a_row_is_the_row() -> None:
    for terms in (
        AUTO,
        BIWEEKLY,
        WHOLE,
        replace(WHOLE, interest="flat"),
        replace(AUTO, skip_months=(6, 7), count=30),
    ):
        for row in loan_schedule(terms).rows:
            amounts = [step.amount_minor for step in row_trace(terms, row.number).steps]
            assert amounts[-1] == row.balance_minor
            assert row.payment_minor == 0 or row.payment_minor in amounts
            assert row.interest_minor == 0 or row.interest_minor in amounts


def test_the_reason_for_a_row_counts_its_days() -> None:
    assert "9000.00 USD x 21 % x 14 days (actual/365) = 72.4932 interest" in told(row_trace(BIWEEKLY, 1))
    assert "18500.00 USD x 9.9 % / 12 periods a year = 152.6250 interest" in told(row_trace(AUTO, 1))
    assert "interest alone" in told(row_trace(replace(AUTO, interest_only=2), 2))
    assert "last payment of 392.22 USD" in told(row_trace(AUTO, 60))


def test_carried_interest_is_told() -> None:
    late = LoanTerms(
        1000000, Decimal(36), 24, "monthly", date(2026, 1, 1), date(2027, 1, 1), "daily", "actual/365"
    )
    assert "does not cover the interest" in told(row_trace(late, 1))
    assert "was carried from before" in told(row_trace(late, 2))


@pytest.mark.parametrize("number", [-1, 0, 61])
def test_a_row_that_is_not_there_has_no_reason(number: int) -> None:
    with pytest.raises(Gone):
        row_trace(AUTO, number)
    with pytest.raises(Gone):
        loan_schedule(AUTO).row_trace(number)
