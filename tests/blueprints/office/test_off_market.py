"""Dana takes a unit off the market while its kitchen is made new."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.settings(DUEBOOK_TODAY="2026-03-10")]


@pytest.fixture
def unit(house) -> str:
    from domain.actions import properties

    own = properties.add_property(properties.House("Harbor House"), by=house.by, now=house.now)
    return properties.add_unit(own, properties.Let("1A"), by=house.by, now=house.now)


@pytest.fixture
def dana(house):
    return house.client("dana")


def typed(dana, unit: str, **fields: str) -> dict[str, str]:
    page = dana.get(f"/office/units/{unit}/off-market/new").text
    ref = re.search(r'name="form_ref"[^>]*value="([^"]+)"', page)[1]
    return {
        "from_on": "2026-03-01",
        "until_on": "2026-03-31",
        "reason": "New kitchen",
        "form_ref": ref,
    } | fields


def rows(app) -> list:
    from models import OffMarket, db

    with app.app_context():
        return db.session.execute(sa.select(OffMarket.from_on, OffMarket.until_on)).all()


def test_a_unit_off_the_market_says_so_until_it_is_to_let_again(app, dana, unit):
    assert "Vacant, unrented" in dana.get(f"/office/units/{unit}").text
    form = typed(dana, unit)
    for _twice in range(2):
        assert dana.post(f"/office/units/{unit}/off-market", data=form).status_code == 303
    assert len(rows(app)) == 1
    page = dana.get(f"/office/units/{unit}").text
    assert 'data-variant="secondary">Off market' in page
    again = re.search(r'action="(/office/units/[^"]+/off-market/[^"]+/end)"', page)[1]
    assert dana.post(again).status_code == 303
    assert [str(last) for _first, last in rows(app)] == ["2026-03-09"]
    assert "Vacant, unrented" in dana.get(f"/office/units/{unit}").text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("reason", "", "Say why"), ("until_on", "2026-02-01", "is before"), ("from_on", "soon", "soon")],
)
def test_what_cannot_be_is_refused_kept_and_writes_nothing(app, dana, unit, field, value, said):
    answer = dana.post(f"/office/units/{unit}/off-market", data=typed(dana, unit, **{field: value}))
    assert answer.status_code == 422
    assert said in answer.text
    assert rows(app) == []


def test_days_that_overlap_are_refused(app, dana, unit):
    dana.post(f"/office/units/{unit}/off-market", data=typed(dana, unit))
    answer = dana.post(
        f"/office/units/{unit}/off-market", data=typed(dana, unit, from_on="2026-03-31", until_on="")
    )
    assert answer.status_code == 422
    assert "off the market from" in answer.text
    assert len(rows(app)) == 1
