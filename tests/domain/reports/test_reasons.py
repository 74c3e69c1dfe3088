"""The reason for a figure gives the same figure."""

from __future__ import annotations

import pytest

from domain.words import Gone
from tests.fixtures.agreements import clock_today, scope_of


@pytest.fixture
def view(house, open_agreement, pay, days_pass):
    from domain.reports import agreements

    ref = open_agreement("bo")
    pay("bo", ref, 15597, method="card")
    pay("bo", ref, 5000, method="bank")
    days_pass(4)
    with house.app.app_context():
        yield agreements.views(scope_of(house, "bo"), clock_today(house))[0]


def told(house, view, what):
    from domain.reports import reasons

    return reasons.reason(scope_of(house, "bo"), view, what)


@pytest.mark.parametrize("what", ["payoff", "balance", "interest"])
def test_the_steps_add_up_to_the_amount(house, view, what) -> None:
    reason = told(house, view, what)
    assert sum(step.amount_minor or 0 for step in reason.trace.steps) == reason.amount_minor


def test_the_entries_behind_it_add_up_to_the_balance(house, view) -> None:
    reason = told(house, view, "balance")
    assert not reason.more
    assert sum(amount for entry in reason.entries for _words, amount in entry.lines) == reason.amount_minor


def test_an_installment_shows_only_the_entries_that_paid_it(house, view) -> None:
    first, last = told(house, view, "installment-1"), told(house, view, "installment-78")
    assert len(first.entries) == 1
    assert last.entries == []


def test_a_long_history_is_cut_and_says_so(house, open_agreement, pay) -> None:
    from domain.reports import agreements

    ref = open_agreement("bo")
    for amount in range(1001, 1015):
        pay("bo", ref, amount, method="card")
    with house.app.app_context():
        reason = told(house, agreements.views(scope_of(house, "bo"), clock_today(house))[0], "balance")
    assert len(reason.entries) == 12
    assert reason.more


def test_another_figure_has_no_reason(house, view) -> None:
    with pytest.raises(Gone):
        told(house, view, "installment-1000000")
