"""The delinquency ladder: once per late payment, the highest rung only, and nothing while something waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.ladder import (
    ACTS,
    DEFAULT,
    Late,
    Rung,
    Standing,
    acts_of,
    check_rung,
    in_use,
    limited_fee,
    next_look,
)
from domain.rules.legal_caps import LegalCap
from domain.words import Refused

SINCE = date(2026, 3, 1)
LATE = Late(SINCE, 120_000)
FREE = Standing()
HOLD = Rung("Stop", "hold", 60, body={"hold": "other", "words": "Please call us."})


def day(number: int) -> date:
    return SINCE + timedelta(days=number)


def names(rungs: tuple[Rung, ...]) -> list[str]:
    return [rung.name for rung in rungs]


def test_each_rung_is_climbed_on_its_day_and_not_a_day_before() -> None:
    assert names(acts_of(LATE, DEFAULT, (), FREE, day(4)).do) == []
    assert names(acts_of(LATE, DEFAULT, (), FREE, day(5)).do) == ["First notice"]
    done = {"First notice"}
    assert names(acts_of(LATE, DEFAULT, done, FREE, day(15)).do) == ["Call", "Second notice"]


def test_switched_on_late_it_sends_one_notice_and_passes_the_earlier_ones_over() -> None:
    climb = acts_of(LATE, DEFAULT, (), FREE, day(200))
    assert sorted(names(climb.do)) == ["Second call", "Third notice"]
    assert sorted(names(climb.passed)) == ["Call", "First notice", "Second notice"]


def test_it_waits_for_a_promise_and_for_money_on_its_way_that_covers_all() -> None:
    for standing in (Standing(waits_until=day(6)), Standing(on_its_way_minor=120_000)):
        climb = acts_of(LATE, DEFAULT, (), standing, day(6))
        assert climb.do == ()
        assert climb.waits is not None
    assert acts_of(LATE, DEFAULT, (), Standing(waits_until=day(5)), day(6)).do
    assert acts_of(LATE, DEFAULT, (), Standing(on_its_way_minor=119_999), day(6)).do


def test_while_a_hold_stands_nobody_is_pressed_but_calls_go_on_and_the_notice_comes_after_it() -> None:
    climb = acts_of(LATE, DEFAULT, (), Standing(held=True), day(15))
    assert names(climb.do) == ["Call"]
    assert names(acts_of(LATE, DEFAULT, {"Call"}, FREE, day(16)).do) == ["Second notice"]


def test_a_rung_for_larger_amounts_leaves_smaller_ones_alone() -> None:
    rungs = (replace(DEFAULT[0], least_minor=120_001),)
    assert acts_of(LATE, rungs, (), FREE, day(9)).do == ()
    assert next_look(LATE, rungs, (), FREE, day(9), day(31)) == day(32)


def test_the_version_of_the_day_counts_and_one_switched_off_does_not() -> None:
    rungs = (
        *DEFAULT,
        replace(DEFAULT[0], version=2, days_late=8, effective_from=day(10)),
        replace(DEFAULT[1], version=2, active=False, effective_from=day(10)),
    )
    assert in_use(rungs, "loan", day(9)) == tuple(sorted(DEFAULT, key=lambda one: (one.days_late, one.name)))
    later = in_use(rungs, "loan", day(10))
    assert [(one.name, one.days_late) for one in later][0] == ("First notice", 8)
    assert "Second notice" not in names(later)


def test_a_rung_for_one_kind_leaves_the_others_alone() -> None:
    assert in_use((replace(HOLD, kind="rental"),), "loan", day(1)) == ()


def test_the_next_look_is_the_day_of_the_next_rung_and_never_today() -> None:
    assert next_look(None, DEFAULT, (), FREE, day(0), day(10)) == day(15)
    assert next_look(LATE, DEFAULT, (), FREE, day(1), day(31)) == day(5)
    assert next_look(LATE, DEFAULT, {"First notice"}, FREE, day(5), day(31)) == day(15)
    assert next_look(LATE, DEFAULT, {one.name for one in DEFAULT}, FREE, day(30), day(31)) is None
    assert next_look(None, DEFAULT, (), FREE, day(1), None) is None
    assert next_look(LATE, DEFAULT, (), Standing(waits_until=day(20)), day(6), None) == day(21)


def test_the_law_lowers_a_fee_and_counts_what_was_asked_already() -> None:
    rung = Rung("Fee", "fee", 6, body={"amount_minor": 7_500})
    # New York, Real Property Law 238-a: the lesser of $50 and 5 % of the rent, after 5 days.
    law = LegalCap(
        "US-NY", "late_fee", date(2019, 6, 14), "RPL 238-a", date(2026, 1, 5), amount_minor=5_000,
        percent=Decimal(5), earliest_days=5,
    )  # fmt: skip
    assert limited_fee(rung, LATE, [law], "rental", 120_000, 0, day(6)).amount_minor == 5_000
    assert limited_fee(rung, LATE, [law], "rental", 80_000, 0, day(6)).amount_minor == 4_000
    assert limited_fee(rung, LATE, [law], "rental", 120_000, 3_000, day(6)).amount_minor == 2_000
    assert limited_fee(rung, LATE, [law], "rental", 120_000, 9_000, day(6)).amount_minor == 0
    assert limited_fee(rung, LATE, [law], "rental", 120_000, 0, day(4)).amount_minor == 0
    assert limited_fee(rung, LATE, [], "rental", 120_000, 9_000, day(6)).amount_minor == 7_500


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"), ({"act": "sue"}, "act"), ({"kind": "boat"}, "kind"), ({"days_late": 0}, "days_late"),
        ({"least_minor": -1}, "least"), ({"body": {"hold": "eviction", "words": "x"}}, "hold"),
        ({"body": {"hold": "other"}}, "words"), ({"act": "fee", "body": {}}, "amount"),
    ],
)  # fmt: skip
def test_a_rung_that_cannot_be_meant_is_refused_beside_its_field(
    change: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as told:
        check_rung(replace(HOLD, **change))
    assert told.value.field == field
    check_rung(HOLD)
    for rung in DEFAULT:
        check_rung(rung)


RUNGS = st.lists(
    st.builds(
        Rung, st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(sorted(ACTS)), st.integers(1, 90),
        least_minor=st.integers(0, 200_000),
    ),
    max_size=6, unique_by=lambda rung: rung.name,
)  # fmt: skip


@given(RUNGS, st.integers(1, 120), st.integers(1, 120), st.integers(0, 150_000), st.booleans())
def test_day_by_day_each_rung_is_climbed_at_most_once_and_the_next_look_never_misses_one(
    rungs: list[Rung], days: int, wait: int, on_its_way: int, held: bool
) -> None:
    standing = Standing(on_its_way, held, day(wait) if wait < 60 else None)
    daily, looked = set[str](), set[str]()
    climbed: list[tuple[int, str]] = []
    seen: list[tuple[int, str]] = []
    look: date | None = day(1)
    for number in range(1, days):
        climb = acts_of(LATE, rungs, daily, standing, day(number))
        assert not {rung.name for rung in climb.do} & daily
        assert len({rung.act for rung in climb.do}) == len(climb.do)
        daily |= {rung.name for rung in (*climb.do, *climb.passed)}
        climbed += [(number, rung.name) for rung in climb.do]
        if look is not None and look <= day(number):
            climb = acts_of(LATE, rungs, looked, standing, day(number))
            looked |= {rung.name for rung in (*climb.do, *climb.passed)}
            seen += [(number, rung.name) for rung in climb.do]
            look = next_look(LATE, rungs, looked, standing, day(number), None)
            assert look is None or look > day(number)
    assert seen == climbed
