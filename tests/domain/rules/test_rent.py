"""Rent: what falls due when, for whom, and what is given back, with the worked cases of the trade."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.rules.planned import PlannedCharge
from domain.rules.rent import (
    Concession,
    RentLine,
    RentTerms,
    charges,
    monthly_equivalent,
    yearly_increase,
    yearly_rows,
)
from domain.words import Trace

RENT = RentLine("rent", "Rent", 120000)
PARKING = RentLine("addon", "Parking", 5000)
YEAR = RentTerms(date(2026, 1, 1), date(2026, 12, 31), 1, lines=(RENT,))


def lease(*lines: RentLine, **changed: object) -> RentTerms:
    return replace(YEAR, **({"lines": lines or YEAR.lines} | changed))


def amounts(terms: RentTerms, through: date = date(2027, 12, 31)) -> list[int]:
    return [charge.amount_minor for charge in charges(terms, through)]


def told(trace: Trace) -> str:
    return "\n".join(str(step.sentence) for step in trace.steps)


def on(terms: RentTerms, day: date) -> list[PlannedCharge]:
    return [charge for charge in charges(terms, day) if charge.due_on == day]


def test_a_year_of_rent_is_twelve_charges_in_advance() -> None:
    plan = charges(YEAR, date(2027, 6, 30))
    assert [charge.amount_minor for charge in plan] == [120000] * 12
    second = plan[1]
    assert (second.number, second.type, second.rule, second.key) == (
        2,
        "rent",
        "rent.rent",
        "2026-02-01:rent:",
    )
    assert (second.due_on, second.period_from, second.period_to) == (
        date(2026, 2, 1), date(2026, 2, 1), date(2026, 2, 28),
    )  # fmt: skip
    assert told(second.trace) == "2026-02-01 to 2026-02-28: one period at 1200.00 USD."


def test_the_first_part_is_due_on_the_day_of_moving_in() -> None:
    first = charges(lease(from_on=date(2026, 1, 10)), date(2026, 2, 28))[0]
    assert (first.due_on, first.period_to, first.amount_minor) == (
        date(2026, 1, 10),
        date(2026, 1, 31),
        85161,
    )


def test_a_first_part_over_two_months_is_one_rounded_line() -> None:
    terms = RentTerms(date(2026, 8, 20), date(2027, 8, 14), 15, lines=(replace(RENT, amount_minor=100000),))
    assert amounts(terms) == [85376] + [100000] * 11


def test_the_last_part_is_prorated() -> None:
    assert amounts(lease(to_on=date(2026, 3, 15))) == [120000, 120000, 58065]


def test_the_due_day_is_kept() -> None:
    terms = RentTerms(date(2026, 1, 31), lines=(RENT,))
    assert [charge.due_on.isoformat() for charge in charges(terms, date(2026, 5, 1))] == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("frequency", "more", "expected"),
    [
        ("weekly", {}, "2026-01-07 2026-01-14 2026-01-21"),
        ("weekly", {"anchor": date(2026, 1, 2)}, "2026-01-07 2026-01-09 2026-01-16"),
        ("biweekly", {}, "2026-01-07 2026-01-21 2026-02-04"),
        ("every-4-weeks", {}, "2026-01-07 2026-02-04 2026-03-04"),
        ("semimonthly", {"anchor_days": (31, 15)}, "2026-01-07 2026-01-15 2026-01-31"),
        ("semimonthly", {}, "2026-01-07 2026-01-22 2026-02-07"),
        ("monthly", {"due_day": 1}, "2026-01-07 2026-02-01 2026-03-01"),
        ("quarterly", {"due_day": 1}, "2026-01-07 2026-04-01 2026-07-01"),
        ("quarterly", {"due_day": 1, "anchor": date(2025, 12, 1)}, "2026-01-07 2026-03-01 2026-06-01"),
        ("yearly", {}, "2026-01-07 2027-01-07 2028-01-07"),
    ],
)
def test_rent_falls_due_by_its_frequency(frequency: str, more: dict[str, object], expected: str) -> None:
    terms = RentTerms(date(2026, 1, 7), frequency=frequency, lines=(RENT,), **more)  # type: ignore[arg-type]
    assert " ".join(str(charge.due_on) for charge in charges(terms, date(2028, 12, 31))[:3]) == expected


def test_rent_keeps_posting_when_the_lease_goes_month_to_month() -> None:
    assert len(amounts(lease(goes_on=True))) == 24
    assert amounts(lease(goes_on=True, to_on=date(2026, 3, 15)), date(2026, 5, 1)) == [120000] * 5
    assert len(amounts(YEAR)) == 12


def test_a_raise_in_the_middle_of_a_period_is_one_rounded_line() -> None:
    rows = (
        replace(RENT, until_on=date(2026, 6, 14)),
        replace(RENT, amount_minor=130000, from_on=date(2026, 6, 15)),
    )
    june = on(lease(*rows), date(2026, 6, 1))
    assert [charge.amount_minor for charge in june] == [125333]  # 1,200 x 14/30 + 1,300 x 16/30
    assert told(june[0].trace) == (
        "2026-06-01 to 2026-06-14: 1200.00 USD x (14/30) = 560.0000.\n"
        "2026-06-15 to 2026-06-30: 1300.00 USD x (16/30) = 693.3333.\n"
        "The line is rounded half up to 1253.33 USD."
    )
    assert amounts(lease(*rows))[6] == 130000


@pytest.mark.parametrize("method", ["actual", "30", "30/360", "365", "366", "none"])
@pytest.mark.parametrize("day", [date(2026, 2, 10), date(2026, 7, 16), date(2026, 7, 31)])
def test_a_raise_of_nothing_changes_nothing(method: str, day: date) -> None:
    rows = (replace(RENT, until_on=day.replace(day=day.day - 1)), replace(RENT, from_on=day))
    for begins in (date(2026, 1, 1), date(2026, 1, 17)):
        whole = lease(from_on=begins, due_day=17, proration=method)
        assert amounts(replace(whole, lines=rows)) == amounts(whole)


def test_lines_with_other_dates_are_prorated_and_due_when_they_begin() -> None:
    water = RentLine("utility", "Water", 3100, until_on=date(2026, 1, 10), prorate=False)
    terms = lease(RENT, replace(PARKING, from_on=date(2026, 1, 17)), water)
    january = [
        (charge.due_on.day, charge.type, charge.amount_minor) for charge in charges(terms, date(2026, 1, 31))
    ]
    assert january == [(1, "rent", 120000), (1, "utility", 3100), (17, "addon", 2419)]
    assert charges(terms, date(2026, 1, 31))[2].key == "2026-01-01:parking:"
    assert [charge.amount_minor for charge in charges(terms, date(2026, 2, 1), date(2026, 1, 31))] == [
        120000,
        5000,
    ]


def test_a_line_may_pause_within_a_period_and_stays_one_charge() -> None:
    rows = (replace(PARKING, until_on=date(2026, 4, 9)), replace(PARKING, from_on=date(2026, 4, 22)))
    april = [charge for charge in on(lease(RENT, *rows), date(2026, 4, 1)) if charge.type == "addon"]
    assert [(charge.amount_minor, charge.period_to.day) for charge in april] == [
        (3000, 30)
    ]  # 9 + 9 of 30 days


def test_asking_after_a_day_gives_the_same_as_walking_from_the_start() -> None:
    terms = lease(RENT, PARKING, goes_on=True, due_day=15, from_on=date(2026, 1, 20))
    whole = charges(terms, date(2030, 1, 1))
    assert whole[:6] + charges(terms, date(2030, 1, 1), whole[5].due_on) == whole
    assert charges(terms, date(2029, 9, 15), date(2029, 9, 14)) == whole[-8:-6]
    assert charges(terms, date(2025, 12, 31)) == ()


def test_one_month_free_spread_over_12_x_800() -> None:
    free = Concession("One month free", "spread", 80000)
    terms = lease(replace(RENT, amount_minor=80000), concessions=(free,))
    assert amounts(terms) == [73333] * 11 + [73337]
    assert sum(amounts(terms)) == 880000
    assert told(charges(terms, date(2026, 1, 1))[0].trace) == (
        "2026-01-01 to 2026-01-31: one period at 800.00 USD.\n"
        "One month free: 66.67 USD less.\n"
        "Instead of 800.00 USD it is 733.33 USD."
    )


def test_a_concession_is_spread_over_whole_periods_only() -> None:
    free = Concession("One month free", "spread", 120000)
    terms = lease(from_on=date(2026, 1, 10), to_on=date(2027, 1, 9), concessions=(free,), goes_on=True)
    assert amounts(terms, date(2027, 2, 28)) == [85161] + [109091] * 10 + [109090, 120000, 120000]


def test_a_free_period_costs_nothing_and_is_still_shown() -> None:
    march = Concession("March free", "free", from_on=date(2026, 3, 1), until_on=date(2026, 3, 31))
    plan = charges(lease(RENT, PARKING, concessions=(march,)), date(2026, 4, 1))
    assert [charge.amount_minor for charge in plan] == [120000, 5000, 120000, 5000, 0, 5000, 120000, 5000]
    assert told(plan[4].trace).splitlines()[1:] == [
        "March free: 1200.00 USD less.",
        "Of 1200.00 USD nothing is left to pay.",
    ]


def test_free_days_are_a_part_of_the_same_rounded_line() -> None:
    week = Concession("First days free", "free", from_on=date(2026, 1, 1), until_on=date(2026, 1, 10))
    first = charges(lease(concessions=(week,)), date(2026, 1, 1))[0]
    assert first.amount_minor == 81290  # 1,200 x 21/31
    assert "First days free: 387.0968 less." in told(first.trace)
    assert "Instead of 1200.00 USD it is 812.9032." in told(first.trace)


def test_an_amount_off_goes_with_the_days_and_never_below_zero() -> None:
    off = Concession("Welcome", "off", 20000, until_on=date(2026, 2, 28))
    terms = lease(from_on=date(2026, 1, 17), concessions=(off,))
    assert amounts(terms, date(2026, 3, 1)) == [48387, 100000, 120000]  # 1,000 x 15/31
    assert amounts(lease(concessions=(replace(off, amount_minor=200000),)), date(2026, 3, 1)) == [
        0,
        0,
        120000,
    ]


def test_1450_and_3_percent_a_year_on_the_rounded_rent() -> None:
    assert yearly_increase(145000, Decimal(3), 3) == (149350, 153831, 158446)
    assert yearly_increase(145000, Decimal(3), 2, "floor") == (149350, 153830)


def test_yearly_increases_are_dated_rows() -> None:
    rows = yearly_rows(replace(RENT, amount_minor=145000), date(2026, 1, 1), Decimal(3), 3)
    terms = RentTerms(date(2026, 1, 1), None, 1, lines=rows)
    assert amounts(terms, date(2029, 12, 1))[::12] == [145000, 149350, 153831, 158446]
    assert rows[0].until_on == date(2026, 12, 31)
    assert rows[3].until_on is None


@pytest.mark.parametrize(
    ("frequency", "minor", "expected"),
    [
        ("weekly", 35000, 151667),
        ("biweekly", 60000, 130000),
        ("every-4-weeks", 60000, 65000),
        ("semimonthly", 60000, 120000),
        ("monthly", 120000, 120000),
        ("quarterly", 360000, 120000),
        ("yearly", 1200000, 100000),
    ],
)
def test_a_rent_roll_shows_rent_by_the_month(frequency: str, minor: int, expected: int) -> None:
    assert monthly_equivalent(minor, frequency) == expected


def test_keys_keep_any_script_apart() -> None:
    named = [RentLine("addon", name, 100) for name in ("Pet & cat", "Парковка", "駐車場")]
    keys = [charge.key for charge in charges(lease(RENT, *named), date(2026, 1, 1))]
    assert keys == [f"2026-01-01:{slug}:" for slug in ("rent", "pet-cat", "парковка", "駐車場")]


def test_any_day_may_be_asked_about() -> None:
    assert len(charges(YEAR, date.max)) == 12
    assert charges(YEAR, date.max, date.max) == ()
    assert charges(lease(goes_on=True), date(2290, 3, 1), date(2290, 2, 28))[0].amount_minor == 120000
