"""A loan by its worked numbers: what is due, what ends it, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.kinds import kind_of, loan
from domain.kinds.base import OpenCharge
from domain.rules.schedule import LoanTerms
from tests.domain.kinds.samples import CAR, THREE, contract, new, parts, pay

# --- the worked car loan of the design: 9,000 at 21 %, 78 every two weeks, actual/365 ------------------------


def test_the_first_payment_on_its_day_splits_as_the_contract_says() -> None:
    applied = loan.apply(contract(CAR), new(CAR), 15_597, date(2026, 1, 23))
    assert parts(applied) == [("interest", 7_249, 1), ("principal", 8_348, 1)]
    assert (applied.accrual_minor, applied.after.principal_minor) == (7_249, 891_652)


def test_a_payment_five_days_late_pays_more_interest_and_less_principal() -> None:
    after_first = pay(CAR, new(CAR), (15_597, date(2026, 1, 23)))
    applied = loan.apply(contract(CAR), after_first, 15_597, date(2026, 2, 11))
    assert parts(applied) == [("interest", 9_747, 2), ("principal", 5_850, 2)]
    on_its_day = loan.apply(contract(CAR), after_first, 15_597, date(2026, 2, 6))
    assert parts(on_its_day)[0] == ("interest", 7_182, 2)


def test_a_payoff_names_its_interest_day_by_day() -> None:
    after_first = pay(CAR, new(CAR), (15_597, date(2026, 1, 23)))
    quote = loan.close(contract(CAR), after_first, date(2026, 2, 6))
    assert (quote.interest_minor, quote.per_diem_minor) == (7_182, 513)
    assert quote.total_minor == 891_652 + 7_182
    later = loan.close(contract(CAR), after_first, date(2026, 2, 7))
    assert later.total_minor - quote.total_minor == 513


@pytest.mark.parametrize(
    ("day_count", "interest", "total"),
    [
        ("30/360", 23, 8_380),
        ("actual/365", 22, 8_379),
        ("actual/360", 23, 8_380),
        ("actual/actual", 22, 8_379),
    ],
)
def test_fourteen_days_into_february_cost_what_the_day_count_says(day_count, interest, total) -> None:
    """83.57 at 7 %: 0.23 by 30/360. The source's 0.24 counts 14 of the 29 days of that month, which is none of ours."""
    terms = LoanTerms(
        principal_minor=8_357, annual_rate_percent=Decimal(7), count=1, frequency="monthly",
        start_on=date(2024, 2, 1), first_due_on=date(2024, 3, 1), day_count=day_count,
    )  # fmt: skip
    for how in ("period", "daily"):
        quote = loan.close(contract(replace(terms, interest=how)), new(terms), date(2024, 2, 15))
        assert (quote.interest_minor, quote.total_minor) == (interest, total), how


# Source: OpenStax, Contemporary Mathematics, "Understanding and managing loans"; it rounds interest up to the cent.
@pytest.mark.parametrize(
    ("principal", "rate", "days", "rounding", "interest"),
    [
        (560_000, "11.75", 45, "ceiling", 8_113), (700_000, "3.26", 100, "half-up", 6_252),
        (650_000, "12.6", 45, "ceiling", 10_098), (1_370_000, "6.55", 60, "ceiling", 14_751),
    ],
)  # fmt: skip
def test_simple_interest_as_a_textbook_counts_it(principal, rate, days, rounding, interest) -> None:
    terms = simple(principal, rate, rounding)
    assert (
        loan.close(contract(terms), new(terms), terms.start_on + timedelta(days=days)).interest_minor
        == interest
    )


@pytest.mark.parametrize(
    ("principal", "rate", "days", "paid", "balance"),
    [
        (4_550_000, "11.8", 50, 2_000_000, 2_623_548), (15_000_000, "5.85", 70, 5_000_000, 10_168_288),
        (1_840_000, "17.9", 45, 750_000, 1_130_607),
    ],
)  # fmt: skip
def test_a_payment_in_between_pays_interest_first_as_the_textbook_does(
    principal, rate, days, paid, balance
) -> None:
    terms = simple(principal, rate, "ceiling")
    after = pay(terms, new(terms), (paid, terms.start_on + timedelta(days=days)))
    assert after.principal_minor == balance
    if balance == 1_130_607:  # and 75 days later it is paid off with 11,721.92
        assert (
            loan.close(contract(terms), after, terms.start_on + timedelta(days=120)).total_minor == 1_172_192
        )


def simple(principal: int, rate: str, rounding: str) -> LoanTerms:
    return LoanTerms(
        principal_minor=principal, annual_rate_percent=Decimal(rate), count=1, frequency="yearly",
        start_on=date(2025, 1, 1), first_due_on=date(2026, 1, 1), interest="daily", day_count="actual/365",
        rounding=rounding,
    )  # fmt: skip


# --- days late and what is due -------------------------------------------------------------------------------


# Source: Apache Fineract, LoanDelinquency: 1,000 in four of 250 on 1, 16, 31 October and 15 November 2023.
@pytest.mark.parametrize(
    ("on", "past_due", "today", "days_late", "buckets"),
    [
        (date(2023, 11, 16), 100_000, 0, 46, {(31, 60): 50_000, (4, 30): 25_000, (1, 3): 25_000}),
        (date(2023, 12, 16), 100_000, 0, 76, {(61, 90): 50_000, (31, 60): 50_000}),
        (date(2023, 10, 16), 25_000, 25_000, 15, {(4, 30): 25_000}),
        (date(2023, 10, 1), 0, 25_000, 0, {}),
    ],
)
def test_days_late_run_from_the_oldest_open_installment(on, past_due, today, days_late, buckets) -> None:
    terms = LoanTerms(
        principal_minor=100_000, annual_rate_percent=Decimal(0), count=4, frequency="every-15-days",
        start_on=date(2023, 9, 30), first_due_on=date(2023, 10, 1),
    )  # fmt: skip
    due = loan.due(contract(terms), new(terms), on)
    assert (due.past_due_minor, due.today_minor, due.days_late) == (past_due, today, days_late)
    late = [row for row in loan.schedule(contract(terms), new(terms), on) if row.state == "late"]
    found = {
        span: total
        for span in ((1, 3), (4, 30), (31, 60), (61, 90))
        if (total := sum(row.open_minor for row in late if span[0] <= (on - row.due_on).days <= span[1]))
    }
    assert found == buckets


def test_late_installments_leave_the_list_as_they_are_paid_and_the_days_late_with_them() -> None:
    position = pay(THREE, new(THREE), (100_000, date(2023, 3, 15)))
    due = loan.due(contract(THREE), position, date(2023, 3, 15))
    assert (due.past_due_minor, due.oldest_on, due.days_late, due.left) == (100_000, date(2023, 3, 1), 14, 2)


@pytest.mark.parametrize("credit", [0, 5_000, 500_000])
def test_what_is_due_now_is_the_past_and_today_and_fees_less_credit(credit) -> None:
    position = new(THREE, OpenCharge(1, "nsf", date(2023, 2, 1), 2_500), credit_minor=credit)
    due = loan.due(contract(THREE), position, date(2023, 3, 1))
    assert due.now_minor == max(100_000 + 100_000 + 2_500 - credit, 0)
    assert sum(step.amount_minor or 0 for step in due.trace.steps) == 202_500 - credit


def test_before_the_first_due_day_the_next_payment_is_the_headline() -> None:
    due = loan.due(contract(CAR), new(CAR), date(2026, 1, 10))
    assert (due.now_minor, due.headline_minor, due.headline_on) == (0, 15_597, date(2026, 1, 23))
    assert due.left == 78


def test_a_loan_that_is_paid_says_that_nothing_is_left() -> None:
    position = pay(THREE, new(THREE), (300_000, date(2023, 1, 10)))
    due = loan.due(contract(THREE), position, date(2024, 1, 1))
    assert (due.now_minor, due.next_minor, due.left, due.headline_on) == (0, 0, 0, None)
    assert "Nothing is left" in str(due.trace.steps[0].sentence)


# --- words and facts -----------------------------------------------------------------------------------------


def test_the_reason_of_a_row_is_the_contracts_and_then_what_is_left_of_it() -> None:
    position = pay(CAR, new(CAR), (10_000, date(2026, 1, 23)))
    trace = loan.explain(contract(CAR), position, date(2026, 1, 23), 1)
    said = [str(step.sentence) for step in trace.steps]
    assert said[-3:] == [
        "By what was really paid so far, this payment comes to:",
        "Already paid of payment 1.",
        "Of that, interest 0.00 USD and principal 55.97 USD.",
    ]
    assert [step.amount_minor for step in trace.steps[-3:-1]] == [15_597, -10_000]


def test_every_fact_of_the_terms_can_be_said_for_every_frequency() -> None:
    for frequency in (*loan.FREQUENCIES, "every-10-days"):
        terms = replace(
            THREE, frequency=frequency, anchor_days=(1, 16) if frequency == "semimonthly" else None
        )
        labels = [label for label, _ in loan.facts(contract(terms))]
        assert len(labels) == len(set(labels)) == 9


def test_a_kind_that_is_not_there_is_not_guessed() -> None:
    assert kind_of("loan") is loan
    with pytest.raises(KeyError):
        kind_of("mortgage")


def test_the_principal_says_how_much_of_the_loan_is_paid_with_what_was_paid_beyond_the_plan() -> None:
    # 1,000.00 of three are due on 1 February; 1,700.00 is paid, 700.00 of it beyond the plan.
    after = pay(THREE, new(THREE), (170_000, date(2023, 2, 1)))
    paid, principal = loan.figures(contract(THREE), after, date(2023, 2, 1))
    assert paid.amount_minor < 170_000
    assert principal.amount_minor == 130_000
    assert (principal.note.params["paid"].minor, principal.note.params["lent"].minor) == (170_000, 300_000)
    assert loan.figures(contract(THREE), new(THREE), date(2023, 1, 1))[1].note is None
