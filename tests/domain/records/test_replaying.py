"""A payment with an earlier day, or a return of one, has everything after it told again."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.actions import counter, payments
from domain.kinds.base import Position
from domain.records.position import position_of
from domain.reports.book_check import check
from models import Agreement, AgreementChange, JournalEntry, Payment, db
from tests.fixtures.agreements import clock_today, open_agreement_for, scope_of

INSTALLMENT = 15_597


def standing(ref: str) -> Position:
    db.session.rollback()
    row = db.session.scalars(sa.select(Agreement).where(Agreement.ref == ref)).one()
    return position_of(db.session, row.id, row.kind, row.standing)


def take(house, ref: str, amount: int, on: date) -> str:
    made = secrets.token_hex(8)
    counter.take(ref, amount, "cash", made, who=scope_of(house, "dana"), today=on, now=datetime.now(UTC))
    return made


def causes(ref: str) -> list[str]:
    query = sa.select(JournalEntry.cause).join(Agreement, Agreement.id == JournalEntry.agreement_id)
    return list(db.session.scalars(query.where(Agreement.ref == ref).order_by(JournalEntry.position)))


def books_hold() -> None:
    db.session.rollback()
    assert check(db.session).differences == []


@pytest.mark.parametrize("how", [{}, {"interest": "period", "day_count": "30/360"}], ids=["daily", "period"])
def test_a_payment_entered_late_leaves_the_loan_as_if_it_had_been_entered_in_time(house, how) -> None:
    with house.app.app_context():
        today = clock_today(house)
        first, second = today - timedelta(days=20), today - timedelta(days=5)
        in_time, late = (
            open_agreement_for(house, None, number=number, age_days=60, **how) for number in ("L-1", "L-2")
        )
        for day in (first, second):
            take(house, in_time, INSTALLMENT, day)
        for day in (second, first):
            take(house, late, INSTALLMENT, day)
        assert standing(late) == standing(in_time)
        assert any(cause.endswith("replayed") for cause in causes(late))
        assert not any(cause.endswith("replayed") for cause in causes(in_time))
        books_hold()


def test_what_a_later_payment_paid_is_corrected_and_its_own_row_stays(house) -> None:
    with house.app.app_context():
        today = clock_today(house)
        loan = open_agreement_for(house, None, age_days=60)
        later = take(house, loan, 60_000, today - timedelta(days=5))
        before = db.session.scalars(
            sa.select(JournalEntry).where(JournalEntry.key == f"payment:{later}:settled")
        ).one()
        was = {line.account: line.amount_minor for line in before.lines}
        earlier = take(house, loan, INSTALLMENT, today - timedelta(days=40))
        db.session.rollback()
        entries = db.session.scalars(
            sa.select(JournalEntry)
            .where(JournalEntry.key.like(f"replay:{later}:%"))
            .order_by(JournalEntry.id)
        ).all()
        assert [entry.cause for entry in entries] == ["interest.replayed", "payment.replayed"]
        assert all(entry.effective_on == today - timedelta(days=5) for entry in entries)
        assert all(earlier in entry.key for entry in entries)
        run, moved = ({line.account: line.amount_minor for line in entry.lines} for entry in entries)
        # The earlier payment took principal away, so the later one owed less interest and paid more principal.
        assert run["loan_interest"] < 0
        assert moved["loan_interest"] == -run["loan_interest"] == -moved["loan_principal"]
        still = db.session.scalars(
            sa.select(JournalEntry).where(JournalEntry.key == f"payment:{later}:settled")
        ).one()
        assert {line.account: line.amount_minor for line in still.lines} == was
        books_hold()


def test_a_corrected_payment_that_goes_back_takes_back_what_it_pays_now(house) -> None:
    with house.app.app_context():
        today = clock_today(house)
        loan, alone = (
            open_agreement_for(house, None, number=number, age_days=60) for number in ("L-1", "L-2")
        )
        later = take(house, loan, INSTALLMENT, today - timedelta(days=5))
        take(house, loan, INSTALLMENT, today - timedelta(days=40))
        take(house, alone, INSTALLMENT, today - timedelta(days=40))
        payments.settle(
            later, payments.Event("returned", today, code="R01"), by="test", today=today, now=house.now
        )
        assert standing(loan).principal_minor == standing(alone).principal_minor
        assert standing(loan).met_minor == standing(alone).met_minor
        books_hold()


def test_a_return_that_counts_before_a_later_payment_has_that_payment_told_again(house) -> None:
    with house.app.app_context():
        today = clock_today(house)
        loan, without = (
            open_agreement_for(house, None, number=number, age_days=60) for number in ("L-1", "L-2")
        )
        wrong = take(house, loan, INSTALLMENT, today - timedelta(days=30))
        for ref in (loan, without):
            take(house, ref, INSTALLMENT, today - timedelta(days=10))
        back_on = today - timedelta(days=30)
        payments.settle(
            wrong, payments.Event("returned", back_on, code="R03"), by="test", today=today, now=house.now
        )
        assert standing(loan) == standing(without)
        books_hold()


def test_a_loan_whose_plan_was_changed_since_is_not_told_again(house) -> None:
    with house.app.app_context():
        today = clock_today(house)
        loan = open_agreement_for(house, None, age_days=60)
        take(house, loan, INSTALLMENT, today - timedelta(days=5))
        from domain.transaction import transaction

        with transaction() as session:
            row = session.scalars(sa.select(Agreement).where(Agreement.ref == loan)).one()
            session.add(
                AgreementChange(
                    agreement_id=row.id, number=1, type="deferral", effective_on=today - timedelta(days=8),
                    body={}, recorded_at=house.now, recorded_by="test",
                )
            )  # fmt: skip
        take(house, loan, INSTALLMENT, today - timedelta(days=40))
        assert not any(cause.endswith("replayed") for cause in causes(loan))
        books_hold()


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(data=st.data())
def test_in_whatever_order_payments_are_entered_the_books_end_the_same(house, data) -> None:
    with house.app.app_context():
        today = clock_today(house)
        days = data.draw(st.lists(st.integers(0, 55), min_size=2, max_size=5, unique=True))
        made = [(today - timedelta(days=day), data.draw(st.integers(500, 60_000))) for day in days]
        entered = data.draw(st.permutations(made))
        in_time, shuffled = (
            open_agreement_for(house, None, number=secrets.token_hex(6), age_days=60) for _ in range(2)
        )
        for day, amount in sorted(made):
            take(house, in_time, amount, day)
        for day, amount in entered:
            take(house, shuffled, amount, day)
        assert standing(shuffled) == standing(in_time)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Payment)) > 0
        books_hold()
