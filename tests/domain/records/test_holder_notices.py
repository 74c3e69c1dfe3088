"""Who holds an agreement hears of fees, statements and changes; what is one person's alone is told to them alone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from domain.records.holder_notices import tell_change, tell_fee, tell_statement
from domain.rules.planned import PlannedCharge
from domain.transaction import transaction
from domain.words import Sentence, Step, Trace
from models import Agreement, Outbox

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 17, tzinfo=UTC)
WHY = Trace("changed", 1, (Step(Sentence("The day was moved.")),))


@pytest.fixture
def home(house) -> int:
    from tests.fixtures.four_kinds import shared_rental

    ref = shared_rental(house)
    with transaction() as session:
        return session.scalars(sa.select(Agreement.id).where(Agreement.ref == ref)).one()


def told() -> list[tuple[str, str]]:
    with transaction() as session:
        return [
            (row.event, row.to_address)
            for row in session.scalars(sa.select(Outbox).where(Outbox.event != "").order_by(Outbox.id))
        ]


def fee(home: int, payer: str = "", day: date = TODAY, type_: str = "late_fee") -> None:
    charge = PlannedCharge(1, type_, "late_fee", "2026-03-01", day, day, day, 2_500, WHY, payer=payer)
    with transaction() as session:
        tell_fee(session, home, charge, TODAY, NOW)


def test_a_fee_is_told_to_all_who_hold_it_once(home):
    fee(home)
    fee(home)
    assert told() == [("fee_posted", "bo@example.org"), ("fee_posted", "tess@example.org")]


def test_a_fee_of_one_roommate_is_nobody_else_s_news(home, house):
    with transaction() as session:
        from models import Person

        bo = session.scalars(sa.select(Person.id).where(Person.ref == house.person("bo"))).one()
    fee(home, str(bo))
    assert told() == [("fee_posted", "bo@example.org")]


def test_rent_and_fees_of_long_ago_are_no_news(home):
    fee(home, type_="rent")
    fee(home, day=date(2026, 1, 1))
    assert told() == []


def test_a_statement_is_told_when_it_is_ready(home):
    with transaction() as session:
        tell_statement(session, home, date(2026, 2, 28), date(2026, 3, 25), 2_500, 90_000, NOW)
        tell_statement(session, home, date(2025, 2, 28), date(2025, 3, 25), 2_500, 90_000, NOW)
    assert [event for event, _ in told()] == ["statement_ready"] * 2


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("due_date", "due_date_changed"),
        ("deferral", "due_date_changed"),
        ("rent", "rent_changed"),
        ("rate", "terms_changed"),
    ],
)
def test_a_change_is_told_in_the_words_of_its_own_reason(home, kind, event):
    with transaction() as session:
        tell_change(session, home, 1, kind, TODAY, WHY, NOW)
    with transaction() as session:
        rows = session.scalars(sa.select(Outbox).where(Outbox.event == event)).all()
        assert len(rows) == 2
        assert rows[0].data["what"]["msgid"] == "The day was moved."
