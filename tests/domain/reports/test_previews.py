"""What a payment would do is what it then does."""

from __future__ import annotations

import pytest

from domain.words import Refused
from tests.fixtures.agreements import clock_today, scope_of


def only(house):
    from domain.reports import agreements

    return agreements.views(scope_of(house, "bo"), clock_today(house))[0]


@pytest.mark.parametrize("amount", [1, 100, 15597, 20000, 31194, 40000, 50000, 200000, 914499])
def test_the_balance_foretold_is_the_balance_reached(house, open_agreement, pay, amount) -> None:
    from domain.reports import previews

    ref = open_agreement("bo")
    with house.app.app_context():
        told = previews.preview(only(house), amount)
    assert sum(minor for _words, minor in told.rows) == amount
    assert (
        told.due_minor + told.ahead_minor + told.fees_minor + told.extra_minor + told.credit_minor == amount
    )
    pay("bo", ref, amount, method="card")
    with house.app.app_context():
        assert only(house).balance_minor == told.balance_minor
        assert told.ends_it == (amount == 914499)


def test_extra_saves_payments_and_interest_and_the_plan_agrees(house, open_agreement, pay) -> None:
    from domain.reports import previews

    ref = open_agreement("bo", age_days=14)
    with house.app.app_context():
        told = previews.preview(only(house), 300000)
    assert told.saved_payments > 0
    assert told.saved_interest_minor > 0
    pay("bo", ref, 300000, method="card")
    with house.app.app_context():
        plan = only(house).plan
    assert sum(1 for row in plan if row.state == "not_needed") == told.saved_payments


def test_what_is_due_alone_saves_nothing(house, open_agreement) -> None:
    from domain.reports import previews

    open_agreement("bo", age_days=14)
    with house.app.app_context():
        told = previews.preview(only(house), 15597)
    assert (told.saved_payments, told.extra_minor, told.due_minor) == (0, 0, 15597)


def test_money_on_its_way_counts_as_arrived(house, open_agreement, pay) -> None:
    from domain.reports import previews

    ref = open_agreement("bo", age_days=14)
    pay("bo", ref, 15597, method="bank")
    with house.app.app_context():
        view = only(house)
        told = previews.preview(view, 15597)
        names = [offer.name for offer in previews.choices(view)]
    assert told.due_minor == 0
    assert told.ahead_minor == 15597
    assert names == ["next", "payoff"]


@pytest.mark.parametrize("amount", [0, -1, 914500, 10**15])
def test_what_may_not_be_paid_is_refused_with_a_sentence(house, open_agreement, amount) -> None:
    from domain.reports import previews

    open_agreement("bo")
    with house.app.app_context(), pytest.raises(Refused) as refused:
        previews.preview(only(house), amount)
    assert refused.value.field == "amount"


def test_a_nearly_paid_agreement_offers_nothing_above_what_ends_it(house, open_agreement, pay) -> None:
    from domain.reports import previews

    ref = open_agreement("bo", interest="period", day_count="30/360")
    with house.app.app_context():
        amount = only(house).quote.total_minor - 3_000
    pay("bo", ref, amount, method="card")
    with house.app.app_context():
        view = only(house)
        offers = previews.choices(view)
        assert view.due.next_minor > view.quote.total_minor
        assert [(offer.name, offer.amount_minor) for offer in offers] == [("payoff", view.quote.total_minor)]


@pytest.mark.parametrize("amount", [100, 20000, 300000])
def test_by_the_period_what_is_owed_after_a_payment_is_the_payoff_of_that_day(
    house, open_agreement, pay, amount
) -> None:
    from domain.reports import previews

    ref = open_agreement("bo", age_days=20, interest="period", day_count="30/360")
    with house.app.app_context():
        told = previews.preview(only(house), amount)
    pay("bo", ref, amount, method="card")
    with house.app.app_context():
        after = only(house)
    assert told.balance_minor == after.quote.total_minor >= after.balance_minor


@pytest.mark.parametrize("amount", [100, 20000, 300000])
@pytest.mark.parametrize("interest", ["period", "daily"])
def test_the_receipt_keeps_what_the_review_promised(house, open_agreement, pay, amount, interest) -> None:
    from domain.reports import previews
    from models import Receipt, db

    ref = open_agreement("bo", age_days=20, interest=interest, day_count="30/360")
    with house.app.app_context():
        told = previews.preview(only(house), amount)
    pay("bo", ref, amount, method="card")
    with house.app.app_context():
        [kept] = [row.body["balance_after_minor"] for row in db.session.query(Receipt)]
        assert told.balance_minor == kept == only(house).quote.total_minor
