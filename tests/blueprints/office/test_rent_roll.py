"""The rent roll: every unit as of a day, its sums, what changed, and whose units somebody sees."""

from __future__ import annotations

import csv
import io
import re

import pytest
from python_calamine import CalamineWorkbook

from tests.fixtures.rentals import let_flat

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-10")


def test_every_unit_stands_with_its_lease_and_what_is_owed(house):
    flat = let_flat(house, "tess")
    page = house.client("dana").get("/office/rent-roll")
    assert page.status_code == 200
    for words in ("Harbor House", "1A", "Current", "Tess", "$1,250.00", "$1,200.00", "100.0 % occupied"):
        assert words in page.text
    assert f"/office/agreements/{flat.agreement}" in page.text


def test_before_the_lease_began_the_unit_was_empty(house):
    let_flat(house, "tess")
    page = house.client("dana").get("/office/rent-roll?on=2026-02-10&changed_since=2026-01-31").text
    assert "Vacant, unrented" in page
    assert "Nothing: every unit is as it was." in page


def test_what_changed_since_another_day_says_what_was_and_what_is(house):
    let_flat(house, "tess")
    page = house.client("dana").get("/office/rent-roll?changed_since=2026-02-10").text
    for words in ("What changed since", "Vacant, unrented", "Current"):
        assert words in page


def test_a_house_without_units_says_how_to_begin(house):
    assert "No units yet" in house.client("dana").get("/office/rent-roll").text


def test_the_folded_filters_say_what_is_set(house):
    flat = let_flat(house, "tess")
    page = house.client("dana").get(f"/office/rent-roll?on=2026-03-05&property_ref={flat.property}").text
    said = re.search(r"<summary>Filters: ([^<]+)</summary>", page)
    assert said
    assert said[1] == "As of 5 Mar 2026 · Property Harbor House"


def test_the_csv_file_has_no_sums_between_its_units_and_the_other_one_has(house):
    let_flat(house, "tess")
    dana = house.client("dana")
    rows = list(csv.reader(dana.post("/office/reports/rent_roll.csv").text.lstrip("\ufeff").splitlines()))
    assert [row[0] for row in rows[1:3]] == ["Harbor House", "Total"]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(dana.post("/office/reports/rent_roll.xlsx").data))
    assert [row[0] for row in sheet.get_sheet_by_index(0).to_python()[1:4]] == ["Harbor House"] * 2 + [
        "Total"
    ]
