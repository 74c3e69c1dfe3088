"""Limits of late fees: the policy's own, the law's dated figures, and what a policy may not say at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

import pytest

from domain.rules.late_fee_check import check_policy
from domain.rules.late_fee_preview import calendar
from domain.rules.late_fees import Cap, FeeBase, Recurring, Tier, first_allowed_on
from domain.rules.legal_caps import in_force, returned_payment_fee
from domain.words import Refused
from tests.domain.rules.late_fee_samples import DAILY, FIFTY, NOVEMBER, cap, fees, percent, rent, total

TODAY = date(2026, 11, 22)


# --- the policy's own limits ---------------------------------------------------------------------------------


def test_a_limit_for_a_calendar_month_opens_again_in_the_next() -> None:
    policy = replace(DAILY, caps=(Cap("period", 10_000),))
    found = fees(policy, rent(), at=datetime(2026, 12, 31, 23))
    by_month = [total([fee for fee in found if fee.on.month == month]) for month in (11, 12)]
    assert by_month == [10_000, 10_000]


def test_a_limit_in_all_counts_the_fees_of_every_charge() -> None:
    policy = replace(FIFTY, caps=(Cap("total", 8_000),))
    found = fees(policy, rent(), rent(id=2, due_on=date(2026, 12, 1)), at=datetime(2026, 12, 31))
    assert [(fee.amount_minor, fee.clamped_from_minor) for fee in found] == [(5_000, None), (3_000, 5_000)]


def test_a_limit_can_be_a_percent_of_the_rent_and_the_lesser_holds() -> None:
    policy = replace(DAILY, caps=(Cap("charge", 9_000, Decimal("5.5")),))
    assert total(fees(policy, rent(120_000))) == 6_600
    assert total(fees(policy, rent(200_000))) == 9_000


def test_a_limit_in_percent_is_rounded_down_so_that_it_is_never_passed() -> None:
    policy, owed = replace(DAILY, caps=(Cap("charge", percent=Decimal("5")),)), 119_999
    assert total(fees(policy, rent(owed))) == 5_999
    assert total(fees(replace(DAILY, caps=()), rent(owed), caps=[cap(percent=Decimal(5))])) == 5_999


# --- the law -------------------------------------------------------------------------------------------------


def test_a_fee_that_would_pass_the_legal_limit_is_clamped_and_the_reason_says_both_numbers() -> None:
    policy = replace(FIFTY, bases=(percent("of_standard", "10"),))
    (fee,) = fees(policy, rent(), caps=[cap(percent=Decimal(5))])
    assert (fee.amount_minor, fee.clamped_from_minor) == (6_000, 12_000)
    said = {str(step.sentence): step.amount_minor for step in fee.trace.steps}
    assert said["The policy asks for:"] == 12_000
    assert (
        said["The most that the law allows for one payment in US-XX (Code 1-2-3, checked on 2026-06-01):"]
        == 6_000
    )


def test_the_law_holds_all_fees_of_one_payment_together() -> None:
    found = fees(DAILY, rent(), caps=[cap(amount_minor=7_700)])
    assert total(found) == 7_700
    assert found[-1].amount_minor == 200
    assert calendar(DAILY, NOVEMBER, 120_000, 1, [cap(amount_minor=7_700)])[-1].total_minor == 7_700


def test_the_law_holds_the_shares_of_one_payment_together() -> None:
    shares = [rent(70_000, id=1, payer="a"), rent(50_000, id=2, payer="b")]
    policy = replace(FIFTY, per="payer")
    assert total(fees(policy, *shares, caps=[cap(amount_minor=6_000)])) == 6_000


def test_the_greater_or_the_lesser_of_money_and_percent_is_the_laws_to_say() -> None:
    policy = replace(FIFTY, bases=(FeeBase("flat", 9_000),))
    for combine, expected in (("lesser", 1_500), ("greater", 6_000)):
        law = cap(amount_minor=1_500, percent=Decimal(5), combine=combine)
        assert total(fees(policy, rent(), caps=[law])) == expected


def test_no_fee_falls_before_the_day_the_law_allows() -> None:
    law = [cap(earliest_days=7)]
    assert first_allowed_on(FIFTY, law, NOVEMBER) == date(2026, 11, 8)
    assert [fee.on for fee in fees(FIFTY, rent(), caps=law)] == [date(2026, 11, 8)]
    paid = [(1, datetime(2026, 11, 7, 23), 120_000)]
    assert fees(FIFTY, rent(), caps=law, paid=paid) == ()
    assert [fee.on.day for fee in fees(DAILY, rent(), caps=law)][:2] == [8, 9]


def test_the_figure_in_force_on_the_due_day_counts_and_of_two_places_the_stricter() -> None:
    old, new = cap(amount_minor=4_000), cap(amount_minor=3_000, effective_from=date(2026, 11, 2))
    city = cap(jurisdiction="US-XX-City", amount_minor=2_000)
    assert total(fees(FIFTY, rent(), caps=[new, old])) == 4_000
    assert total(fees(FIFTY, rent(due_on=date(2026, 11, 2)), caps=[old, new])) == 3_000
    assert total(fees(FIFTY, rent(), caps=[old, city])) == 2_000


def test_figures_for_other_kinds_and_other_things_do_not_count() -> None:
    others = [cap(kind="loan", amount_minor=1), cap(what="rate", percent=Decimal(1))]
    assert total(fees(FIFTY, rent(), caps=others)) == 5_000
    own, every = cap(kind="rental", amount_minor=100), cap(amount_minor=50, effective_from=date(2026, 1, 1))
    assert in_force([own, every], "late_fee", "rental", TODAY) == (own,)


def test_a_returned_payment_fee_is_held_to_the_law() -> None:
    law = cap(what="returned_payment_fee", amount_minor=2_500)
    held = returned_payment_fee(3_000, [law, cap(amount_minor=1)], "rental", 120_000, TODAY)
    assert (held.amount_minor, held.clamped_from_minor) == (2_500, 3_000)
    assert [step.amount_minor for step in held.trace.steps] == [3_000, 2_500]
    assert returned_payment_fee(2_000, [law], "rental", 120_000, TODAY).clamped_from_minor is None
    assert returned_payment_fee(2_000, [], "loan", 120_000, TODAY).amount_minor == 2_000
    with pytest.raises(Refused):
        returned_payment_fee(-1, [], "loan", 120_000, TODAY)


# --- what a policy may not say -------------------------------------------------------------------------------

FLAT = (FeeBase("flat", 5_000),)
ENDLESS = Recurring(FeeBase("flat", 500))
UP_TO_90 = {"amount_minor": 9_000}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"version": 0}, "version"),
        ({"kind": "gift"}, "kind"),
        ({"combine": "most"}, "combine"),
        ({"first_fee_day": 5}, "first_fee_offset"),
        ({"first_fee_offset": None}, "first_fee_offset"),
        ({"first_fee_offset": 0}, "first_fee_offset"),
        ({"first_fee_offset": 400}, "first_fee_offset"),
        ({"first_fee_offset": None, "first_fee_day": 32}, "first_fee_day"),
        ({"bases": (FeeBase("flat"),)}, "bases"),
        ({"bases": (FeeBase("gift", 5),)}, "bases"),
        ({"bases": (percent("of_standard", "0"),)}, "bases"),
        ({"bases": (percent("of_standard", "101"),)}, "bases"),
        ({"bases": (percent("of_standard", "1.00001"),)}, "bases"),
        ({"bases": (percent("of_standard", "NaN"),)}, "bases"),
        ({"minimum_minor": -1}, "minimum_minor"),
        ({"maximum_minor": 0}, "maximum_minor"),
        ({"minimum_minor": 100, "maximum_minor": 50}, "maximum_minor"),
        ({"minimum_balance_minor": -1}, "minimum_balance_minor"),
        ({"tiers": (Tier(5, FLAT),)}, "tiers"),
        ({"tier_by": "overdue"}, "tiers"),
        ({"tier_by": "overdue", "tiers": (Tier(9, FLAT), Tier(5, FLAT))}, "tiers"),
        ({"tier_by": "overdue", "tiers": (Tier(9, ()),)}, "tiers"),
        ({"tier_by": "days_late", "tiers": (Tier(0, FLAT),)}, "tiers"),
        ({"recurring": Recurring(FeeBase("flat", 1), every=0)}, "recurring"),
        ({"recurring": Recurring(FeeBase("flat", 1), first_after_days=0)}, "recurring"),
        ({"recurring": Recurring(FeeBase("flat", 1), stop_after=0)}, "recurring"),
        ({"recurring": Recurring(FeeBase("flat", 0))}, "recurring"),
        ({"caps": (Cap("charge"),)}, "caps"),
        ({"caps": (Cap("charge", 0),)}, "caps"),
        ({"caps": (Cap("charge", percent=Decimal(0)),)}, "caps"),
        ({"charge_types": ("gift",)}, "charge_types"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_beside_its_field(change, field) -> None:
    with pytest.raises(Refused) as refusal:
        check_policy(replace(FIFTY, **change), [], TODAY)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("change", "law", "field"),
    [
        ({}, {"amount_minor": 4_999}, "bases"),
        ({"bases": (FeeBase("flat", 2_500), FeeBase("flat", 2_500))}, {"amount_minor": 4_999}, "bases"),
        ({"bases": (percent("of_standard", "6"),)}, {"percent": Decimal(5)}, "bases"),
        ({"bases": (percent("of_overdue", "5"),), "minimum_minor": 4_000}, {"amount_minor": 3_900}, "minimum_minor"),
        ({"recurring": ENDLESS}, UP_TO_90, "caps"),
        ({"recurring": Recurring(FeeBase("flat", 500), stop_after=9)}, UP_TO_90, "recurring"),
        ({"recurring": ENDLESS, "caps": (Cap("charge", 9_100),)}, UP_TO_90, "caps"),
        ({"tier_by": "days_late", "tiers": (Tier(9, (FeeBase("flat", 9_500),)),)}, UP_TO_90, "tiers"),
        ({}, {"earliest_days": 5}, "first_fee_offset"),
    ],
)  # fmt: skip
def test_a_policy_above_a_legal_limit_is_refused_with_place_and_source(change, law, field) -> None:
    with pytest.raises(Refused) as refusal:
        check_policy(replace(FIFTY, **change), [cap(**law)], TODAY)
    assert refusal.value.field == field
    assert "US-XX" in str(refusal.value)
    assert "Code 1-2-3" in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "law"),
    [
        ({}, {"amount_minor": 5_000}),
        ({"bases": ()}, {"amount_minor": 1}),
        ({"bases": (*FLAT, percent("of_standard", "5")), "combine": "lesser"}, {"amount_minor": 4_000}),
        ({}, {"amount_minor": 1_500, "percent": Decimal(5), "combine": "greater"}),
        ({"recurring": Recurring(FeeBase("flat", 500), stop_after=8)}, UP_TO_90),
        ({"recurring": ENDLESS, "caps": (Cap("charge", 9_000),)}, UP_TO_90),
        ({}, {"amount_minor": 1, "kind": "loan"}),
        ({}, {"amount_minor": 1, "effective_from": date(2027, 1, 1)}),
        ({}, {"earliest_days": 4}),
        ({"first_fee_offset": 0, "cut_off": time(17)}, {"amount_minor": 5_000}),
    ],
)  # fmt: skip
def test_a_policy_within_the_law_passes(change, law) -> None:
    check_policy(replace(FIFTY, **change), [cap(**law)], TODAY)
