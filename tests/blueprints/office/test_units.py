"""Dana notes down what is let in a house, and sees its stays."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.fixtures.rentals import let_flat


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def own(house) -> str:
    from domain.actions import properties

    return properties.add_property(properties.House("Harbor House"), by=house.by, now=house.now)


def units(app) -> list:
    from models import Unit, db

    with app.app_context():
        return db.session.execute(
            sa.select(Unit.name, Unit.beds, Unit.baths, Unit.size, Unit.market_rent_minor)
        ).all()


def test_a_unit_is_added_with_its_figures_and_shown(app, dana, own):
    typed = {"name": "2B", "beds": "2", "baths": "1.5", "size": "850", "market_rent": "1,450.00"}
    answer = dana.post(f"/office/properties/{own}/units", data=typed)
    assert answer.status_code == 303
    (row,) = units(app)
    assert (row.name, row.beds, str(row.baths), row.size, row.market_rent_minor) == (
        "2B",
        2,
        "1.5",
        850,
        145_000,
    )
    assert "$1,450.00" in dana.get(f"/office/properties/{own}").text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Write the name of the unit"),
        ("beds", "two", "Write a whole number"),
        ("beds", "-1", "must be zero or above"),
        ("baths", "1,x", "Write a number"),
        ("size", "99999999", "small enough to be meant"),
        ("market_rent", "a lot", "a lot"),
    ],
)
def test_what_cannot_be_meant_is_refused_kept_and_writes_nothing(app, dana, own, field, typed, said):
    answer = dana.post(f"/office/properties/{own}/units", data={"name": "2B", "address": ""} | {field: typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert units(app) == []


def test_two_units_of_a_house_have_different_names(app, dana, own):
    assert dana.post(f"/office/properties/{own}/units", data={"name": "2B"}).status_code == 303
    again = dana.post(f"/office/properties/{own}/units", data={"name": " 2B "})
    assert again.status_code == 422
    assert "Another one is named 2B" in again.text
    assert len(units(app)) == 1


def test_a_units_page_shows_its_stays_and_changing_it_leaves_them_alone(app, house, dana):
    flat = let_flat(house, "tess")
    page = dana.get(f"/office/units/{flat.unit}")
    assert "Tess Okafor" in page.text
    assert "month to month" in page.text
    assert dana.get(f"/office/units/{flat.unit}/edit").status_code == 200
    answer = dana.post(f"/office/units/{flat.unit}", data={"name": "Loft", "market_rent": "2000"})
    assert answer.status_code == 303
    assert "Loft" in dana.get(answer.location).text
    assert "Tess Okafor" in dana.get(answer.location).text


def test_only_staff_reach_units(house):
    flat = let_flat(house, "tess")
    for name, read, sent in (("tess", 404, 404), ("stan", 404, 404), ("lena", 404, 403), ("adam", 200, 303)):
        assert house.client(name).get(f"/office/units/{flat.unit}").status_code == read
        said = house.client(name).post(f"/office/units/{flat.unit}", data={"name": "Mine"}).status_code
        assert said == sent


def test_each_change_of_the_market_rent_is_kept_with_its_day(app, dana, house, own):
    from domain.actions import properties
    from models import MarketRent, db

    unit = properties.add_unit(
        own, properties.Let("2B", market_rent_minor=140_000), by=house.by, now=house.now
    )
    for rent in ("1,450.00", "1,450.00", "1,500.00"):
        sent = dana.post(f"/office/units/{unit}", data={"name": "2B", "market_rent": rent})
        assert sent.status_code == 303
    with app.app_context():
        kept = db.session.scalars(sa.select(MarketRent.amount_minor).order_by(MarketRent.id)).all()
    assert kept == [140_000, 145_000, 150_000]
    page = dana.get(f"/office/units/{unit}").text
    assert "$1,400.00" in page
    assert "$1,450.00" in page
