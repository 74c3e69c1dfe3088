"""A rent roll becomes properties, units, people and rentals whose books hold what the file said; it can be undone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from domain.actions import billing, imports
from domain.actions.imports_undo import undo
from domain.actions.properties import House, add_property
from domain.portfolio.problems import sentence_from
from domain.records.position import position_of
from domain.reports import book_check
from domain.words import Refused
from models import (
    Agreement,
    AgreementParty,
    Balance,
    Charge,
    ImportBatch,
    Person,
    Property,
    SearchWord,
    Standing,
    Unit,
    db,
)
from tests.fixtures.rent_rolls import APPFOLIO, DOORLOOP, YARDI

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
TODAY = date(2026, 11, 22)
AS_OF = date(2026, 10, 31)
OPTIONS = imports.Options(today=TODAY)


@pytest.fixture
def bring(app, tmp_path):
    def bring(content: str):
        path = tmp_path / "roll.csv"
        path.write_text(content)
        return imports.bring_in_file(path, path.name, "rent_roll", OPTIONS, by="dana", now=NOW)

    with app.app_context():
        yield bring


def fresh():
    db.session.rollback()
    db.session.expire_all()


def balances() -> dict[str, int]:
    fresh()
    rows = select(Balance.account, func.sum(Balance.amount_minor)).group_by(Balance.account)
    return {account: minor for account, minor in db.session.execute(rows) if minor}


def test_what_is_owed_held_and_paid_ahead_stands_against_opening_balances(bring):
    _book, report = bring(YARDI)
    assert report.totals()["kinds"] == {"rental": 2, "unit": 1}
    assert report.totals()["money"] == {
        "rent": 143_500 + 115_000, "past_due": 31_050, "prepaid": 2_500, "deposit": 110_000,
    }  # fmt: skip
    assert balances() == {
        "other_receivable": 31_050,
        "deposits_held": -110_000,
        "customer_credit": -2_500,
        "opening_balances": 110_000 + 2_500 - 31_050,
    }
    assert db.session.scalars(select(Unit.name).order_by(Unit.name)).all() == ["101", "102", "103"]
    assert db.session.scalar(select(Property.name)) == "Maple Court"
    bo, tess = db.session.scalars(select(Agreement).order_by(Agreement.id)).all()
    assert (bo.opened_on, bo.ends_on, bo.unit_id is not None) == (AS_OF, date(2027, 3, 31), True)
    position = position_of(db.session, tess.id, tess.kind, db.session.get_one(Standing, tess.id))
    assert [(one.due_on, one.open_minor) for one in position.charges] == [(AS_OF, 31_050)]
    assert book_check.check(db.session).differences == []


def test_rent_goes_on_falling_due_from_the_day_after(bring):
    bring(YARDI)
    billing.bill(today=TODAY, at=NOW, zone=ZoneInfo("UTC"), now=NOW)
    fresh()
    asked = select(Charge.due_on, Charge.name, Charge.amount_minor).where(Charge.rule != "opening")
    assert set(db.session.execute(asked).all()) == {
        (date(2026, 11, 1), "Rent", 140_000),
        (date(2026, 11, 1), "pet", 3_500),
        (date(2026, 11, 1), "Rent", 115_000),
    }


def test_the_same_file_again_brings_nothing_and_another_one_finds_the_unit_let(bring):
    bring(YARDI)
    report = bring(YARDI)[1]
    assert (report.accepted, report.already, report.refused) == (0, 3, 1)
    report = bring(APPFOLIO)[1]
    assert report.refused == 2
    said = {str(problem.sentence) for _line, problem in report.problems}
    assert "The unit is let by MAPLE-COURT-101-202503." not in said  # its number says so first
    other = DOORLOOP.replace("2025-03-15", "2025-04-15")
    said = {str(problem.sentence) for _line, problem in bring(other)[1].problems}
    assert "The unit is let by MAPLE-COURT-101-202503." in said


def test_tenants_who_share_a_home_are_all_on_the_rental(bring):
    bring(DOORLOOP)
    fresh()
    people = (
        select(Person.name, AgreementParty.role)
        .join(AgreementParty, AgreementParty.person_id == Person.id)
        .join(Agreement, Agreement.id == AgreementParty.agreement_id)
        .where(Agreement.title == "Maple Court, 101")
        .order_by(AgreementParty.id)
    )
    assert db.session.execute(people).all() == [("Bo Rivera", "customer"), ("Ann Lee", "joint")]


def test_taken_back_it_leaves_no_balance_no_unit_and_a_free_number(bring):
    add_property(House("Elm House"), by="dana", now=NOW)
    bring(DOORLOOP)
    ref = db.session.scalar(select(ImportBatch.ref))
    assert undo(ref, by="dana", now=NOW, today=TODAY) == 2
    assert balances() == {}
    assert db.session.scalars(select(Unit.name)).all() == []
    assert db.session.scalars(select(Property.name)).all() == ["Elm House"]
    assert not db.session.scalars(select(SearchWord).where(SearchWord.subject == "unit")).all()
    assert sum(db.session.scalars(select(Charge.amount_minor))) == 0
    assert book_check.check(db.session).differences == []
    assert bring(DOORLOOP)[1].accepted == 3
    assert balances()["deposits_held"] == -110_000


def test_a_unit_that_something_else_needs_by_then_stays(bring):
    bring(DOORLOOP)
    ref = db.session.scalar(select(ImportBatch.ref))
    bring(
        DOORLOOP.replace("103,,Vacant,,,", "103,Stan Wu,Active,Fixed,2026-01-01,").replace(
            "1200.00,,,\n", "1200,900,,\n"
        )
    )
    undo(ref, by="dana", now=NOW, today=TODAY)
    fresh()
    assert db.session.scalars(select(Unit.name)).all() == ["103"]


def test_a_charge_since_keeps_the_import(bring):
    bring(YARDI)
    ref = db.session.scalar(select(ImportBatch.ref))
    billing.bill(today=TODAY, at=NOW, zone=ZoneInfo("UTC"), now=NOW)
    with pytest.raises(Refused):
        undo(ref, by="dana", now=NOW, today=TODAY)
    assert db.session.scalar(select(func.count()).where(Agreement.status == "undone")) == 0


def test_the_page_is_told_what_the_file_s_own_totals_say(bring):
    bring(YARDI)
    fresh()
    said = db.session.scalar(select(ImportBatch.totals))["controls"]
    assert [str(sentence_from(one)) for one in said] == ["The file's own totals agree with its lines."]
