"""Payments that change by steps, interest carried in at the start, and flat interest stated as an amount."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.rules.schedule import LoanTerms, loan_schedule
from domain.words import Refused

AUTO = LoanTerms(1850000, Decimal("9.9"), 60, "monthly", date(2026, 1, 15), date(2026, 2, 15))


def told(trace) -> str:
    return "\n".join(str(step.sentence) for step in trace.steps)


def test_from_each_step_on_its_payment_is_asked_for_and_the_last_takes_the_rest() -> None:
    rows = loan_schedule(replace(AUTO, steps=((1, 30_000), (13, 40_000), (25, 43_000)))).rows
    assert [row.payment_minor for row in rows[:12]] == [30_000] * 12
    assert [row.payment_minor for row in rows[12:24]] == [40_000] * 12
    assert {row.payment_minor for row in rows[24:-1]} == {43_000}
    assert rows[0].interest_minor == 15_263  # 18,500 at 9.9 % / 12, whatever is paid
    assert rows[-1].balance_minor == 0
    assert sum(row.principal_minor for row in rows) == 1_850_000


def test_before_the_first_step_the_regular_payment_stands() -> None:
    rows = loan_schedule(replace(AUTO, steps=((4, 50_000),))).rows
    assert [row.payment_minor for row in rows[:4]] == [39_216, 39_216, 39_216, 50_000]
    assert len(rows) < 60
    assert rows[-1].balance_minor == 0


def test_a_step_below_the_interest_carries_it_and_does_not_capitalise() -> None:
    rows = loan_schedule(replace(AUTO, steps=((1, 10_000), (3, 45_000)))).rows
    assert [row.interest_minor for row in rows[:2]] == [10_000, 10_000]
    assert {row.balance_minor for row in rows[:2]} == {1_850_000}
    # three months of 152.625, less the 200.00 paid of it, and no interest on the rest
    assert rows[2].interest_minor == 45_788 - 20_000


def test_steps_go_with_skipped_months_with_payments_of_interest_alone_and_with_flat_interest() -> None:
    paused = loan_schedule(
        replace(AUTO, steps=((3, 40_000), (20, 60_000)), interest_only=2, skip_months=(7,))
    ).rows
    assert [row.payment_minor for row in paused[:6]] == [15_263, 15_263, 40_000, 40_000, 40_000, 0]
    assert paused[-1].balance_minor == 0
    flat = loan_schedule(replace(AUTO, interest="flat", count=12, steps=((1, 120_000), (7, 190_000)))).rows
    assert [row.payment_minor for row in flat[:7]] == [120_000] * 6 + [190_000]
    assert flat[-1].balance_minor == 0


def test_the_reason_names_every_step() -> None:
    schedule = loan_schedule(replace(AUTO, steps=((13, 45_000),)))
    assert "From payment 13 on the agreement states 450.00 USD." in told(schedule.trace)
    assert "The payment of 450.00 USD, less the interest" in told(schedule.row_trace(13))


def test_interest_carried_in_is_paid_first_and_bears_none_itself() -> None:
    plain, carried = loan_schedule(AUTO), loan_schedule(replace(AUTO, carried_minor=50_000))
    assert carried.interest_minor > plain.interest_minor + 50_000  # principal is paid back later
    assert [row.interest_minor for row in carried.rows[:2]] == [
        carried.payment_minor,
        50_000 + 30_525 - carried.payment_minor,
    ]
    assert carried.rows[0].balance_minor == 1_850_000
    assert abs(carried.rows[-1].payment_minor - carried.payment_minor) <= 60
    assert "Interest of 500.0000 was carried from before" in told(carried.row_trace(1))
    flat = loan_schedule(replace(AUTO, interest="flat", carried_minor=1_200))
    assert flat.interest_minor == loan_schedule(replace(AUTO, interest="flat")).interest_minor + 1_200


@pytest.mark.parametrize("rate", ["0", "9.9"])
def test_flat_interest_may_be_stated_as_an_amount(rate) -> None:
    terms = replace(
        AUTO, interest="flat", count=7, flat_interest_minor=10_000, annual_rate_percent=Decimal(rate)
    )
    rows = loan_schedule(terms).rows
    assert [row.interest_minor for row in rows] == [1_429] * 6 + [1_426]
    assert sum(row.principal_minor for row in rows) == 1_850_000


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"steps": ((0, 40_000),)}, "steps", "in order, from 1 to 60"),
        ({"steps": ((5, 40_000), (5, 41_000))}, "steps", "in order"),
        ({"steps": ((9, 40_000), (5, 41_000))}, "steps", "in order"),
        ({"steps": ((61, 40_000),)}, "steps", "from 1 to 60"),
        ({"steps": ((5, 0),)}, "steps", "above zero"),
        ({"steps": ((1, 10_000), (5, 15_000))}, "payment", "does not cover"),
        ({"carried_minor": -1}, "carried", "zero or above"),
        ({"flat_interest_minor": 5}, "interest", "flat interest only"),
        ({"flat_interest_minor": -5, "interest": "flat"}, "interest", "flat interest only"),
    ],
)
def test_steps_without_sense_are_refused(change, field, words) -> None:
    if change.get("steps") == ((1, 10_000), (5, 15_000)):
        change = {**change, "payment_minor": 15_000}
    with pytest.raises(Refused, match=words) as refused:
        loan_schedule(replace(AUTO, **change))
    assert refused.value.field == field
