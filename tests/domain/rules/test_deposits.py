"""Deposits: what is kept, what goes back, and by which day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.deposits import Deduction, ReturnDeadline, settle_deposit
from domain.words import Refused

OUT = date(2026, 3, 15)
CLEANING, DAMAGE = Deduction("Cleaning", 15000), Deduction("Damage to the door", 42000)
DEADLINES = (
    ReturnDeadline(date(2020, 1, 1), 30, "Rule of 2020"),
    ReturnDeadline(date(2026, 1, 1), 21, "Rule of 2026"),
    ReturnDeadline(date(2026, 4, 1), 14, "Rule of April 2026"),
)


def test_1500_held_300_owed_cleaning_150_and_damage_420() -> None:
    settled = settle_deposit(150000, 30000, [CLEANING, DAMAGE], OUT)
    assert (settled.kept_minor, settled.refund_minor, settled.balance_due_minor) == (87000, 63000, 0)
    assert [str(step.sentence) for step in settled.trace.steps] == [
        "Deposit held: 1500.00 USD.",
        "Still owed under the agreement: 300.00 USD.",
        "Cleaning: 150.00 USD.",
        "Damage to the door: 420.00 USD.",
        "Kept from the deposit: 870.00 USD.",
        "To be given back: 630.00 USD.",
    ]


def test_1500_held_1800_owed_leaves_a_balance_of_300() -> None:
    settled = settle_deposit(150000, 180000, [], OUT)
    assert (settled.kept_minor, settled.refund_minor, settled.balance_due_minor) == (150000, 0, 30000)
    assert str(settled.trace.steps[-1].sentence) == "Still due after the deposit: 300.00 USD."


def test_nothing_owed_gives_all_of_it_back() -> None:
    settled = settle_deposit(150000, 0, [], OUT)
    assert (settled.kept_minor, settled.refund_minor, settled.settle_by) == (0, 150000, None)


@pytest.mark.parametrize(
    ("out", "expected"),
    [
        (date(2025, 12, 31), date(2026, 1, 30)),
        (date(2026, 1, 1), date(2026, 1, 22)),
        (date(2026, 3, 31), date(2026, 4, 21)),
        (date(2026, 4, 1), date(2026, 4, 15)),
        (date(2019, 12, 31), None),
    ],
)
def test_the_deadline_is_of_the_row_in_force_on_the_day_of_moving_out(
    out: date, expected: date | None
) -> None:
    settled = settle_deposit(150000, 0, [], out, DEADLINES)
    assert settled.settle_by == expected


def test_the_letter_names_the_source_of_its_deadline() -> None:
    said = str(settle_deposit(150000, 0, [], OUT, DEADLINES).trace.steps[-1].sentence)
    assert said == "To be settled by 2026-04-05, 21 days after 2026-03-15 (Rule of 2026)."


amounts = st.integers(0, 10**9)
deductions = st.lists(st.builds(Deduction, st.just("Repair"), st.integers(1, 10**8)), max_size=6)


@given(amounts, amounts, deductions)
def test_the_deposit_is_kept_or_given_back_and_nothing_is_lost(
    deposit: int, owed: int, deducted: list[Deduction]
) -> None:
    settled = settle_deposit(deposit, owed, deducted, OUT)
    assert settled.kept_minor + settled.refund_minor == deposit
    assert settled.kept_minor + settled.balance_due_minor == owed + sum(one.amount_minor for one in deducted)
    assert min(settled.kept_minor, settled.refund_minor, settled.balance_due_minor) >= 0
    assert settled.refund_minor == 0 or settled.balance_due_minor == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"deposit_minor": -1}, "deposit"),
        ({"owed_minor": -1}, "owed"),
        ({"deductions": [Deduction(" ", 100)]}, "deduction"),
        ({"deductions": [Deduction("Cleaning", 0)]}, "deduction"),
        ({"deadlines": [ReturnDeadline(OUT, -1, "")]}, "days"),
        ({"deadlines": [ReturnDeadline(OUT, 367, "")]}, "days"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(change: dict[str, object], field: str) -> None:
    asked = {"deposit_minor": 150000, "owed_minor": 0, "deductions": [], "moved_out_on": OUT} | change
    with pytest.raises(Refused) as refused:
        settle_deposit(**asked)  # type: ignore[arg-type]
    assert refused.value.field == field
