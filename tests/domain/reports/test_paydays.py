"""Paying by payday stands on the agreement's own figures, and says what it does to the interest."""

from __future__ import annotations

from datetime import date

import pytest

from domain.reports import agreements
from domain.reports.paydays import by_payday
from domain.rules.payday import Payday
from models import Agreement, db

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-02"), pytest.mark.database("sqlite")]
TODAY = date(2026, 3, 2)


@pytest.fixture
def view(house):
    def of(ref: str):
        row = db.session.scalars(db.select(Agreement).where(Agreement.ref == ref)).one()
        return agreements.view(row, TODAY)

    with house.app.app_context():
        yield of


def test_a_daily_loan_by_weekly_pay_costs_less_interest(view, open_agreement) -> None:
    found = by_payday(view(open_agreement("bo")), Payday("weekly", date(2026, 3, 6)))
    assert found.saved_minor > 0
    assert found.plan.contract.amount_minor * 2 >= 15_597


def test_rent_by_payday_bears_no_interest_and_what_is_due_before_is_paid_by_hand(view, kinds) -> None:
    seen = view(kinds("bo")["rental"])
    found = by_payday(seen, Payday("biweekly", date(2026, 3, 6)))
    assert found.saved_minor == 0
    assert found.plan.contract.amount_minor == 62_500
    assert found.plan.by_hand_minor == found.plan.covered[0].due_minor == seen.due.now_minor
