"""The lines of the chart are the figures of the table, and those are the books and the plan."""

from __future__ import annotations

import re

from tests.fixtures.agreements import clock_today, scope_of


def drawn(house):
    from domain.reports import agreements, balance_chart

    view = agreements.views(scope_of(house, "bo"), clock_today(house))[0]
    return view, balance_chart.balances(scope_of(house, "bo"), view), balance_chart.by_year(view)


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
