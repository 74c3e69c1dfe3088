"""A loan by its worked numbers: what is due, what a payment pays, what ends it, what a return brings back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.kinds import kind_of, loan
from domain.kinds.base import OpenCharge, Position
from domain.kinds.loan import Contract
from domain.rules.schedule import LoanTerms, loan_schedule

CAR = LoanTerms(
    principal_minor=900_000, annual_rate_percent=Decimal(21), count=78, frequency="biweekly",
    start_on=date(2026, 1, 9), first_due_on=date(2026, 1, 23), interest="daily", day_count="actual/365",
)  # fmt: skip
THREE = LoanTerms(
    principal_minor=300_000, annual_rate_percent=Decimal(0), count=3, frequency="monthly",
    start_on=date(2023, 1, 1), first_due_on=date(2023, 2, 1),
)  # fmt: skip
BY_PERIOD = replace(CAR, interest="period", day_count="30/360")
INTEREST_FIRST = ("interest", "principal", "fees")
FEES_FIRST = ("fees", "interest", "principal")


def contract(terms: LoanTerms, waterfall: tuple[str, ...] = INTEREST_FIRST) -> Contract:
    return Contract(terms, waterfall, terms.currency)


def new(terms: LoanTerms, *charges: OpenCharge, **other) -> Position:
    values = {"principal_minor": terms.principal_minor, "interest_minor": 0, "charges": charges, "credit_minor": 0,
              "met_minor": 0, "interest_from": terms.start_on}  # fmt: skip
    return Position(**(values | other))


def parts(applied) -> list[tuple[str, int, int | None]]:
    return [(part.bucket, part.amount_minor, part.installment_number) for part in applied.parts]


def pay(
    terms: LoanTerms, position: Position, *payments: tuple[int, date], waterfall=INTEREST_FIRST
) -> Position:
    for amount, on in payments:
        position = loan.apply(contract(terms, waterfall), position, amount, on).after
    return position


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


# --- the order in which a payment pays -----------------------------------------------------------------------


def test_fees_first_pays_both_fees_and_then_the_oldest_installment() -> None:
    """3,000 in three installments, 50 due today and 50 in five days, 1,100 paid (a published case of Fineract)."""
    due = date(2023, 2, 1)
    fees = (OpenCharge(1, "nsf", due, 5_000), OpenCharge(2, "nsf", due + timedelta(days=5), 5_000))
    applied = loan.apply(contract(THREE, FEES_FIRST), new(THREE, *fees), 110_000, due)
    assert parts(applied) == [("fees", 5_000, None), ("fees", 5_000, None), ("principal", 100_000, 1)]
    assert applied.after.charges == ()
    assert applied.after.principal_minor == 200_000


def test_by_default_the_installment_due_comes_before_the_fees_and_the_next_installment_after_them() -> None:
    due = date(2023, 2, 1)
    fees = (OpenCharge(1, "nsf", due, 5_000), OpenCharge(2, "nsf", due + timedelta(days=5), 5_000))
    applied = loan.apply(contract(THREE), new(THREE, *fees), 112_000, due)
    assert parts(applied) == [
        ("principal", 100_000, 1), ("fees", 5_000, None), ("fees", 5_000, None), ("principal", 2_000, 2),
    ]  # fmt: skip


def test_the_oldest_installment_and_the_oldest_fee_are_paid_first() -> None:
    fees = (OpenCharge(7, "nsf", date(2023, 2, 20), 1_000), OpenCharge(8, "nsf", date(2023, 2, 10), 1_000))
    applied = loan.apply(contract(THREE), new(THREE, *fees), 201_500, date(2023, 3, 1))
    assert parts(applied)[:2] == [("principal", 100_000, 1), ("principal", 100_000, 2)]
    assert [(part.charge_id, part.amount_minor) for part in applied.parts[2:]] == [(8, 1_000), (7, 500)]
    assert applied.after.charges == (OpenCharge(7, "nsf", date(2023, 2, 20), 500),)


@pytest.mark.parametrize("amounts", [(40_000, 60_000), (1, 99_999), (100_000,)])
def test_an_installment_paid_in_pieces_is_paid_when_the_pieces_are_there(amounts) -> None:
    position = pay(THREE, new(THREE), *((amount, date(2023, 2, 1)) for amount in amounts))
    states = [row.state for row in loan.schedule(contract(THREE), position, date(2023, 2, 1))]
    assert states == ["paid", "next", "upcoming"]
    assert position.met_minor == 100_000


def test_money_above_the_next_installment_shortens_the_loan() -> None:
    applied = loan.apply(contract(CAR), new(CAR), 100_000, date(2026, 1, 23))
    assert [bucket for bucket, _, number in parts(applied) if number is None] == ["principal"]
    plan = loan.schedule(contract(CAR), applied.after, date(2026, 1, 23))
    assert plan[-1].state == "not_needed"
    assert sum(row.open_minor for row in plan) < loan_schedule(CAR).total_minor - 100_000


def test_money_above_everything_owed_is_kept_as_credit_and_taken_off_the_next_figure() -> None:
    applied = loan.apply(contract(THREE), new(THREE), 300_500, date(2023, 1, 10))
    assert parts(applied)[-1] == ("credit", 500, None)
    assert applied.after.credit_minor == 500
    assert loan.close(contract(THREE), applied.after, date(2023, 1, 10)).total_minor == 0


def test_the_customers_credit_is_used_up_by_the_payment_that_ends_the_loan() -> None:
    for terms in (THREE, CAR, BY_PERIOD):
        on = terms.first_due_on + timedelta(days=5)
        owing = new(terms, OpenCharge(1, "nsf", on, 2_500), credit_minor=40_000)
        quote = loan.close(contract(terms), owing, on)
        applied = loan.apply(contract(terms), owing, quote.total_minor, on)
        after = applied.after
        assert (after.principal_minor, after.interest_minor, after.charges, after.credit_minor) == (
            0,
            0,
            (),
            0,
        )
        assert sum(part.amount_minor for part in applied.parts) == quote.total_minor


def test_credit_pays_what_is_due_with_the_payment_and_is_not_spent_in_advance() -> None:
    due = date(2023, 2, 1)
    short = loan.apply(contract(THREE), new(THREE, credit_minor=30_000), 70_000, due)
    assert parts(short) == [("principal", 100_000, 1), ("credit", -30_000, None)]
    assert (short.after.credit_minor, short.met_minor) == (0, 100_000)
    ahead = loan.apply(contract(THREE), new(THREE, credit_minor=30_000), 110_000, due)
    assert parts(ahead) == [("principal", 100_000, 1), ("principal", 10_000, 2)]
    assert ahead.after.credit_minor == 30_000
    assert str(ahead.trace.steps[0].sentence) == "Principal of payment 1, due 2023-02-01."
    assert str(short.trace.steps[-1].sentence) == "Your credit is taken off."


def test_a_month_is_thirty_days_by_30_360_also_from_the_end_of_january_to_the_end_of_february() -> None:
    terms = LoanTerms(
        principal_minor=1_000_000, annual_rate_percent=Decimal(12), count=3, frequency="monthly",
        start_on=date(2026, 12, 31), first_due_on=date(2027, 1, 31), interest="daily", day_count="30/360",
    )  # fmt: skip
    position = new(terms)
    interest = {
        day: loan.close(contract(terms), position, day).interest_minor
        for day in (
            date(2027, 1, 31),
            date(2027, 2, 15),
            date(2027, 2, 28),
            date(2027, 3, 30),
            date(2027, 3, 31),
        )
    }
    assert list(interest.values()) == [10_000, 15_000, 20_000, 30_000, 30_000]


# --- a payment that comes back -------------------------------------------------------------------------------


def test_a_returned_payment_restores_each_bucket_and_adds_its_fee() -> None:
    """500 paid (10 fee + 490 principal), returned, fee 25: owed are 10 + 490 + 25; then 500 pays 25 + 10 + 465."""
    terms = replace(THREE, principal_minor=49_000, count=1)
    on = terms.first_due_on
    before = new(terms, OpenCharge(1, "late", on, 1_000))
    applied = loan.apply(contract(terms, FEES_FIRST), before, 50_000, on)
    assert parts(applied) == [("principal", 49_000, 1), ("fees", 1_000, None)]
    back = replace(before, charges=(*before.charges, OpenCharge(2, "nsf", on, 2_500)))
    assert loan.due(contract(terms, FEES_FIRST), back, on).now_minor == 49_000 + 1_000 + 2_500
    again = loan.apply(contract(terms, FEES_FIRST), back, 50_000, on)
    assert parts(again) == [("fees", 1_000, None), ("fees", 2_500, None), ("principal", 46_500, 1)]


@pytest.mark.parametrize("returned_after", [1, 5, 14, 33])
def test_interest_after_a_return_is_what_it_would_have_been_without_the_payment(returned_after) -> None:
    """By the day interest is linear in the principal, so a payment that came and went leaves no trace but rounding."""
    paid_on = date(2026, 1, 23)
    on = paid_on + timedelta(days=returned_after)
    applied = loan.apply(contract(CAR), new(CAR), 15_597, paid_on)
    restored = sum(part.amount_minor for part in applied.parts if part.bucket == "principal")
    interest = sum(part.amount_minor for part in applied.parts if part.bucket == "interest")
    missed = loan.missed(contract(CAR), applied.after, restored, paid_on, paid_on, on)
    never_paid = loan.close(contract(CAR), new(CAR), on).interest_minor
    assert abs(interest + missed.amount_minor - never_paid) <= 1
    assert missed.interest_from == on
    assert sum(step.amount_minor or 0 for step in missed.trace.steps) == missed.amount_minor


def test_a_return_before_the_next_due_day_of_a_loan_by_the_period_posts_nothing() -> None:
    paid_on = BY_PERIOD.first_due_on
    applied = loan.apply(contract(BY_PERIOD), new(BY_PERIOD), 15_597, paid_on)
    missed = loan.missed(
        contract(BY_PERIOD), applied.after, 8_000, paid_on, paid_on, paid_on + timedelta(days=6)
    )
    assert missed.amount_minor == 0


@pytest.mark.parametrize("interest", ["period", "flat"])
def test_a_payoff_that_comes_back_does_not_make_the_days_before_it_cost_twice(interest) -> None:
    terms = replace(BY_PERIOD, interest=interest)
    never = new(terms)
    paid_on, due_on = terms.start_on + timedelta(days=6), terms.first_due_on
    quote = loan.close(contract(terms), never, paid_on)
    after = loan.apply(contract(terms), never, quote.total_minor, paid_on).after
    assert after.interest_from == paid_on
    missed = loan.missed(contract(terms), after, 900_000, paid_on, paid_on, paid_on + timedelta(days=3))
    back = replace(
        never, interest_minor=quote.interest_minor + missed.amount_minor, interest_from=missed.interest_from
    )
    assert missed.amount_minor == 0
    assert (
        loan.close(contract(terms), back, due_on).total_minor
        == loan.close(contract(terms), never, due_on).total_minor
    )
    half_way = due_on - timedelta(days=3)
    again, straight = (
        loan.close(contract(terms), position, half_way).total_minor for position in (back, never)
    )
    assert again == straight


@pytest.mark.parametrize("interest", ["period", "daily", "flat"])
def test_a_loan_that_was_paid_off_earns_nothing_more(interest) -> None:
    terms = replace(BY_PERIOD, interest=interest)
    on = terms.start_on + timedelta(days=20)
    after = pay(terms, new(terms), (loan.close(contract(terms), new(terms), on).total_minor, on))
    assert loan.close(contract(terms), after, on + timedelta(days=900)).total_minor == 0


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
    assert sum(step.amount_minor or 0 for step in due.trace.steps) - due.next_minor == 202_500 - credit


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
        kind_of("rental")
