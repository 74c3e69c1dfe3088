"""The lines of the chart are the figures of the table, and those are the books and the plan."""

from __future__ import annotations

import re

from tests.fixtures.agreements import clock_today, scope_of


def drawn(house):
    from domain.reports import agreements, balance_chart

    view = agreements.views(scope_of(house, "bo"), clock_today(house))[0]
    return (
        view,
        balance_chart.balances(scope_of(house, "bo"), view),
        balance_chart.by_year(scope_of(house, "bo"), view),
    )


def test_the_real_line_ends_today_at_the_principal_and_the_projected_one_at_nothing(
    house, open_agreement, pay
) -> None:
    ref = open_agreement("bo", age_days=40)
    pay("bo", ref, 100_000, method="card")
    with house.app.app_context():
        view, chart, _years = drawn(house)
    real = [row for row in chart.rows if row.actual_minor is not None]
    assert real[0].actual_minor == chart.rows[0].scheduled_minor == 900_000
    assert (real[-1].on, real[-1].actual_minor) == (view.on, view.position.principal_minor)
    ahead = [row for row in chart.rows if row.projected_minor is not None]
    assert ahead[0].on == view.on
    assert ahead[-1].projected_minor == 0
    assert re.search(r"V400$", chart.projected)
    assert chart.actual.startswith("M0 0")


def test_the_years_hold_the_whole_plan(house, open_agreement) -> None:
    open_agreement("bo")
    with house.app.app_context():
        view, _chart, years = drawn(house)
    assert (
        sum(one.principal_minor for one in years) == sum(row.principal_minor for row in view.plan) == 900_000
    )
    assert all(one.interest_y + one.interest_height == one.principal_y for one in years)


def test_the_years_hold_what_was_paid_beyond_the_plan_and_nothing_that_went_back(
    house, open_agreement, pay, days_pass
) -> None:
    """1,000.00 is paid 40 days into the loan, far more than was due; the rest of the principal is still to come."""
    ref = open_agreement("bo", age_days=40)
    pay("bo", ref, 100_000, method="card")
    with house.app.app_context():
        view, _chart, years = drawn(house)
        paid = interest_paid(view)
    assert sum(one.principal_minor for one in years) == 900_000
    ahead = sum(row.interest_minor for row in view.plan if row.open_minor)
    assert sum(one.interest_minor for one in years) == paid + ahead
    assert paid > 0
    pay("bo", ref, 50_000, method="bank_r01")
    days_pass(7)
    with house.app.app_context():
        view, _chart, years = drawn(house)
        assert sum(one.principal_minor for one in years) == 900_000
        assert interest_paid(view) == paid


def interest_paid(view) -> int:
    from sqlalchemy import func, select

    from models import Allocation, db

    query = select(func.sum(Allocation.amount_minor)).where(Allocation.bucket == "interest")
    return int(db.session.scalar(query))
