"""Tess moves to another unit: deposit, money paid ahead and what she owes go with her, by new entries on both sides."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from domain.actions import properties
from domain.actions.transfers import Transfer
from domain.words import Refused

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-01")
FIRST, MOVES = date(2026, 3, 1), date(2026, 3, 16)


@pytest.fixture
def unit(house) -> str:
    own = properties.add_property(properties.House("Harbor House"), by=house.by, now=house.now)
    return properties.add_unit(own, properties.Let("2B"), by=house.by, now=house.now)


def other(desk, ref: str) -> str:
    """The agreement of the new unit."""
    from models import Agreement, db

    with desk.house.app.app_context():
        return db.session.scalars(select(Agreement.ref).where(Agreement.ref != ref)).one()


def test_deposit_and_money_paid_ahead_go_along_and_rent_is_split_by_days(desk, open_rental, unit) -> None:
    """1,200 paid, out on 15 March: 580.65 is kept, 619.35 goes along (rules of rentals). 1,400 there for 16 of 31 days:
    722.58; the deposit of 1,700 less the 1,500 held: 200 more. Owed there: 722.58 + 200 - 619.35 = 303.23.
    """
    ref = open_rental("tess", deposit_minor=150_000)
    desk.take(ref, 270_000, FIRST)
    for _twice in range(2):
        desk.change(ref, Transfer(unit, MOVES, 140_000, None, 170_000), MOVES, form="same")
    new = other(desk, ref)
    assert desk.owed(ref) == 0
    assert desk.agreement(ref).status == "closed"
    assert desk.agreement(ref).ended_on == date(2026, 3, 15)
    assert desk.balances(ref)["rent_income"] == -58_065
    assert "deposits_held" not in desk.balances(ref)
    there = desk.balances(new)
    assert there["deposits_held"] == -170_000
    assert there["rent_income"] == -72_258
    assert desk.owed(new) == 30_323
    assert there["between_agreements"] == -desk.balances(ref)["between_agreements"]
    assert desk.differences() == []
    desk.bill(date(2026, 4, 1))
    assert desk.owed(new) == 30_323 + 140_000
    assert desk.owed(ref) == 0


def test_what_is_owed_goes_along_with_its_day_and_is_no_income_twice(desk, open_rental, unit) -> None:
    ref = open_rental("tess")
    desk.charge(ref, 3_000, FIRST)
    desk.change(ref, Transfer(unit, MOVES, 140_000), MOVES)
    new = other(desk, ref)
    assert desk.owed(ref) == 0
    assert desk.owed(new) == 58_065 + 3_000 + 72_258
    moved = [row for row in desk.charges(new) if row[0] == "transfer"]
    assert [amount for _rule, _name, amount in moved] == [58_065, 3_000]
    assert {charge.due_on for charge in desk.position(new).charges} == {FIRST, MOVES}
    assert "other_income" not in desk.balances(new)
    assert desk.differences() == []


@pytest.mark.parametrize(
    ("on", "rent", "field"),
    [(date(2026, 3, 1), 140_000, "on"), (date(2026, 4, 1), 140_000, "on"), (MOVES, 0, "rent")],
)
def test_what_cannot_be_is_refused_and_opens_nothing(desk, open_rental, unit, on, rent, field) -> None:
    from models import Agreement, db

    ref = open_rental("tess")
    with pytest.raises(Refused) as refused:
        desk.change(ref, Transfer(unit, on, rent), MOVES)
    assert refused.value.field == field
    with desk.house.app.app_context():
        assert db.session.query(Agreement).count() == 1


def test_a_number_that_somebody_took_meanwhile_is_told_and_nothing_moves(
    desk, open_rental, unit, monkeypatch
) -> None:
    from models import Agreement, db

    ref = open_rental("tess")
    taken = desk.agreement(ref).number
    monkeypatch.setattr("domain.actions.openings.agreement_number", lambda session, kind: taken)
    with pytest.raises(Refused, match="at the same moment"):
        desk.change(ref, Transfer(unit, MOVES, 140_000), MOVES)
    with desk.house.app.app_context():
        assert db.session.query(Agreement).count() == 1


def test_a_preview_opens_nothing(desk, open_rental, unit) -> None:
    from models import Agreement, db

    ref = open_rental("tess")
    shown = desk.preview(ref, Transfer(unit, MOVES, 140_000), MOVES)
    assert "2B" in str(shown.trace.steps[0].sentence)
    with desk.house.app.app_context():
        assert db.session.query(Agreement).count() == 1
