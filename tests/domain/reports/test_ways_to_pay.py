"""How an agreement can be paid, and on which days the money leaves and arrives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from domain.reports import ways_to_pay
from domain.reports.ways_to_pay import HOSTED, Way
from domain.transaction import transaction
from models import Agreement, MethodRule, PaymentMethod, db
from tests.fixtures.agreements import scope_of

pytestmark = pytest.mark.database("sqlite")
FRIDAY = date(2026, 12, 4)
NOON = datetime(2026, 12, 4, 17, 0, tzinfo=UTC)
BANK = Way("m-1", "sandbox", "bank", "", "First Test Bank ••6789")
CARD = replace(BANK, ref="m-2", instrument="card", label="Test Card ••4242")


@pytest.fixture
def told(house, open_agreement):
    open_agreement("bo")

    def ways(name: str = "bo", on: date = FRIDAY) -> list[Way]:
        with house.app.app_context():
            agreement = db.session.scalars(select(Agreement)).one()
            return ways_to_pay.ways(scope_of(house, name), agreement, on)

    return ways


def change(**values) -> None:
    with transaction() as session:
        session.execute(update(PaymentMethod).values(**values))


def test_a_card_settles_the_same_day_and_a_bank_debit_skips_the_weekend(app) -> None:
    card, bank = (ways_to_pay.times(way, None, FRIDAY, NOON) for way in (CARD, BANK))
    assert (card.settles_on, bank.settles_on) == (FRIDAY, date(2026, 12, 8))
    assert (card.returnable_until, bank.returnable_until) == (None, date(2026, 12, 8) + timedelta(days=60))
    assert not card.planned
    assert not bank.shifted


def test_a_payment_for_a_later_day_is_planned_and_counts_on_that_day(app) -> None:
    monday = date(2026, 12, 7)
    later = ways_to_pay.times(BANK, monday, FRIDAY, NOON)
    assert (later.counts_on, later.leaves_on, later.settles_on) == (monday, monday, date(2026, 12, 9))
    assert later.planned
    gone = ways_to_pay.times(BANK, FRIDAY - timedelta(days=3), FRIDAY, NOON)
    assert gone.counts_on == FRIDAY


def test_the_primary_method_comes_first_and_the_processors_page_last(told, save_method) -> None:
    bank, card = save_method("bo"), save_method("bo", "card")
    assert [way.ref for way in told()] == [bank, card, HOSTED + "sandbox"]
    with transaction() as session:
        session.execute(update(PaymentMethod).values(rank="other"))
        session.execute(update(PaymentMethod).where(PaymentMethod.ref == card).values(rank="primary"))
    assert [way.ref for way in told()] == [card, bank, HOSTED + "sandbox"]
    assert [way.ref for way in told("stan")] == [HOSTED + "sandbox"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"stopped_code": "R02"}, "cannot be used after its last payment came back"),
        ({"verification": "sent"}, "waits to be confirmed"),
    ],
)
def test_a_method_that_cannot_be_used_says_why(told, save_method, values, words) -> None:
    save_method("bo")
    change(**values)
    assert words in told()[0].problem.msgid


def test_what_the_business_does_not_take_is_not_offered_or_says_so(told, save_method, house) -> None:
    save_method("bo")
    with transaction() as session:
        for instrument in ("bank", "credit", "debit", "prepaid"):
            session.add(
                MethodRule(
                    instrument=instrument, accepted=False, from_on=FRIDAY, made_at=house.now, made_by="setup"
                )
            )
    assert [way.problem is None for way in told(on=FRIDAY - timedelta(days=1))] == [True, True]
    (bank,) = told()
    assert "Payments from a bank account are not taken" in bank.problem.msgid
