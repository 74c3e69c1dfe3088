"""What is owed for a debit and what falls due next, for every kind of agreement, in the books' own figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from domain.kinds import kind_of
from domain.kinds.coming import coming, nearest_due, owing_of
from domain.rules.autopay import Contract, amount_of, turns

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-02"), pytest.mark.database("sqlite")]
TODAY = date(2026, 3, 2)


@pytest.fixture
def stand(house, kinds):
    """`stand("rental")`: (kind, terms, position) of Bo's agreement of that kind."""
    from domain.reports.positions import positions
    from models import Agreement

    refs = kinds("bo")

    def found(name: str):
        agreement = (
            house.app.extensions["sqlalchemy"]
            .session.scalars(select(Agreement).where(Agreement.ref == refs[name]))
            .one()
        )
        kind = kind_of(agreement.kind)
        return kind, kind.read(agreement), positions([agreement])[agreement.id]

    with house.app.app_context():
        yield found


def first_turn(stand, name: str, contract: Contract):
    kind, terms, position = stand(name)
    dues = nearest_due(kind, terms, position, TODAY)
    return next(turn for turn in turns(contract, dues) if turn.debit_on >= TODAY)


def plain(rule: str = "due", **wishes) -> Contract:
    return Contract("USD", rule, TODAY - timedelta(days=60), **wishes)


@pytest.mark.parametrize("name", ["loan", "lease_to_own", "rental", "credit_line"])
def test_what_a_debit_takes_is_what_the_kind_says_is_due_on_its_day(stand, name: str) -> None:
    kind, terms, position = stand(name)
    turn = first_turn(stand, name, plain())
    owing = owing_of(kind, terms, position, plain(), turn)
    due = kind.due(terms, position, turn.through_on)
    assert amount_of(plain(), owing).minor == due.now_minor > 0
    assert owing.owed_minor >= owing.due_minor


@pytest.mark.parametrize("name", ["loan", "lease_to_own", "rental", "credit_line"])
def test_the_coming_due_days_are_known_for_a_year(stand, name: str) -> None:
    kind, terms, position = stand(name)
    days = [one.due_on for one in nearest_due(kind, terms, position, TODAY)]
    assert days == sorted(set(days))
    assert len([day for day in days if day >= TODAY]) >= 10


def test_the_forecast_holds_everything_that_is_open(stand) -> None:
    kind, terms, position = stand("rental")
    found = coming(kind, terms, position, TODAY)
    through = date(2026, 4, 1)
    due = kind.due(terms, position, through)
    open_minor = sum(one.amount_minor for one in found if one.due_on <= through)
    assert open_minor == due.past_due_minor + due.today_minor + due.fees_minor


def test_statements_that_are_still_to_come_have_no_amount_yet(stand) -> None:
    kind, terms, position = stand("credit_line")
    found = coming(kind, terms, position, TODAY)
    assert found[0].amount_minor == position.statement.minimum_minor
    assert {one.amount_minor for one in found[1:]} == {None}


def test_minimum_and_balance_of_a_statement_are_what_is_open_of_them(stand) -> None:
    kind, terms, position = stand("credit_line")
    turn = first_turn(stand, "credit_line", plain())
    owing = owing_of(kind, terms, position, plain("statement"), turn)
    assert (owing.minimum_minor, owing.statement_minor) == kind.statement_open(terms, position)
    assert owing.statement_minor > owing.minimum_minor > 0


def test_a_fixed_amount_pays_a_loan_down_but_no_rent_that_is_not_due(stand) -> None:
    fixed = plain("fixed", amount_minor=5_000_000)
    for name in ("loan", "rental"):
        kind, terms, position = stand(name)
        turn = first_turn(stand, name, fixed)
        owing = owing_of(kind, terms, position, fixed, turn)
        taken = amount_of(fixed, owing).minor
        if name == "rental":
            assert taken == kind.due(terms, position, turn.through_on).now_minor
        else:
            assert taken >= position.principal_minor


def test_a_cadence_of_ones_own_pays_towards_the_next_due_day(stand) -> None:
    kind, terms, position = stand("rental")
    paid = replace(position, charges=())
    weekly = plain("fixed", amount_minor=30_000, cadence="weekly", anchor_on=date(2026, 3, 6))
    turn = next(turns(weekly, ()))
    owing = owing_of(kind, terms, paid, weekly, turn)
    assert amount_of(weekly, owing).minor == 30_000
    nearly = replace(paid, credit_minor=120_000)
    owing = owing_of(kind, terms, nearly, weekly, turn)
    assert amount_of(weekly, owing).minor == 5_000


def test_what_was_paid_by_hand_for_the_period_is_met(stand) -> None:
    kind, terms, position = stand("loan")
    fixed = plain("fixed", amount_minor=15_597)
    turn = first_turn(stand, "loan", fixed)
    before = kind.due(terms, position, turn.through_on)
    paid = kind.apply(terms, position, before.now_minor, TODAY).after
    assert amount_of(fixed, owing_of(kind, terms, paid, fixed, turn)).minor == 0
