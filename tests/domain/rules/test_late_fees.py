"""Late fees of rentals and loans: when, how much, once each. The worked numbers are those of docs' rules of money."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain.rules.late_fees import (
    FeeBase,
    Recurring,
    Tier,
    assess,
    first_fee_on,
)
from tests.domain.rules.late_fee_samples import (
    DAILY,
    FIFTY,
    fees,
    minor,
    percent,
    posted,
    rent,
    total,
)


def amounts(policy, *charges, **other) -> list[int]:
    return [fee.amount_minor for fee in fees(policy, *charges, **other)]


# --- when ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begun", "expected"),
    [(datetime(2026, 11, 4, 23, 59), 0), (datetime(2026, 11, 5, 0, 1), 5_000)],
)
@pytest.mark.parametrize("run", [datetime(2026, 11, 5, 0, 5), datetime(2026, 11, 9, 6)])
def test_a_payment_counts_by_the_time_it_was_begun_also_when_the_run_is_later(begun, expected, run) -> None:
    assert total(fees(FIFTY, rent(), paid=[(1, begun, 120_000)], at=run)) == expected


def test_the_cut_off_is_a_local_time_in_the_propertys_zone() -> None:
    zone = ZoneInfo("America/Chicago")
    begun = datetime(2026, 11, 5, 5, 59, tzinfo=ZoneInfo("UTC"))  # 4 Nov 23:59 in Chicago
    at = datetime(2026, 11, 5, 1, tzinfo=zone)
    assert amounts(FIFTY, rent(), paid=[(1, begun, 120_000)], at=at) == []
    late = begun.replace(hour=6, minute=1)
    assert amounts(FIFTY, rent(), paid=[(1, late, 120_000)], at=at) == [5_000]


def test_a_cut_off_in_the_day_leaves_the_morning() -> None:
    policy = replace(FIFTY, cut_off=time(17))
    assert amounts(policy, rent(), paid=[(1, datetime(2026, 11, 5, 16, 59), 120_000)]) == []
    assert amounts(policy, rent(), paid=[(1, datetime(2026, 11, 5, 17, 1), 120_000)]) == [5_000]
    assert amounts(policy, rent(), at=datetime(2026, 11, 5, 16, 59)) == []


@pytest.mark.parametrize(
    ("fixed", "due_on", "expected"),
    [
        (None, date(2026, 11, 1), date(2026, 11, 5)),
        (5, date(2026, 11, 1), date(2026, 11, 5)),
        (5, date(2026, 11, 5), date(2026, 12, 5)),
        (5, date(2026, 11, 20), date(2026, 12, 5)),
        (31, date(2027, 2, 1), date(2027, 2, 28)),
        (31, date(2027, 2, 28), date(2027, 3, 31)),
    ],
)
def test_the_first_fee_falls_a_number_of_days_after_the_due_day_or_on_a_day_of_the_month(
    fixed, due_on, expected
) -> None:
    policy = replace(FIFTY, first_fee_offset=None if fixed else 4, first_fee_day=fixed)
    assert first_fee_on(policy, due_on) == expected


def test_a_bank_debit_begun_in_time_makes_no_fee_while_it_is_pending() -> None:
    begun = datetime(2026, 11, 4, 20)  # it settles on the 9th
    for day in (5, 6, 9, 30):
        assert amounts(FIFTY, rent(), paid=[(1, begun, 120_000)], at=datetime(2026, 11, day, 12)) == []


def test_a_bank_debit_that_comes_back_makes_its_fee_at_the_next_run() -> None:
    begun = datetime(2026, 11, 1, 9)
    assert amounts(FIFTY, rent(), paid=[(1, begun, 120_000)], at=datetime(2026, 11, 6, 1)) == []
    (fee,) = fees(FIFTY, rent(), at=datetime(2026, 11, 7, 1))  # returned on the 6th: it no longer counts
    assert (fee.on, fee.amount_minor, fee.key) == (date(2026, 11, 5), 5_000, "1:first")


# --- how much ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bases", "combine", "offset", "owed", "paid", "standard", "expected"),
    [
        ([percent("of_standard", "5")], "sum", 4, "1250", "900", "1250", "62.50"),
        ([percent("of_overdue", "5")], "sum", 4, "1250", "900", "1250", "17.50"),
        ([FeeBase("flat", 1_500), percent("of_standard", "5")], "greater", 4, "1000", "0", "1000", "50"),
        ([FeeBase("flat", 1_500), percent("of_standard", "5")], "greater", 4, "250", "0", "250", "15"),
        ([FeeBase("flat", 5_000), percent("of_standard", "5")], "lesser", 4, "900", "0", "900", "45"),
        ([FeeBase("flat", 5_000), percent("of_standard", "5")], "lesser", 4, "2000", "0", "2000", "50"),
        ([percent("of_standard", "10"), percent("of_overdue", "10")], "lesser", 4, "1200", "1000", "1200", "20"),
        ([FeeBase("flat", 5_000), percent("of_overdue_charges", "5")], "greater", 7, "1500", "0", "1500", "75"),
        ([FeeBase("flat", 5_000), percent("of_overdue_charges", "5")], "greater", 7, "400", "0", "400", "50"),
        ([FeeBase("flat", 1_000), percent("of_overdue", "5")], "sum", 4, "1000", "0", "1000", "60"),
    ],
)  # fmt: skip
def test_bases_are_counted_and_combined(bases, combine, offset, owed, paid, standard, expected) -> None:
    policy = replace(FIFTY, bases=tuple(bases), combine=combine, first_fee_offset=offset)
    payments = [(1, datetime(2026, 11, 1, 12), minor(paid))]
    (fee,) = fees(policy, rent(minor(owed)), paid=payments, standard=minor(standard))
    assert fee.amount_minor == minor(expected)
    assert fee.on == date(2026, 11, 1 + offset)
    assert fee.trace.steps[-1].amount_minor == fee.amount_minor
    before = datetime(2026, 11, offset, 23, 59)
    assert amounts(policy, rent(minor(owed)), paid=payments, standard=minor(standard), at=before) == []


def test_no_fee_while_less_than_the_minimum_balance_is_overdue() -> None:
    policy = replace(FIFTY, minimum_balance_minor=10_000)
    for paid, expected in ((112_500, []), (110_000, [5_000]), (110_001, [])):
        assert amounts(policy, rent(), paid=[(1, datetime(2026, 11, 2), paid)]) == expected


def test_the_least_and_the_most_of_a_fee_hold_it_and_the_reason_says_so() -> None:
    policy = replace(FIFTY, bases=(percent("of_overdue", "5"),), minimum_minor=2_500, maximum_minor=6_000)
    for owed, expected in ((10_000, 2_500), (100_000, 5_000), (200_000, 6_000)):
        (fee,) = fees(policy, rent(owed))
        assert fee.amount_minor == expected
    assert "at most" in str(fee.trace.steps[-2].sentence)


def test_the_tier_of_the_overdue_amount_decides() -> None:
    tiers = (Tier(50_000, (FeeBase("flat", 2_500),)), Tier(100_000, (percent("of_overdue_charges", "5"),)))
    policy = replace(FIFTY, bases=(FeeBase("flat", 1_000),), tier_by="overdue", tiers=tiers)
    assert [amounts(policy, rent(owed))[0] for owed in (49_999, 50_000, 99_999, 100_000)] == [
        1_000, 2_500, 2_500, 5_000,
    ]  # fmt: skip


def test_from_a_tiers_day_the_fee_rises_to_the_tiers() -> None:
    tiers = (Tier(10, (FeeBase("flat", 7_500),)), Tier(20, (FeeBase("flat", 10_000),)))
    policy = replace(FIFTY, tier_by="days_late", tiers=tiers)
    found = fees(policy, rent())
    assert [(fee.on.day, fee.occurrence, fee.amount_minor) for fee in found] == [
        (5, "first", 5_000), (11, "tier-1", 2_500), (21, "tier-2", 2_500),
    ]  # fmt: skip
    paid = fees(policy, rent(), paid=[(1, datetime(2026, 11, 10, 23), 120_000)])
    assert total(paid) == 5_000


def test_all_overdue_charges_are_those_due_before_the_day_and_of_the_same_payer() -> None:
    """October's and November's rent are late; December's falls due on the day of a further fee and is not yet late."""
    policy = replace(
        FIFTY, bases=(percent("of_overdue_charges", "10"),), per="payer", charge_types=("rent", "late_fee"),
        recurring=Recurring(percent("of_overdue_charges", "1"), every=4, unit="week", first_after_days=26),
    )  # fmt: skip
    october = rent(30_000, date(2026, 10, 1), 1, payer="a")
    fee, november = rent(1_000, date(2026, 10, 5), 2, type="late_fee", payer="a"), rent(id=3, payer="a")
    december = rent(id=4, due_on=date(2026, 12, 1), payer="a")
    others = [rent(id=5, payer="b"), rent(7_000, date(2026, 10, 5), 6, type="late_fee", payer="b")]
    found = fees(policy, october, fee, november, december, *others, at=datetime(2026, 12, 1, 1))
    of_november = {one.on: one.amount_minor for one in found if one.charge_id == 3}
    assert of_november == {date(2026, 11, 5): 15_100, date(2026, 12, 1): 1_510}


def test_charges_due_on_one_day_make_one_fee_together() -> None:
    policy = replace(FIFTY, charge_types=("rent", "addon"), bases=(percent("of_overdue_charges", "10"),))
    pet = rent(2_500, id=2, type="addon")
    water = rent(4_000, id=3, type="utility")
    (fee,) = fees(policy, pet, rent(), water, standard=120_000)
    assert (fee.charge_id, fee.amount_minor) == (1, 12_250)
    (of_rent,) = fees(replace(policy, bases=(percent("of_overdue", "10"),)), pet, rent(), standard=120_000)
    assert of_rent.amount_minor == 12_000


def test_utilities_and_other_fees_do_not_count_unless_ticked() -> None:
    others = [
        rent(9_000, id=number, type=type)
        for number, type in enumerate(("utility", "returned_payment_fee"), 2)
    ]
    assert amounts(FIFTY, *others) == []
    assert amounts(replace(FIFTY, charge_types=("utility",)), *others) == [5_000]


def test_a_subsidy_is_not_in_the_base() -> None:
    """Rent 1,400 = agency 900 + tenant 500, both late, 5 %: 25, on the tenant's share only."""
    agency, tenant = rent(90_000, id=1, payer="agency"), rent(50_000, id=2, payer="tenant")
    for kind in ("of_standard", "of_overdue", "of_overdue_charges"):
        policy = replace(FIFTY, bases=(percent(kind, "5"),), exclude_payers=("agency",))
        (fee,) = fees(policy, agency, tenant, standard=140_000)
        assert (fee.charge_id, fee.amount_minor) == (2, 2_500)


def test_each_payers_share_can_have_its_own_fee() -> None:
    shares = [rent(66_667, id=1, payer="a"), rent(66_667, id=2, payer="b"), rent(66_666, id=3, payer="c")]
    policy = replace(FIFTY, per="payer", bases=(percent("of_standard", "5"),))
    found = fees(policy, *shares, paid=[(2, datetime(2026, 11, 1), 66_667)], standard=200_000)
    assert [(fee.payer, fee.amount_minor) for fee in found] == [("a", 3_333), ("c", 3_333)]


# --- again and again, and never twice ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paid_at", "at", "expected"),
    [
        (datetime(2026, 11, 12, 12), datetime(2026, 11, 20), 8_500),
        (None, datetime(2026, 11, 15, 23), 10_000),
        (None, datetime(2026, 11, 30, 23), 10_000),
        (None, datetime(2026, 11, 6, 5, 59), 5_000),
        (None, datetime(2026, 11, 6, 6), 5_500),
    ],
)
def test_a_daily_fee_runs_from_its_own_time_until_paid_or_capped(paid_at, at, expected) -> None:
    """50 on the 5th, + 5 a day from the 6th 06:00, cap 100; paid on the 12th at noon: 85; unpaid later: 100."""
    paid = [(1, paid_at, 120_000)] if paid_at else []
    assert total(fees(DAILY, rent(), paid=paid, at=at)) == expected


def test_a_weekly_fee_stops_after_as_many_as_agreed() -> None:
    weekly = Recurring(FeeBase("flat", 1_000), every=2, unit="week", first_after_days=14, stop_after=2)
    found = fees(replace(FIFTY, recurring=weekly), rent(), at=datetime(2027, 6, 1))
    assert [fee.on for fee in found] == [date(2026, 11, 5), date(2026, 11, 19), date(2026, 12, 3)]


def test_running_twice_gives_nothing_new_and_a_late_run_the_same_as_daily_runs() -> None:
    at_once = fees(DAILY, rent())
    assert fees(DAILY, rent(), already=posted(at_once)) == ()
    daily = []
    for day in range(1, 31):
        daily += fees(DAILY, rent(), already=posted(daily), at=datetime(2026, 11, day, 23, 59))
    assert tuple(daily) == at_once


def test_a_waived_fee_is_not_asked_again() -> None:
    (fee,) = fees(FIFTY, rent())
    waived = [replace(one, amount_minor=0) for one in posted([fee])]
    assert fees(FIFTY, rent(), already=waived) == ()


def test_a_charge_that_was_voided_makes_no_fee_and_its_fees_are_known_by_their_key() -> None:
    (fee,) = fees(FIFTY, rent(id=7))
    assert fee.key.partition(":")[0] == "7"
    assert assess(FIFTY, (), rent(), 120_000, (), datetime(2026, 12, 1), lambda _id, _moment: 0) == ()


def test_a_fee_to_be_proposed_says_so() -> None:
    assert [fee.proposed for fee in fees(replace(FIFTY, posting="propose"), rent())] == [True]
    assert [fee.proposed for fee in fees(FIFTY, rent())] == [False]
