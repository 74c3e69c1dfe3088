"""The customer's agreements: list, facts, plan."""

from __future__ import annotations

import pytest

from tests.fixtures.agreements import clock_today


def test_the_only_agreement_is_opened_at_once_and_several_are_listed(house, open_agreement) -> None:
    bo = house.client("bo")
    assert "No agreement is linked" in bo.get("/agreements").text
    ref = open_agreement("bo")
    assert bo.get("/agreements").headers["Location"] == f"/agreements/{ref}/schedule"
    open_agreement("bo", title="A boat")
    page = bo.get("/agreements").text
    assert "A boat" in page
    assert "2021 Toyota Camry" in page


def test_the_facts_are_the_contract_in_words(house, open_agreement) -> None:
    ref = open_agreement("bo", details={"vin": "4T1BF1FK5CU512345", "year": 2021})
    page = house.client("bo").get(f"/agreements/{ref}").text
    for words in (
        "$9,000.00",
        "21\u00a0%",
        "every two weeks",
        "$155.97",
        "4T1BF1FK5CU512345",
        "Bo Rivera",
        "Year",
    ):
        assert words in page


def test_details_that_somebody_typed_are_shown_as_text(house, open_agreement) -> None:
    ref = open_agreement("bo", title="<b>Car</b>", details={"<script>": "<script>alert(1)</script>"})
    page = house.client("bo").get(f"/agreements/{ref}").text
    assert "<script>alert" not in page
    assert "&lt;b&gt;Car" in page


def test_the_plan_shows_what_is_late_next_and_paid(house, open_agreement, pay) -> None:
    ref = open_agreement("bo", age_days=31)
    pay("bo", ref, 15597, method="card")
    page = house.client("bo").get(f"/agreements/{ref}/schedule").text
    assert "1 payment made" in page
    assert page.count(">Late<") == 1
    assert page.count(">Next<") == 1
    assert f"/agreements/{ref}/why/installment-2" in page


def test_a_plan_paid_off_says_so(house, open_agreement, pay) -> None:
    ref = open_agreement("bo", count=2, principal_minor=10_000, age_days=1)
    from domain.reports import agreements
    from models import Agreement, db

    with house.app.app_context():
        row = db.session.query(Agreement).filter_by(ref=ref).one()
        owed = agreements.view(row, clock_today(house)).quote.total_minor
    pay("bo", ref, owed, method="card")
    page = house.client("bo").get(f"/agreements/{ref}/schedule").text
    assert "Every payment is made" in page


@pytest.mark.parametrize("path", ["", "/schedule"])
def test_a_stranger_finds_nothing(house, open_agreement, path) -> None:
    ref = open_agreement("bo")
    assert house.client("stan").get(f"/agreements/{ref}{path}").status_code == 404
    assert house.client("bo").get(f"/agreements/{'x' * 22}{path}").status_code == 404
    assert house.client("bo").get(f"/agreements/%00{path}").status_code == 404
