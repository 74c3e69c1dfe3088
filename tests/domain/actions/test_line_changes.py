"""Bo's credit line gets another limit, another rate from the next cycle on, and is closed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from domain.actions import charges
from domain.actions.line_changes import CloseLine, NewLimit, NewRate
from domain.words import Refused
from models import Statement, db
from tests.domain.actions.changing import moment
from tests.fixtures.agreements import scope_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-01")
FIRST = date(2026, 3, 1)


def buy(desk, ref: str, amount_minor: int, on: date) -> None:
    desk.made += 1
    wanted = charges.Wanted("purchase", "Tyres", amount_minor, on)
    who = scope_of(desk.house, "dana")
    charges.add(ref, wanted, f"buy-{desk.made}", who=who, today=on, now=moment(on))


def statements(desk, ref: str) -> list[Statement]:
    with desk.house.app.app_context():
        query = select(Statement).where(Statement.agreement_id == desk.agreement(ref).id)
        return list(db.session.scalars(query.order_by(Statement.closing_on)))


def test_a_higher_limit_lets_more_be_bought(desk, open_line) -> None:
    ref = open_line("bo", limit_minor=10_000)
    with pytest.raises(Refused):
        buy(desk, ref, 20_000, FIRST)
    desk.change(ref, NewLimit(50_000), FIRST)
    buy(desk, ref, 20_000, FIRST)
    assert desk.owed(ref) == 20_000
    assert desk.terms(ref).terms.limit_minor == 50_000
    assert desk.differences() == []


def test_another_rate_counts_from_the_next_cycle_and_not_for_the_one_under_way(desk, open_line) -> None:
    """1,000 owed through a whole cycle of 30 days at 36.5 % by actual/365 is 30.00 of interest."""
    ref = open_line("bo", limit_minor=500_000)
    buy(desk, ref, 100_000, FIRST)
    desk.change(ref, NewRate(Decimal("36.5"), FIRST), FIRST)
    assert desk.history(ref)[0].effective_on == date(2026, 3, 29)
    desk.bill(date(2026, 3, 29))
    desk.bill(date(2026, 4, 29))
    first, second = statements(desk, ref)
    assert first.body["interest_minor"] == 0
    assert second.period_from == date(2026, 3, 29)
    assert second.body["interest_minor"] == 3_100
    assert "36.5" in str(second.body["why_interest"])
    assert desk.differences() == []


def test_a_cycle_under_way_is_charged_at_the_rate_it_began_with(desk, open_line) -> None:
    ref = open_line("bo", limit_minor=500_000)
    buy(desk, ref, 100_000, FIRST)
    desk.bill(date(2026, 3, 29))
    desk.change(ref, NewRate(Decimal("36.5"), date(2026, 4, 2)), date(2026, 4, 2))
    desk.bill(date(2026, 4, 29))
    assert "16.9" in str(statements(desk, ref)[1].body["why_interest"])
    desk.bill(date(2026, 5, 29))
    assert "36.5" in str(statements(desk, ref)[2].body["why_interest"])


def test_a_closed_line_takes_no_purchase_runs_until_paid_and_then_ends(desk, open_line) -> None:
    ref = open_line("bo", limit_minor=500_000)
    buy(desk, ref, 100_000, FIRST)
    desk.change(ref, CloseLine(), date(2026, 3, 2))
    with pytest.raises(Refused, match="closed"):
        buy(desk, ref, 1_000, date(2026, 3, 3))
    desk.bill(date(2026, 3, 29))
    desk.bill(date(2026, 4, 29))
    assert len(statements(desk, ref)) == 2
    assert statements(desk, ref)[1].body["interest_minor"] > 0
    assert desk.agreement(ref).status == "active"
    desk.take(ref, desk.owed(ref), date(2026, 5, 2))
    # The interest of the month under way is charged when it closes; then nothing is left to come.
    day = date(2026, 5, 29)
    while desk.agreement(ref).status == "active" and day < date(2026, 12, 1):
        desk.bill(day)
        if desk.owed(ref):
            desk.take(ref, desk.owed(ref), day)
        day = date(day.year, day.month + 1, 29)
    assert desk.agreement(ref).status == "closed"
    assert desk.owed(ref) == 0
    assert desk.differences() == []


def test_a_line_on_which_nothing_is_owed_ends_at_once(desk, open_line) -> None:
    ref = open_line("bo")
    desk.change(ref, CloseLine(), FIRST)
    assert desk.agreement(ref).status == "closed"


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (NewLimit(150_000), "limit"),
        (NewLimit(0), "limit"),
        (NewRate(Decimal("16.9"), FIRST), "rate"),
        (NewRate(Decimal(-1), FIRST), "rate"),
        (NewRate(Decimal(9), date(2026, 2, 1)), "from_on"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(desk, open_line, wanted, field) -> None:
    ref = open_line("bo")
    before = desk.terms(ref)
    with pytest.raises(Refused) as refused:
        desk.change(ref, wanted, FIRST)
    assert refused.value.field == field
    assert (desk.terms(ref), desk.history(ref)) == (before, [])


def test_two_rates_cannot_count_from_one_day(desk, open_line) -> None:
    ref = open_line("bo")
    desk.change(ref, NewRate(Decimal(9), FIRST), FIRST)
    with pytest.raises(Refused, match="already"):
        desk.change(ref, NewRate(Decimal(12), FIRST), FIRST)
