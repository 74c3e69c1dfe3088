"""Desk, agreement page, rent roll and delinquency say the same of what is due today, and of a deposit due later."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.actions import properties
from tests.fixtures.agreements import scope_of
from tests.fixtures.billed import rent_terms

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-10")
DUE = date(2026, 3, 1)


def said(ledger, home: str, on: date) -> dict[str, tuple[int, int]]:
    """Page -> (past due, due on the day), as each of the four says it."""
    from domain.reports import delinquency, delinquency_sheet, desk_work, rent_roll
    from domain.reports.agreements import standing
    from domain.reports.sheet import Asked
    from models import Agreement, db

    with ledger.house.app.app_context():
        scope = scope_of(ledger.house, "dana")
        asked = Asked(on, on, on, on)
        desk = desk_work.late(scope, on)
        due = standing([db.session.query(Agreement).filter_by(ref=home).one()], on)[0].due
        roll = rent_roll.make(scope, asked)
        rows = list(roll.rows)
        late = list(delinquency_sheet.make(scope, asked).rows)
        today = delinquency.cover(scope, asked).today
        total = roll.totals[0].values
    told = {
        "desk": (sum(row[2] for row in desk.behind), sum(row[2] for row in desk.today)),
        "agreement": (due.past_due_minor, due.today_minor),
        "rent roll": (rows[0].values["past_due"], rows[0].values["not_yet_due"] or 0),
        "rent roll in all": (total["past_due"], total["not_yet_due"]),
        "delinquency": (sum(row.values["total"] for row in late), sum(one.today_minor for one in today)),
    }
    assert total["balance"] == total["past_due"] + total["not_yet_due"] - total["prepaid"]
    return told


def flat(ledger) -> str:
    house = properties.add_property(properties.House("Elm"), by="setup", now=ledger.house.now)
    return properties.add_unit(house, properties.Let("1"), by="setup", now=ledger.house.now)


def test_what_is_due_today_is_late_tomorrow_on_every_page(ledger):
    home = ledger.open_rental("tess", on=DUE, unit_ref=flat(ledger))
    ledger.bill(DUE)
    assert set(said(ledger, home, DUE).values()) == {(0, 120_000)}
    assert set(said(ledger, home, DUE + timedelta(days=1)).values()) == {(120_000, 0)}


def test_a_deposit_agreed_and_due_later_is_owed_and_not_yet_due_on_every_page(ledger):
    from domain.reports.agreements import standing
    from domain.reports.as_of import figures
    from domain.reports.book_totals import book_totals
    from domain.reports.rent_roll import make
    from domain.reports.sheet import Asked
    from models import Agreement, db

    today = DUE - timedelta(days=10)
    unit = flat(ledger)
    home = ledger.open(rent_terms(DUE, 120_000), "tess", on=today, deposit_minor=90_000, unit_ref=unit)
    with ledger.house.app.app_context():
        scope = scope_of(ledger.house, "dana")
        (one,) = figures(scope, today, today=today).values()
        assert (one.balance_minor, one.not_yet_due_minor, one.past_due_minor) == (90_000, 90_000, 0)
        view = standing([db.session.query(Agreement).filter_by(ref=home).one()], today)[0]
        assert view.balance_minor == one.balance_minor
        assert sum(owed.deposits_minor for owed in book_totals(scope).owed) == 90_000
        rows = make(scope, Asked(today, today, today, today)).totals
        assert [row.values["balance"] for row in rows if row.values.get("tenants")] == [90_000]
