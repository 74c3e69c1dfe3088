"""Shown states, and what a payment paid in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.reports import payments
from domain.rules.payment_states import WORDS
from tests.fixtures.agreements import clock_today, scope_of


@pytest.mark.parametrize(
    ("state", "code", "shown"),
    [
        ("settled", None, "settled"), ("settled", "R01", "returned"), ("settled", "r10", "returned"),
        ("settled", "disputed", "disputed"), ("settled", "fraudulent", "disputed"), ("pending", None, "pending"),
    ],
)  # fmt: skip
def test_money_that_went_back_is_never_shown_as_settled(state, code, shown) -> None:
    assert payments.shown_state(state, code) == shown


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
