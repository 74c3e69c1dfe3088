"""What a credit line answers by itself: what is asked for, what is left to buy, when it closes a month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.kinds import credit_line
from domain.kinds.base import OpenCharge, OpenStatement, Position
from domain.rules.credit_line import CreditTerms, MinimumRule, MinimumTier

FIRST, CLOSING, DUE = date(2026, 1, 1), date(2026, 1, 15), date(2026, 2, 9)
TERMS = CreditTerms(200_000, Decimal(24), 15, MinimumRule((MinimumTier(0, Decimal(5)),), 2_500))
CONTRACT = credit_line.Contract(TERMS, FIRST, None)


def at(owed: int, paid_since: int = 0, credit: int = 0) -> Position:
    charges = (OpenCharge(1, "added", FIRST, owed, "purchase"),) if owed else ()
    statement = OpenStatement(CLOSING, DUE, 60_000, 3_000, paid_since)
    return Position(0, 0, charges, credit, 0, FIRST, billed_through=CLOSING, statement=statement)


@pytest.mark.parametrize(
    ("owed", "paid", "least", "left"),
    [
        (60_000, 0, 3_000, 60_000),
        (59_000, 1_000, 2_000, 59_000),
        (57_000, 3_000, 0, 57_000),
        (2_000, 0, 2_000, 2_000),  # the rest was waived: never above the balance
        (70_000, -10_000, 3_000, 70_000),  # an earlier payment went back: the minimum asked for stays
    ],
)
def test_what_is_left_of_the_minimum_and_of_the_statement(
    owed: int, paid: int, least: int, left: int
) -> None:
    position = at(owed, paid)
    assert credit_line.least_minor(position) == least
    assert credit_line.statement_left_minor(position) == left


def test_the_minimum_is_due_on_its_day_and_late_after_it() -> None:
    before, on, after = (
        credit_line.due(CONTRACT, at(60_000), day) for day in (CLOSING, DUE, date(2026, 2, 12))
    )
    assert (before.now_minor, before.next_minor, before.next_on) == (0, 3_000, DUE)
    assert (on.now_minor, on.past_due_minor) == (3_000, 0)
    assert (after.now_minor, after.past_due_minor, after.days_late) == (3_000, 3_000, 3)


def test_billing_looks_again_when_the_whole_month_has_been_seen() -> None:
    assert credit_line.next_closing_on(CONTRACT, at(0)) == date(2026, 2, 15)
    assert credit_line.next_planned_on(CONTRACT, at(0)) == date(2026, 2, 16)


def test_what_may_be_bought_is_the_limit_less_what_is_owed_and_credit_adds_to_it() -> None:
    assert credit_line.available(CONTRACT, at(60_000)) == 140_000
    assert credit_line.balance_minor(at(0, credit=500)) == -500


def test_a_line_that_runs_is_never_over() -> None:
    assert not credit_line.finished(CONTRACT, at(0))


def test_what_an_earlier_statement_asked_for_is_late_since_that_day_and_paid_first() -> None:
    statement = OpenStatement(CLOSING, DUE, 60_000, 8_000, 0, 3_000, date(2026, 1, 10))
    position = replace(at(60_000), statement=statement)
    before = credit_line.due(CONTRACT, position, DUE - timedelta(days=5))
    assert (before.past_due_minor, before.now_minor, before.next_minor) == (3_000, 3_000, 5_000)
    assert before.oldest_on == date(2026, 1, 10)
    assert before.days_late == (DUE - timedelta(days=5) - date(2026, 1, 10)).days
    paid = replace(position, statement=replace(statement, paid_since_minor=3_000))
    assert credit_line.due(CONTRACT, paid, DUE - timedelta(days=5)).days_late == 0
    on_the_day = credit_line.due(CONTRACT, position, DUE)
    assert (on_the_day.past_due_minor, on_the_day.today_minor) == (3_000, 5_000)
    after = credit_line.due(CONTRACT, position, DUE + timedelta(days=1))
    assert (after.past_due_minor, after.next_minor) == (8_000, 0)


@pytest.mark.parametrize(("days", "said"), [(-1, True), (0, True), (1, False)])
def test_no_interest_is_promised_for_a_payment_after_its_day(days: int, said: bool) -> None:
    found = [one.name for one in credit_line.figures(CONTRACT, at(60_000), DUE + timedelta(days=days))]
    assert ("avoid" in found) == said
    assert {"available", "statement", "minimum"} <= set(found)
