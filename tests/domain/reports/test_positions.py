"""Positions read for many agreements at once are those that postings read one by one."""

from __future__ import annotations

from tests.fixtures.agreements import clock_today, scope_of


def fee_of(minor: int) -> None:
    from domain.transaction import transaction
    from models import Business

    with transaction() as session:
        session.get_one(Business, 1).returned_payment_fee_minor = minor


def test_many_at_once_equal_one_by_one(house, open_agreement, pay, days_pass) -> None:
    from domain.records.position import position_of
    from domain.reports import agreements
    from models import db

    fee_of(2500)
    first, second = open_agreement("bo"), open_agreement("bo", title="A boat")
    open_agreement("bo", title="Never paid")
    pay("bo", first, 15597, method="bank_r01")
    pay("bo", second, 20000, method="bank_r01")
    pay("bo", second, 45000, method="card")
    days_pass(7)
    pay("bo", second, 1000, method="card")
    with house.app.app_context():
        views = agreements.views(scope_of(house, "bo"), clock_today(house))
        assert len(views) == 3
        assert [view.position.fees_minor > 0 for view in views] == [True, True, False]
        for view in views:
            row = view.agreement
            again = position_of(db.session, row.id, row.kind, row.standing)
            assert view.position == again
            assert all(type(charge.open_minor) is int for charge in view.position.charges)


def test_a_fee_can_be_paid_and_the_books_take_it(house, open_agreement, pay, days_pass) -> None:
    from domain.reports import agreements

    fee_of(2500)
    ref = open_agreement("bo", age_days=3)
    pay("bo", ref, 15597, method="bank_r01")
    later = days_pass(7)
    pay("bo", ref, 2500, method="card", today=later)
    with house.app.app_context():
        view = agreements.views(scope_of(house, "bo"), later)[0]
        assert view.position.fees_minor == 0


def test_a_stranger_gets_no_position(house, open_agreement) -> None:
    from domain.access import STRANGER
    from domain.reports import agreements

    open_agreement("bo")
    with house.app.app_context():
        assert agreements.views(scope_of(house, "stan"), clock_today(house)) == []
        assert agreements.views(STRANGER, clock_today(house)) == []
        assert agreements.views(scope_of(house, "lena"), clock_today(house)) == []
