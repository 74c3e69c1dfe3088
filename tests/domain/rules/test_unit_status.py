"""What a unit is on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.unit_status import NAMES, OCCUPIED, Days, GivenNotice, Stay, stay_on, unit_status

JUNE = date(2026, 6, 1)


def day(month: int, of_month: int = 1) -> date:
    return date(2026, month, of_month)


LIVING = Stay(date(2025, 1, 1))
LEAVING = Stay(date(2025, 1, 1), day(6, 30), notices=(GivenNotice(day(5, 10), day(6, 30)),))
NEXT = Stay(day(7, 5), agreed_on=day(5, 20))


@pytest.mark.parametrize(
    ("on", "stays", "off", "status"),
    [
        (JUNE, (LIVING,), (), "current"),
        (JUNE, (LEAVING,), (), "notice_unrented"),
        (JUNE, (LEAVING, NEXT), (), "notice_rented"),
        (day(5, 9), (LEAVING, NEXT), (), "current"),
        (day(5, 15), (LEAVING, NEXT), (), "notice_unrented"),
        (day(7, 1), (LEAVING, NEXT), (), "vacant_rented"),
        (day(7, 5), (LEAVING, NEXT), (), "current"),
        (JUNE, (), (), "vacant_unrented"),
        (JUNE, (), (Days(day(5), day(6, 15)),), "off_market"),
        (day(6, 16), (), (Days(day(5), day(6, 15)),), "vacant_unrented"),
        (JUNE, (LIVING,), (Days(day(5)),), "current"),
        (JUNE, (Stay(day(1), evictions=(Days(day(5)),)),), (), "eviction"),
        (JUNE, (Stay(day(1), evictions=(Days(day(5), day(5, 31)),)),), (), "current"),
    ],
)
def test_a_unit_is_what_its_stays_say_on_that_day(on, stays, off, status):
    assert unit_status(on, stays, off) == status


def test_a_notice_taken_back_counts_until_the_day_it_was():
    stay = Stay(day(1), notices=(GivenNotice(day(4), day(6, 30), withdrawn_on=day(5, 2)),))
    assert unit_status(day(5), (stay,)) == "notice_unrented"
    assert unit_status(day(5, 2), (stay,)) == "current"


def test_a_lease_written_down_later_does_not_make_an_earlier_day_rented():
    assert unit_status(day(3), (Stay(day(7), agreed_on=day(5)),)) == "vacant_unrented"


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=4),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 90)), max_size=3),
    st.integers(0, 400),
)
def test_a_unit_is_occupied_exactly_when_somebody_stays_there(stays, off, on):
    began = date(2026, 1, 1)
    made = [Stay(began + timedelta(a), began + timedelta(a + b)) for a, b in stays]
    closed = [Days(began + timedelta(a), began + timedelta(a + b)) for a, b in off]
    today = began + timedelta(on)
    status = unit_status(today, made, closed)
    assert status in NAMES
    assert (status in OCCUPIED) == (stay_on(today, made) is not None)
