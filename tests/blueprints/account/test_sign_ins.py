"""Where I am signed in, and ending it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine


def keys(page: str) -> list[str]:
    return re.findall(r'name="which" value="([0-9a-f]{64})"', page)


def test_i_see_my_own_sign_ins_and_which_one_is_this(house):
    here, _elsewhere, _stan = house.client("bo"), house.client("bo"), house.client("stan")
    page = here.get("/account/sign-ins").text
    assert page.count("This device") == 1
    assert len(keys(page)) == 1  # the other one may be ended, this one is signed out of


@pytest.mark.safety("S5")
def test_ending_one_takes_effect_at_once(house):
    here, elsewhere = house.client("bo"), house.client("bo")
    [key] = keys(here.get("/account/sign-ins").text)
    assert here.post("/account/sign-ins/ended", data={"which": key}).status_code == 303
    assert elsewhere.get("/profile").status_code == 303
    assert here.get("/profile").status_code == 200
    assert (
        here.post("/account/sign-ins/ended", data={"which": key}).status_code == 303
    )  # twice changes nothing


@pytest.mark.safety("W9")
def test_nobody_ends_somebody_elses(house):
    bo, bo_too, stan = house.client("bo"), house.client("bo"), house.client("stan")
    [key] = keys(bo.get("/account/sign-ins").text)
    for which in (key, "", "x", "\x00", "a" * 500):
        assert stan.post("/account/sign-ins/ended", data={"which": which}).status_code == 404
    assert bo_too.get("/profile").status_code == 200


@pytest.mark.safety("S5")
def test_ending_all_others_leaves_this_one(house):
    here, *others = (house.client("bo") for _browser in range(3))
    stan = house.client("stan")
    assert here.post("/account/sign-ins/others/ended").status_code == 303
    assert [other.get("/profile").status_code for other in others] == [303, 303]
    assert here.get("/profile").status_code == 200
    assert stan.get("/profile").status_code == 200


@pytest.mark.safety("S4")
def test_a_sign_in_runs_out_when_idle_and_at_the_latest_after_a_day(house):
    start = datetime.now(UTC)
    client = house.client("bo")
    with time_machine.travel(start + timedelta(minutes=31)):
        assert client.get("/profile").status_code == 303
    client = house.client("bo")
    for minutes in range(0, 24 * 60, 25):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert client.get("/profile").status_code == 200
    with time_machine.travel(start + timedelta(hours=24, minutes=5)):
        assert client.get("/profile").status_code == 303


def test_what_ran_out_is_not_listed(house):
    old = house.client("bo")
    assert old.get("/profile").status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=45)):
        page = house.client("bo").get("/account/sign-ins").text
    assert keys(page) == []
