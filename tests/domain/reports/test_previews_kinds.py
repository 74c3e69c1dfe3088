"""For every kind: each amount that is offered does, once paid, what was told before it was paid."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.words import Refused
from tests.fixtures.agreements import clock_today, open_agreement_for, scope_of
from tests.fixtures.four_kinds import buy, open_credit_for, open_lease_for, open_rental_for


def open_credit_and_buy(house, name: str) -> str:
    """Something was bought today, so the whole balance is more than that of the last statement on any day."""
    ref = open_credit_for(house, name)
    buy(house, ref, clock_today(house), 3_000, "Floor mats")
    return ref


OPEN = {
    "loan": open_agreement_for,
    "rental": open_rental_for,
    "lease": open_lease_for,
    "credit": open_credit_and_buy,
}


def only(house):
    from domain.reports import agreements

    return agreements.views(scope_of(house, "bo"), clock_today(house))[0]


def told_and_done(house, pay, ref: str, amount: int, extra: str):
    from domain.reports import previews

    with house.app.app_context():
        told = previews.preview(only(house), amount, extra)
    pay("bo", ref, amount, method="card", extra=extra)
    with house.app.app_context():
        after = only(house)
        # A loan owes the days that run, others what the books say: nobody has moved out or bought by paying a part.
        ended = "interest" in after.columns and after.quote.total_minor
        return told, after, 0 if not after.open else ended or after.balance_minor


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *[("loan", name) for name in ("due", "past", "next", "payoff")],
        *[("rental", name) for name in ("due", "rent", "next")],
        *[("lease", name) for name in ("due", "next", "two", "payoff")],
        *[("credit", name) for name in ("minimum", "statement", "balance")],
    ],
)
def test_an_amount_that_is_offered_does_what_was_told(house, pay, kind, name) -> None:
    from domain.reports import previews

    ref = OPEN[kind](house, "bo")
    with house.app.app_context():
        offers = {offer.name: offer for offer in previews.choices(only(house))}
    offer = offers[name]
    told, after, left = told_and_done(house, pay, ref, offer.amount_minor, offer.extra or "shorter")
    assert sum(minor for _words, minor in told.rows) == offer.amount_minor
    assert told.balance_minor == left
    assert told.ends_it == (not after.open)
    assert told.buys == (kind == "lease" and name == "payoff")


@pytest.mark.parametrize("extra", ["shorter", "smaller", "ahead"])
def test_what_more_money_does_is_what_was_told(house, open_agreement, pay, extra) -> None:
    ref = open_agreement("bo", age_days=14)
    told, after, left = told_and_done(house, pay, ref, 200_000, extra)
    way = next(one for one in told.ways if one.name == extra)
    rows = [row for row in after.plan if row.open_minor]
    assert told.balance_minor == left
    assert (rows[-1].due_on, sum(row.interest_minor for row in rows)) == (way.ends_on, way.interest_minor)
    assert after.terms.plan.payment_minor == way.payment_minor
    assert told.does is not None
    if extra == "ahead":
        assert after.due.next_on == told.does.params["day"]


def test_what_buys_a_lease_is_offered_only_when_nothing_is_on_its_way(house, pay) -> None:
    from domain.reports import previews

    ref = open_lease_for(house, "bo")
    pay("bo", ref, 1_000, method="bank")
    with house.app.app_context():
        assert "payoff" not in [offer.name for offer in previews.choices(only(house))]


def test_as_much_as_buys_it_paid_ahead_is_pointed_out(house) -> None:
    from domain.reports import previews

    open_lease_for(house, "bo")
    with house.app.app_context():
        view = only(house)
        told = previews.preview(view, view.quote.total_minor + 1)
    assert "you can buy it today" in str(told.does)


def test_a_wish_the_kind_does_not_know_is_refused_before_anything_is_kept(house, pay) -> None:
    from models import Payment, db

    ref = open_rental_for(house, "bo")
    with pytest.raises(Refused) as refused:
        pay("bo", ref, 1_000, extra="smaller")
    assert refused.value.field == "extra"
    with house.app.app_context():
        assert not db.session.query(Payment).count()


@pytest.mark.parametrize(
    ("open_one", "amount"), [(open_rental_for, 600_000), (open_lease_for, 21_250 + 10_625), (open_lease_for, 10_000)]
)  # fmt: skip
def test_the_receipt_keeps_what_the_review_promised_of_what_is_paid_ahead(
    house, pay, open_one, amount
) -> None:
    from domain.reports import agreements, previews
    from models import Receipt, db

    ref = open_one(house, "bo")
    with house.app.app_context():
        view = agreements.views(scope_of(house, "bo"), clock_today(house))[0]
        told = previews.preview(view, amount)
    pay("bo", ref, amount, method="card")
    with house.app.app_context():
        [kept] = [row.body["balance_after_minor"] for row in db.session.query(Receipt)]
    assert told.balance_minor == kept == view.balance_minor - amount
    assert (told.next_on is not None) == (kept <= 0)


def test_buying_beside_a_charge_that_falls_due_later_promises_no_more_than_it_does(house, pay) -> None:
    from domain.actions import charges
    from domain.reports import previews

    ref = open_lease_for(house, "bo")
    today = clock_today(house)
    wanted = charges.Wanted("one_off", "Delivery", 4_500, today + timedelta(days=9))
    charges.add(ref, wanted, "form-1", who=scope_of(house, "dana"), today=today, now=house.now)
    with house.app.app_context():
        view = only(house)
        told = previews.preview(view, view.quote.total_minor, "close")
    assert (told.buys, told.ends_it, told.balance_minor) == (True, False, 4_500)
    pay("bo", ref, told.amount_minor, method="card", extra="close")
    with house.app.app_context():
        after = only(house)
        assert (after.open, after.balance_minor, after.terms.bought is not None) == (True, 4_500, True)


@pytest.mark.parametrize("kind", ["loan", "rental", "lease"])
def test_once_the_next_payment_is_on_its_way_the_one_after_it_is_offered(house, pay, kind) -> None:
    from domain.reports import previews

    ref = OPEN[kind](house, "bo")
    with house.app.app_context():
        due = only(house).due.now_minor
    pay("bo", ref, due, method="card")
    with house.app.app_context():
        first = only(house)
        covered = first.due.next_minor
        later = [row for row in first.plan if row.open_minor and row.due_on > first.due.next_on]
    pay("bo", ref, covered, method="bank", extra="ahead")
    with house.app.app_context():
        view = only(house)
        offer = previews.choices(view)[0]
        told = previews.preview(view, offer.amount_minor, offer.extra)
    assert view.pending_minor == covered
    assert offer.extra == "ahead"
    assert offer.note.params["day"] == later[0].due_on
    assert offer.amount_minor == sum(row.open_minor for row in later if row.due_on == later[0].due_on)
    assert told.ahead_minor + told.credit_minor == offer.amount_minor
