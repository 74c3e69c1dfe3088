"""Dana writes down the car behind a loan, its title, and how it was taken back; Bo reads what is his."""

from __future__ import annotations

import re

import pytest

from tests.fixtures.forms import fields_of

VIN = "1HGCM82633A004352"
"""A Honda of model year 2003, made in the United States: the worked example of many decoders; check digit 3."""


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def car(dana, open_agreement):
    """(the agreement, the page of its car)"""
    ref = open_agreement("bo", number="L-1", title="Accord")
    page = dana.get(f"/office/agreements/{ref}/vehicles/new").text
    form = fields_of(page, f"/office/agreements/{ref}/vehicles")
    sent = form | {"vin": VIN.lower(), "plate": "7abc 123", "plate_state": "me", "model": "Accord"}
    for _twice in range(2):
        assert dana.post(f"/office/agreements/{ref}/vehicles", data=sent).status_code == 303
    shown = dana.get(f"/office/agreements/{ref}").text
    (place,) = set(re.findall(r'href="(/office/vehicles/[^"]+)"', shown))
    return ref, place


def test_a_car_is_written_down_once_with_what_its_vin_says_and_is_found_by_plate_and_vin(dana, car):
    ref, place = car
    page = dana.get(place).text
    assert "2003 Honda Accord" in page
    assert "the United States" in page
    for q in ("7ABC123", "004352", "honda accord 2003"):
        assert f"/office/agreements/{ref}" in dana.get("/office/search", query_string={"q": q}).text, q
    dana.post(place, data={"vin": VIN, "plate": "8XYZ", "year": "2003", "make": "Honda", "model": "Accord"})
    assert "Nothing fits" in dana.get("/office/search?q=7abc").text
    assert f"/office/agreements/{ref}" in dana.get("/office/search?q=8xyz").text


def test_a_repossession_goes_step_by_step_with_day_and_reason_and_the_customer_reads_none_of_it(
    house, dana, car
):
    ref, place = car
    step = {"on": "2026-01-05", "note": "Three payments missed"}
    assert dana.post(f"{place}/custody", data=step | {"custody": "sold"}).status_code == 422
    assert dana.post(f"{place}/custody", data=step | {"custody": "assigned", "note": ""}).status_code == 422
    assert (
        dana.post(f"{place}/custody", data=step | {"custody": "assigned", "on": "2999-01-01"}).status_code
        == 422
    )
    assert dana.post(f"{place}/custody", data=step | {"custody": "assigned"}).status_code == 303
    early = step | {"custody": "repossessed", "on": "2026-01-04"}
    assert dana.post(f"{place}/custody", data=early).status_code == 422
    assert dana.post(f"{place}/custody", data=early | {"on": "2026-01-06"}).status_code == 303
    assert (
        dana.post(f"{place}/title", data={"title_status": "held", "title_number": "T-99"}).status_code == 303
    )
    page = dana.get(f"/office/agreements/{ref}").text
    for words in ("Repossessed", "Three payments missed", "We hold the title", "T-99"):
        assert words in page
    mine = house.client("bo").get(f"/agreements/{ref}").text
    assert "2003 Honda Accord" in mine
    assert "7ABC 123 ME" in mine
    for words in ("Repossessed", "missed", "T-99"):
        assert words not in mine


def test_nonsense_is_refused_at_its_field_and_a_doubtful_vin_is_told(dana, car):
    _ref, place = car
    for wrong in ({"vin": ""}, {"year": "99999"}, {"vin": VIN, "miles": "-1"}):
        assert dana.post(place, data=wrong).status_code == 422, wrong
    assert dana.post(place, data={"vin": VIN[:-1] + "3"}).status_code == 303
    assert "check digit" in dana.get(place).text


def test_no_car_stands_behind_a_rent_and_a_stranger_sees_none(house, dana, open_rental, car):
    rent = open_rental("tess")
    assert dana.get(f"/office/agreements/{rent}/vehicles/new").status_code == 404
    assert house.client("stan").get(car[1]).status_code in (403, 404)


def test_the_opening_form_of_a_loan_takes_a_car(dana):
    page = dana.get("/office/agreements/new/loan").text
    form = fields_of(page, "/office/agreements/new/loan/review")
    form |= {
        "title": "Civic", "principal": "9000", "rate": "9.9", "count": "36", "goods-0-item": "Civic",
        "goods-0-vin": VIN, "goods-0-plate": "ab 12",
    }  # fmt: skip
    answer = dana.post("/office/agreements/new/loan/open", data=form)
    assert answer.status_code == 303, answer.text
    assert "2003 Honda" in dana.get(answer.location).text
