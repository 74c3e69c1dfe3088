"""Shown states, and what a payment paid in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.reports import payments
from domain.reports.shown_states import WORDS, shown_state
from tests.fixtures.agreements import clock_today, scope_of


@pytest.mark.parametrize(
    ("state", "code", "shown"),
    [
        ("settled", None, "settled"), ("settled", "R01", "returned"), ("settled", "r10", "returned"),
        ("settled", "disputed", "disputed"), ("settled", "AM04", "returned"), ("pending", None, "pending"),
        ("settled", "reversed", "reversed"),
    ],
)  # fmt: skip
def test_money_that_went_back_is_never_shown_as_settled(state, code, shown) -> None:
    assert shown_state(state, code) == shown


@pytest.mark.parametrize(
    ("dispute", "refunded", "shown"),
    [
        ("open", 0, "disputed"), ("answered", 0, "disputed"), ("accepted", 0, "lost"), ("lost", 0, "lost"),
        ("won", 0, "won"), ("won", 100, "refunded"), ("won", 40, "partly_refunded"), ("lost", 40, "lost"),
    ],
)  # fmt: skip
def test_a_dispute_says_how_it_stands_and_what_was_given_back_says_how_much(dispute, refunded, shown) -> None:
    assert shown_state("settled", "fraudulent", dispute, refunded, 100) == shown


@pytest.mark.parametrize(("refunded", "shown"), [(0, "settled"), (1, "partly_refunded"), (100, "refunded")])
def test_money_that_we_gave_back_is_not_shown_as_returned(refunded, shown) -> None:
    assert shown_state("settled", None, None, refunded, 100) == shown


def test_every_state_has_a_story() -> None:
    from domain.reports import payment_story

    assert set(payment_story._TELL) == set(WORDS)


def test_until_when_it_can_come_back_is_said_only_as_long_as_it_can(
    house, open_agreement, pay, days_pass
) -> None:
    ref = open_agreement("bo")
    pay("bo", ref, 15597)
    days_pass(5)
    with house.app.app_context():
        line = payments.recent(scope_of(house, "bo"))[0]
    today = clock_today(house)
    assert str(payments.state_words(line)) == "Settled"
    assert line.returnable(today) == line.returnable_until
    assert "the bank can return it until" in str(payments.state_in_full(line, today))
    assert line.returnable(today + timedelta(days=90)) is None
    assert str(payments.state_in_full(line, today + timedelta(days=90))) == "Settled"


def test_what_it_paid_adds_up(house, open_agreement, pay) -> None:
    pay("bo", open_agreement("bo"), 50000, method="card")
    with house.app.app_context():
        line = payments.recent(scope_of(house, "bo"))[0]
        paid = payments.what_they_paid([line])[line.id]
    assert sum(sentence.params["amount"].minor for sentence in paid) == 50000


def test_the_history_is_in_the_order_of_the_days_on_which_was_paid(house, open_agreement, pay) -> None:
    ref, today = open_agreement("bo"), clock_today(house)
    late = pay("bo", ref, 1000, method="card", today=today)
    earlier = pay("bo", ref, 2000, method="card", today=today - timedelta(days=3))
    with house.app.app_context():
        scope = scope_of(house, "bo")
        assert [line.ref for line in payments.recent(scope)] == [late, earlier]
        assert [line.ref for line in payments.history(scope, payments.Filters()).lines] == [late, earlier]
