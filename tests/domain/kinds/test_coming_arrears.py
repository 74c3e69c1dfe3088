"""Autopay of a loan that was late when it began, taken days before each due day: no debit takes more than fell due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kinds import kind_of, loan
from domain.kinds.base import Position
from domain.kinds.coming import nearest_due, owing_of
from domain.rules.autopay import Contract, Turn, amount_of, turns
from domain.rules.schedule import LoanTerms
from tests.domain.kinds.samples import contract, new
from tests.fixtures.torture import torturing

DAY = timedelta(days=1)
TIRES = LoanTerms(
    principal_minor=48_000, annual_rate_percent=Decimal(0), count=6, frequency="monthly",
    start_on=date(2026, 9, 19), first_due_on=date(2026, 10, 19),
)  # fmt: skip
SHAPES = {
    "no interest": TIRES,
    "by the day": replace(TIRES, annual_rate_percent=Decimal(24), interest="daily", count=12),
    "by the period": replace(TIRES, annual_rate_percent=Decimal(24), interest="period", day_count="30/360"),
    "fixed": replace(TIRES, annual_rate_percent=Decimal(12), interest="flat"),
    "weekly": replace(TIRES, annual_rate_percent=Decimal(30), interest="daily", frequency="weekly", count=26),
}


def life(terms: LoanTerms, before: int, late: int) -> tuple[list[tuple[Turn, int]], Position]:
    """The debits of autopay over a loan's life, begun with `late` installments unpaid, and where they leave it."""
    of, kind, position = contract(terms), kind_of("loan"), new(terms)
    today = of.plan.rows[late].due_on - (before + 5) * DAY
    pays = Contract("USD", "due", today, days_before=before)
    taken: list[tuple[Turn, int]] = []
    for turn in turns(pays, nearest_due(kind, of, position, today)):
        minor = amount_of(pays, owing_of(kind, of, position, pays, turn)).minor
        if minor:
            taken.append((turn, minor))
            position = loan.apply(of, position, minor, turn.debit_on, extra=turn.through_on).after
    return taken, position


def test_an_arrear_is_taken_once_when_autopay_takes_the_money_a_day_before() -> None:
    taken, position = life(TIRES, before=1, late=1)
    assert [minor for _, minor in taken] == [16_000, 8_000, 8_000, 8_000, 8_000]
    assert position.owed_minor == 0


@settings(max_examples=1_000 if torturing() else 40, deadline=None)
@given(st.sampled_from(sorted(SHAPES)), st.integers(0, 5), st.integers(0, 4))
def test_over_a_loans_life_debits_never_come_to_more_than_fell_due_by_their_due_days(
    shape: str, before: int, late: int
) -> None:
    terms = SHAPES[shape]
    taken, position = life(terms, before, late)
    asked = {row.due_on: row.payment_minor for row in contract(terms).plan.rows}
    last = max(asked)
    for number, (turn, _) in enumerate(taken):
        if turn.due_on < last:  # the last payment takes what is left, with interest of what came late
            fell_due = sum(minor for day, minor in asked.items() if day <= turn.through_on)
            assert sum(minor for _, minor in taken[: number + 1]) <= fell_due
    assert (position.owed_minor, position.credit_minor) == (0, 0)


@pytest.mark.parametrize("extra", ["shorter", date(2026, 10, 10)])
def test_what_autopay_takes_above_what_is_due_pays_principal_as_before(extra) -> None:
    applied = loan.apply(contract(TIRES), new(TIRES), 12_000, date(2026, 10, 19), extra=extra)
    assert [part.installment_number for part in applied.parts] == [1, None]
