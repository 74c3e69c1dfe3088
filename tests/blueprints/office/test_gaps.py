"""The page of gaps: what is wrong and since when, each with the page where it is mended; empty where nothing is."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.fixtures.four_kinds import unit_for

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-10"), pytest.mark.database("sqlite")]


def test_each_gap_says_what_is_wrong_and_leads_to_where_it_is_mended(ledger):
    dana = ledger.house.client("dana")
    assert "Nothing is missing" in dana.get("/office/gaps").text
    home = ledger.open_rental(
        "tess", on=date(2026, 1, 1), to_on=date(2026, 2, 28), unit_ref=unit_for(ledger.house)
    )
    ledger.open_rental(on=date(2026, 3, 1))
    page = dana.get("/office/gaps").text
    for words in (
        "3 gaps were found",
        "The lease is over",
        "2026",
        "no move-out was recorded",
        "Tess Okafor",
        "Mill House · 1B",
    ):
        assert words in page, words
    assert f"/office/agreements/{home}/changes/move_out/new" in page
    for address in set(re.findall(r'<td><a class="button[^"]*" href="([^"]+)"', page)):
        assert dana.get(address).status_code == 200, address
    narrowed = dana.get("/office/gaps?property_ref=mill-house").text
    assert "1 gap was found" in narrowed
    assert "Nothing is missing" in dana.get("/office/gaps?property_ref=%00x").text


def test_gaps_are_for_staff(house):
    for name, code in {"adam": 200, "lena": 403, "bo": 404}.items():
        assert house.client(name).get("/office/gaps").status_code == code, name


def test_the_same_lines_come_as_a_file(ledger):
    ledger.open_rental(on=date(2026, 3, 1))
    said = ledger.house.client("dana").post("/office/reports/gaps.csv")
    assert said.status_code == 200
    assert len(said.get_data(as_text=True).strip().splitlines()) == 3
