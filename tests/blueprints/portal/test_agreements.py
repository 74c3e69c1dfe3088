"""The customer's agreements: list, facts, plan."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.fixtures.agreements import clock_today
from tests.fixtures.four_kinds import open_rental_for, shared_rental


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
    for address in (f"/documents#of-{ref}", f"/agreements/{ref}/ask/missing"):
        assert f'href="{address}"' in page
    assert f'id="of-{ref}"' in house.client("bo").get("/documents").text


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


def test_each_kind_calls_its_figures_by_its_own_words(house, kinds) -> None:
    bo, refs = house.client("bo"), kinds("bo")
    for kind, words in {
        "loan": ("Due now", "To end it today", "Interest", "Left after it", "payments left"),
        "rental": ("Rent owed", "Other owed", "Parking", "Security deposit", "Your rent"),
        "lease_to_own": ("Buy it today for", "Tax in it", "Yours on", "Left to pay", "Paid so far"),
        "credit_line": ("Minimum payment", "Available", "of a limit of", "Winter tires", "Next statement on"),
    }.items():
        page = bo.get(f"/agreements/{refs[kind]}/schedule").text
        for word in words:
            assert word in page, (kind, word)


def test_every_amount_of_the_figures_and_the_tables_opens_its_reason(house, kinds) -> None:
    bo = house.client("bo")
    for ref in kinds("bo").values():
        for path in ("schedule", ""):
            page = bo.get(f"/agreements/{ref}/{path}".rstrip("/")).text
            found = set(re.findall(rf'href="(/agreements/{ref}/why/[^"]+)"', page))
            assert len(found) >= 3
            for address in found:
                assert bo.get(address).status_code == 200, address


def test_a_rental_shows_the_unit_and_a_lease_what_was_leased(house, kinds) -> None:
    bo, refs = house.client("bo"), kinds("bo")
    page = bo.get(f"/agreements/{refs['rental']}").text
    for words in ("Mill House", "4 Mill Lane", "1B", "Bedrooms", "1.5", "840"):
        assert words in page
    page = bo.get(f"/agreements/{refs['lease_to_own']}").text
    for words in ("Corner sofa, grey", "SF-2207", "800.00", "Serial number", "Yours on"):
        assert words in page


def test_money_that_is_held_is_shown_with_its_reason(house, pay) -> None:
    ref = open_rental_for(house, "bo")
    bo = house.client("bo")
    assert "Money we hold for you" not in bo.get(f"/agreements/{ref}").text
    pay("bo", ref, 435_000 + 7_000, method="card")
    page = bo.get(f"/agreements/{ref}").text
    for what, amount in (("deposit", "$600.00"), ("credit", "$70.00")):
        assert f"/agreements/{ref}/why/{what}" in page
        assert amount in bo.get(f"/agreements/{ref}/why/{what}").text


def test_a_roommate_sees_no_share_of_the_other(house) -> None:
    ref = shared_rental(house)
    tess = house.client("tess")
    for path in ("", "/schedule", "/why/balance", "/why/due"):
        page = tess.get(f"/agreements/{ref}{path}").text
        assert "$720.00" not in page
        assert "$1,440.00" not in page
    assert "$480.00" in tess.get(f"/agreements/{ref}/schedule").text


def test_a_plan_of_thirty_years_is_paged_and_stays_light(house) -> None:
    today = clock_today(house)
    ref = open_rental_for(house, "bo", to_on=date(today.year + 30, today.month, 1))
    bo = house.client("bo")
    first = bo.get(f"/agreements/{ref}/schedule")
    assert len(first.data) < 150_000
    assert f"/agreements/{ref}/schedule?page=2" in first.text
    assert f'/agreements/{ref}/why/installment-1"' in first.text
    last = bo.get(f"/agreements/{ref}/schedule?page=99999")
    assert last.status_code == 200
    assert f'/agreements/{ref}/why/installment-1"' not in last.text
    for odd in ("x", "-1", "²", "0"):
        assert bo.get(f"/agreements/{ref}/schedule?page={odd}").status_code == 200


def test_the_pages_ask_as_often_for_a_long_history_as_for_a_short_one(house, count_statements) -> None:
    asked = {}
    for months in (2, 14):
        ref = open_rental_for(house, "bo", months=months)
        client = house.client("bo")
        client.get(f"/agreements/{ref}/schedule")
        with count_statements() as sent:
            assert client.get(f"/agreements/{ref}/schedule").status_code == 200
        asked[months] = len(sent)
    assert asked[2] == asked[14]
