"""What paying otherwise would do: told while typing, and as a page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fixtures.agreements import clock_today
from tests.fixtures.four_kinds import open_lease_for


@pytest.fixture
def bo(house):
    return house.client("bo")


@pytest.mark.parametrize("query", ["way=more&amount=50", "way=once&amount=500"])
def test_more_money_ends_it_sooner_and_saves_interest(bo, open_agreement, query) -> None:
    ref = open_agreement("bo")
    page = bo.get(f"/agreements/{ref}/what-if?{query}")
    assert page.status_code == 200
    assert "Interest saved" in page.text
    assert "Nothing is changed here." in page.text
    part = bo.get(f"/agreements/{ref}/what-if?{query}", headers={"HX-Request": "true"}).text
    assert "Interest saved" in part
    assert "<html" not in part


def test_another_day_is_told_with_what_it_costs(house, bo, open_agreement) -> None:
    ref = open_agreement("bo", age_days=14)
    on = clock_today(house) + timedelta(days=20)
    page = bo.get(f"/agreements/{ref}/what-if?way=day&on={on}").text
    assert "Interest it costs on top" in page


def test_before_anything_is_typed_the_page_only_asks(bo, open_agreement) -> None:
    page = bo.get(f"/agreements/{open_agreement('bo')}/what-if")
    assert page.status_code == 200
    assert "Type an amount or choose a day" in page.text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("way=more&amount=lots", "amount"),
        ("way=more&amount=-5", "amount"),
        ("way=more&amount=0", "amount"),
        ("way=more&amount=99999999", "amount"),
        ("way=once&amount=50&on=1999-01-01", "on"),
        ("way=once&amount=50&on=2999-01-01", "on"),
        ("way=day&on=1999-01-01", "on"),
        ("way=day&on=2999-01-01", "on"),
        ("way=day&amount=5", "on"),
        ("way=dance&amount=5", "way"),
    ],
)
def test_what_cannot_be_told_is_refused_at_its_field(bo, open_agreement, query, field) -> None:
    answer = bo.get(f"/agreements/{open_agreement('bo')}/what-if?{query}")
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_a_kind_without_it_and_a_stranger_find_no_such_page(house, bo, open_agreement) -> None:
    lease = open_lease_for(house, "bo")
    assert bo.get(f"/agreements/{lease}/what-if").status_code == 404
    assert "/what-if" not in bo.get(f"/agreements/{lease}/schedule").text
    assert house.client("stan").get(f"/agreements/{open_agreement('bo')}/what-if").status_code == 404
