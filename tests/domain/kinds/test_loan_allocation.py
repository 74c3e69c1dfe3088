"""What a payment pays, in which order, and what a payment that comes back brings back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.kinds import loan
from domain.kinds.base import OpenCharge
from domain.rules.schedule import LoanTerms, loan_schedule
from tests.domain.kinds.samples import BY_PERIOD, CAR, FEES_FIRST, THREE, contract, new, parts, pay

# --- the order in which a payment pays -----------------------------------------------------------------------


def test_fees_first_pays_both_fees_and_then_the_oldest_installment() -> None:
    """3,000 in three installments, 50 due today and 50 in five days, 1,100 paid (a published case of Fineract)."""
    due = date(2023, 2, 1)
    fees = (OpenCharge(1, "nsf", due, 5_000), OpenCharge(2, "nsf", due + timedelta(days=5), 5_000))
    applied = loan.apply(contract(THREE, FEES_FIRST), new(THREE, *fees), 110_000, due)
    assert parts(applied) == [("fees", 5_000, None), ("fees", 5_000, None), ("principal", 100_000, 1)]
    assert applied.after.charges == ()
    assert applied.after.principal_minor == 200_000


@pytest.mark.parametrize(("extra", "number"), [("shorter", None), ("smaller", None), ("ahead", 2)])
def test_the_installment_due_comes_before_the_fees_and_what_is_left_does_what_the_payer_chose(
    extra, number
) -> None:
    due = date(2023, 2, 1)
    fees = (OpenCharge(1, "nsf", due, 5_000), OpenCharge(2, "nsf", due + timedelta(days=5), 5_000))
    applied = loan.apply(contract(THREE), new(THREE, *fees), 112_000, due, extra=extra)
    assert parts(applied) == [
        ("principal", 100_000, 1), ("fees", 5_000, None), ("fees", 5_000, None), ("principal", 2_000, number),
    ]  # fmt: skip


@pytest.mark.parametrize("terms", [CAR, BY_PERIOD])
def test_with_nothing_due_a_payment_counts_for_the_next_installment_first(terms) -> None:
    applied = loan.apply(contract(terms), new(terms), 20_000, date(2026, 1, 20))
    regular = contract(terms).plan.payment_minor
    assert sum(amount for _, amount, number in parts(applied) if number == 1) == regular
    assert parts(applied)[-1] == ("principal", 20_000 - regular, None)


@pytest.mark.parametrize("terms", [CAR, BY_PERIOD])
def test_what_is_above_the_installment_due_pays_principal_the_same_day(terms) -> None:
    applied = loan.apply(contract(terms), new(terms), 20_000, terms.first_due_on)
    regular = contract(terms).plan.payment_minor
    assert parts(applied)[-1] == ("principal", 20_000 - regular, None)
    assert applied.interest_from == terms.first_due_on


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


def test_money_above_what_is_due_shortens_the_loan() -> None:
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
    ahead = loan.apply(contract(THREE), new(THREE, credit_minor=30_000), 110_000, due, extra="ahead")
    assert parts(ahead) == [("principal", 100_000, 1), ("principal", 10_000, 2)]
    assert ahead.after.credit_minor == 30_000
    assert str(ahead.trace.steps[0].sentence) == "Principal of payment 1, due 2023-02-01."
    assert str(short.trace.steps[-1].sentence) == "Credit is taken off."


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
