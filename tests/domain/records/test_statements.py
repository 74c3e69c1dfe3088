"""The statements of a credit line, from the books: they agree with them on the closing day, however late the run."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from domain.records.accounts import BUCKET_ACCOUNT
from models import JournalEntry, JournalLine, Statement

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-01-01")

FIRST = date(2026, 1, 1)


def statements(ledger, ref: str) -> list[Statement]:
    query = (
        sa.select(Statement).where(Statement.agreement_id == ledger.id_of(ref)).order_by(Statement.closing_on)
    )
    return [row[0] for row in ledger.rows(query)]


def balance_on(ledger, ref: str, day: date) -> int:
    """What the books say is owed, less credit, at the end of a day."""
    query = (
        sa.select(sa.func.coalesce(sa.func.sum(JournalLine.amount_minor), 0))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.agreement_id == ledger.id_of(ref), JournalEntry.effective_on <= day)
        .where(JournalLine.account.in_(tuple(BUCKET_ACCOUNT.values())))
    )
    return int(ledger.rows(query)[0][0])


@pytest.mark.parametrize("seed", range(3))
def test_a_statement_closes_with_the_books_balance_of_its_closing_day(ledger, seed: int) -> None:
    dice = random.Random(seed)
    ref = ledger.open_credit_line("stan", on=FIRST)
    day, last = FIRST, FIRST + timedelta(days=150)
    while day <= last:
        if dice.random() < 0.7:
            ledger.bill(day)
        if dice.random() < 0.15:
            ledger.buy(ref, dice.randrange(500, 30_000), day)
        if dice.random() < 0.1:
            ledger.take(ref, dice.randrange(500, 40_000), day)
        day += timedelta(days=1)
    ledger.bill(last + timedelta(days=1))
    made = statements(ledger, ref)
    assert len(made) == 5
    for one in made:
        assert one.closing_minor == balance_on(ledger, ref, one.closing_on), one.closing_on
    assert [one.body["opening_minor"] for one in made[1:]] == [one.closing_minor for one in made[:-1]]
    assert ledger.differences() == []


def test_a_missed_month_is_made_up_with_its_own_days_and_the_same_interest(ledger) -> None:
    daily, late = ledger.open_credit_line("bo", on=FIRST), ledger.open_credit_line("tess", on=FIRST)
    for ref in (daily, late):
        ledger.buy(ref, 60_000, date(2026, 1, 5))
    from domain.actions import billing

    day = FIRST
    while day <= date(2026, 4, 20):
        billing.bill(
            today=day,
            at=ledger_time(day),
            zone=ledger_zone(),
            now=ledger.house.now,
            only=[ledger.id_of(daily)],
        )
        day += timedelta(days=1)
    ledger.bill(date(2026, 4, 20))
    figures = [
        [
            (one.closing_on, one.due_on, one.closing_minor, one.minimum_minor)
            for one in statements(ledger, ref)
        ]
        for ref in (daily, late)
    ]
    assert figures[0] == figures[1]
    assert len(figures[0]) == 4
    assert ledger.charges(daily, "finance_charge") == ledger.charges(late, "finance_charge") != []


def ledger_time(day: date):
    from datetime import datetime, time

    return datetime.combine(day, time(23, 59))


def ledger_zone():
    from tests.fixtures.billed import ZONE

    return ZONE


def test_a_debit_begun_before_the_closing_day_and_settled_after_counts_for_the_statement(ledger) -> None:
    ref = ledger.open_credit_line("bo", on=FIRST)
    ledger.buy(ref, 60_000, date(2026, 1, 5))
    debit = ledger.debit("bo", ref, 60_000, date(2026, 1, 15))
    ledger.bill(date(2026, 1, 16))
    ledger.settle(debit, date(2026, 1, 18))
    statement = ledger.position(ref).statement
    assert (statement.balance_minor, statement.paid_since_minor) == (60_000, 60_000)
    ledger.buy(ref, 10_000, date(2026, 1, 20))
    ledger.bill(date(2026, 2, 16))
    assert ledger.charges(ref, "finance_charge") == [], "paid in full in time: no interest on new purchases"


def test_interest_is_income_and_owed_apart_from_purchases(ledger) -> None:
    # 24 % on 600.00 that stays unpaid: February's cycle of 31 days, actual/365: 600.00 x 24 % x 31 / 365 = 12.23.
    ref = ledger.open_credit_line("bo", on=FIRST)
    ledger.buy(ref, 60_000, date(2026, 1, 5))
    ledger.bill(date(2026, 2, 16))
    assert ledger.balances(ref) == {
        "credit_line_receivable": 60_000, "finance_receivable": 1_223, "interest_income": -1_223, "sales": -60_000,
    }  # fmt: skip
