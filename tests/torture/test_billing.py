"""The day's billing over months and years, with every kind of agreement and every way to pay; and its crashes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from models import Agreement, Charge, JournalEntry, PaymentReturn, Statement
from tests.torture.lives import Lives
from tests.torture.years import Years

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2025-01-01")

POINTS = ("bill.before_commit", "bill.chunk_kept")
FIRST = date(2025, 1, 1)


def happened(ledger) -> dict[str, int]:
    """How often each cause was posted, so that a quiet run is not taken for a proof."""
    query = sa.select(JournalEntry.cause, sa.func.count()).group_by(JournalEntry.cause)
    return dict(tuple(row) for row in ledger.rows(query))


def test_the_books_hold_on_every_day_of_four_months(ledger) -> None:
    years = Years(ledger, FIRST, seed=7)
    years.live(FIRST + timedelta(days=120))
    seen = happened(ledger)
    causes = {
        "charge.rent",
        "charge.lease",
        "charge.purchase",
        "charge.late_fee",
        "credit.applied",
        "payment.returned",
    }
    assert causes <= set(seen), seen
    assert ledger.rows(sa.select(sa.func.count()).select_from(Statement))[0][0] == 4


@pytest.mark.torture
def test_the_books_hold_on_every_day_of_two_years(ledger) -> None:
    years = Years(ledger, FIRST, seed=11)
    years.live(date(2026, 12, 31))
    seen = happened(ledger)
    assert seen["payment.returned"] > 20, seen
    assert seen["charge.finance_charge"] > 10, seen
    assert {"charge.raised", "credit.taken_back"} & set(seen), seen


@pytest.mark.safety("M23", "J8")
def test_a_run_that_is_killed_anywhere_and_repeated_asks_for_everything_once(ledger) -> None:
    refs = [ledger.open_rental(on=FIRST) for _ in range(3)] + [ledger.open_lease(on=FIRST)]
    ledger.add_policy()
    day = date(2025, 3, 20)
    lives = Lives(ledger.house.app)
    for name in POINTS:
        assert lives.live(lambda: ledger.bill(day), at=name), f"nothing was at {name}"
    ledger.bill(day)
    for ref in refs:
        asked = ledger.charges(ref, "rent") or ledger.charges(ref, "lease")
        assert [due for due, _ in asked] == [FIRST, date(2025, 2, 1), date(2025, 3, 1)]
        doubled = sa.select(Charge.rule, Charge.period).where(Charge.agreement_id == ledger.id_of(ref))
        keys = [tuple(row) for row in ledger.rows(doubled)]
        assert len(keys) == len(set(keys))
    assert ledger.differences() == []


@pytest.mark.safety("M23", "J1")
def test_two_processes_bill_the_same_day_and_each_charge_stands_once(ledger) -> None:
    refs = [ledger.open_rental(on=FIRST) for _ in range(30)]
    ledger.add_policy()
    lives = Lives(ledger.house.app)
    day = date(2025, 2, 20)
    for child in [lives.begin(lambda: ledger.bill(day)) for _ in range(2)]:
        lives.end(child)
    ledger.bill(day)
    for ref in refs:
        assert ledger.charges(ref, "rent") == [(FIRST, 120_000), (date(2025, 2, 1), 120_000)]
        assert len(ledger.fees(ref)) == 1, "both months were posted on one day: they are late together"
    assert ledger.differences() == []


def test_the_lease_that_was_bought_and_whose_payment_came_back_runs_on(ledger) -> None:
    years = Years(ledger, FIRST, seed=3)
    years.people = {years.bought: ("bo",)}
    years.live(FIRST + timedelta(days=100))
    agreement = ledger.rows(
        sa.select(Agreement.status, Agreement.ended_on).where(Agreement.ref == years.bought)
    )[0]
    assert tuple(agreement) == ("active", None)
    assert ledger.rows(sa.select(sa.func.count()).select_from(PaymentReturn))[0][0] >= 1
    due = [day for day, amount in ledger.charges(years.bought, "lease") if amount > 0]
    assert date(2025, 4, 1) in due
