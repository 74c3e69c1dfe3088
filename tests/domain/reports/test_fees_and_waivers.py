"""Fees and waivers, each with its reason and author."""

from __future__ import annotations

from datetime import timedelta

from domain.actions.charges import waive
from domain.reports import fees_and_waivers
from domain.reports.sheet import Asked
from models import Charge, db
from tests.fixtures.agreements import scope_of
from tests.fixtures.books import FEE_MINOR, fill_books


def test_a_fee_and_its_waiver_stand_side_by_side_with_reason_and_author(house):
    books = fill_books(house)
    dana = scope_of(house, "dana")
    last = books.today + timedelta(days=1)
    with house.app.app_context():
        fee = db.session.query(Charge.id).scalar()
        waive(
            books.bo_loan,
            fee,
            1_000,
            "Promised on the phone",
            "w-1",
            who=dana,
            today=books.today,
            now=house.now,
        )
        db.session.rollback()
        asked = Asked(last, last, last - timedelta(days=60), last)
        sheet = fees_and_waivers.make(dana, asked)
        charged, waived = list(sheet.rows)
        assert (charged.values["charged"], waived.values["waived"]) == (FEE_MINOR, -1_000)
        assert "Promised on the phone" in str(waived.values["reason"])
        assert "Dana" in str(waived.values["by"])
        assert {key: sheet.totals[0].values[key] for key in ("charged", "waived", "taken_back")} == {
            "charged": FEE_MINOR, "waived": -1_000, "taken_back": 0,
        }  # fmt: skip
    client = house.client("dana")
    days = f"since={books.today - timedelta(days=60)}&until={last}"
    page = client.get(f"/office/reports/fees_and_waivers?{days}").text
    assert "Promised on the phone" in page
    assert client.get(f"/office/agreements/{books.bo_loan}/charges/{fee}").status_code == 200
