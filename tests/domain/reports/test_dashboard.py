"""What needs a person, and for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fixtures.agreements import clock_today, scope_of


def alerts(house, on):
    from domain.reports import dashboard

    with house.app.app_context():
        return [str(alert.title) for alert in dashboard.dashboard(scope_of(house, "bo"), on).alerts]


@pytest.mark.parametrize(("days", "expected"), [(0, 1), (30, 1), (31, 0)])
def test_a_failure_is_told_for_thirty_days(house, open_agreement, pay, days, expected) -> None:
    pay("bo", open_agreement("bo"), 15597, method="card_insufficient")
    assert len(alerts(house, clock_today(house) + timedelta(days=days))) == expected


def test_a_settled_payment_on_another_agreement_does_not_make_it_good(house, open_agreement, pay) -> None:
    one, other = open_agreement("bo"), open_agreement("bo")
    pay("bo", one, 15597, method="card_insufficient")
    pay("bo", other, 15597, method="card")
    assert len(alerts(house, clock_today(house))) == 1
    pay("bo", one, 20000, method="card")
    assert alerts(house, clock_today(house)) == []


def test_an_earlier_success_does_not_hide_a_later_failure(house, open_agreement, pay) -> None:
    ref = open_agreement("bo")
    pay("bo", ref, 15597, method="card")
    pay("bo", ref, 20000, method="card_insufficient")
    assert len(alerts(house, clock_today(house))) == 1


def test_a_new_try_on_its_way_is_enough_for_now(house, open_agreement, pay) -> None:
    from domain.reports import dashboard

    ref = open_agreement("bo")
    pay("bo", ref, 15597, method="card_insufficient")
    pay("bo", ref, 20000, method="bank")
    with house.app.app_context():
        alert = dashboard.dashboard(scope_of(house, "bo"), clock_today(house)).alerts[0]
    assert "there is nothing to do now" in str(alert.text[-1])


def test_it_takes_five_statements_at_most(house, open_agreement, pay, days_pass, count_statements) -> None:
    from domain.reports import dashboard

    for amount in (101, 102, 103):
        pay("bo", open_agreement("bo"), amount, method="bank")
    days_pass(6)
    scope = scope_of(house, "bo")
    with house.app.app_context(), count_statements() as sent:
        dashboard.dashboard(scope, clock_today(house))
    assert len([text for text in sent if text.lstrip().startswith("SELECT")]) <= 5
