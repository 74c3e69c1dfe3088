"""Dana notes down the houses, and sees what is let and to whom."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.fixtures.rentals import let_flat


@pytest.fixture
def dana(house):
    return house.client("dana")


def counted(app, name: str) -> int:
    import models

    with app.app_context():
        return models.db.session.scalar(sa.select(sa.func.count()).select_from(getattr(models, name)))


def add_house(dana, **typed: str):
    typed = {"name": "Harbor House", "address": "1 Quay\nPortland", "jurisdiction": "us-me"} | typed
    return dana.post("/office/properties", data=typed)


def test_the_list_says_how_to_begin_while_there_is_no_property(dana):
    page = dana.get("/office/properties")
    assert page.status_code == 200
    assert "No properties yet" in page.text
    assert 'href="/office/properties/new"' in page.text


def test_a_property_is_added_found_and_changed(app, dana):
    answer = add_house(dana)
    assert answer.status_code == 303
    page = dana.get(answer.location)
    assert "Harbor House" in page.text
    assert "Nothing to let yet" in page.text
    assert "Harbor House" in dana.get("/office/properties?q=quay").text
    assert "No property fits" in dana.get("/office/properties?q=castle").text
    ref = answer.location.rsplit("/", 1)[1]
    form = dana.get(f"/office/properties/{ref}/edit").text
    assert "1 Quay" in form
    changed = dana.post(
        f"/office/properties/{ref}", data={"name": "Quay House", "address": "", "jurisdiction": ""}
    )
    assert changed.status_code == 303
    assert "Quay House" in dana.get(changed.location).text
    assert counted(app, "Property") == 1


def test_a_name_that_is_missing_or_in_use_is_refused_at_the_field_and_what_was_typed_is_kept(app, dana):
    assert add_house(dana, name=" ").status_code == 422
    assert counted(app, "Property") == 0
    add_house(dana)
    again = add_house(dana, address="2 Other Street")
    assert again.status_code == 422
    assert "Another one is named Harbor House" in again.text
    assert "2 Other Street" in again.text
    assert counted(app, "Property") == 1


def test_a_property_says_who_lives_in_each_unit_and_which_is_vacant(house, dana):
    flat = let_flat(house, "tess")
    page = dana.get(f"/office/properties/{flat.property}")
    assert "Tess Okafor" in page.text
    assert "0 vacant" in page.text
    other = dana.post(f"/office/properties/{flat.property}/units", data={"name": "9Z"})
    assert other.status_code == 303
    page = dana.get(f"/office/properties/{flat.property}")
    assert "1 vacant" in page.text
    assert "Vacant" in page.text


def test_a_flat_that_is_let_from_a_later_day_is_vacant_until_then(house, dana):
    flat = let_flat(house, "tess", begins_in=timedelta(days=40))
    page = dana.get(f"/office/properties/{flat.property}")
    assert "Vacant" in page.text
    assert "Tess Okafor" in page.text


def test_only_staff_see_properties(house, dana):
    ref = add_house(dana).location.rsplit("/", 1)[1]
    for name, read, sent in (("bo", 404, 404), ("lena", 404, 403), ("adam", 200, 303)):
        assert house.client(name).get(f"/office/properties/{ref}").status_code == read
        said = house.client(name).post(f"/office/properties/{ref}", data={"name": "Mine"}).status_code
        assert said == sent
    assert dana.get("/office/properties/not-one-of-ours").status_code == 404


def test_the_list_costs_the_same_statements_for_one_property_as_for_many(dana, count_statements):
    add_house(dana)
    dana.get("/office/properties")
    with count_statements() as one:
        dana.get("/office/properties")
    for number in range(8):
        add_house(dana, name=f"House {number}")
    with count_statements() as many:
        dana.get("/office/properties")
    assert len(many) == len(one)


def test_a_lease_for_a_term_says_its_last_day_and_the_page_leads_to_what_belongs_to_the_house(house, dana):
    flat = let_flat(house, "tess", to_on=date(2031, 5, 31), goes_on=True)
    page = dana.get(f"/office/properties/{flat.property}").text
    assert re.search(r"31[^<]*, then month to month</td>", page)
    for place in (f"rent-roll?property_ref={flat.property}", f"expenses?property={flat.property}",
                  f"gaps?property_ref={flat.property}", "owner-statements?q=Harbor+House",
                  f"properties/{flat.property}/owners"):  # fmt: skip
        assert f'href="/office/{place}"' in page, place
