"""Late-fee policies: no fee on a fee, versions and precedence, how a policy is kept, and its preview."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

import pytest

from domain.rules.allocation import OpenLine, Profile, allocate
from domain.rules.late_fee_preview import calendar
from domain.rules.late_fees import Cap, FeeBase, Tier, choose, from_json, policy_for, to_json
from domain.words import Refused
from tests.domain.rules.late_fee_samples import DAILY, FIFTY, NOVEMBER, fees, percent, rent, unpaid


def amounts(policy, *charges, **other) -> list[int]:
    return [fee.amount_minor for fee in fees(policy, *charges, **other)]


# --- no pyramiding -------------------------------------------------------------------------------------------


def test_march_paid_in_full_makes_no_fee_though_februarys_fee_is_open() -> None:
    """February's fee of 60 is unpaid; on 1 March exactly 1,200 is paid: by rent first March's rent is paid."""
    march = date(2026, 3, 1)
    lines = [
        OpenLine(1, "late_fee", date(2026, 2, 5), 6_000),
        OpenLine(2, "rent", march, 120_000),
    ]
    paid, left, _ = allocate(lines, 120_000)
    assert (paid, left) == (((2, 120_000),), 0)
    payments = [(id, datetime(2026, 3, 1, 10), amount) for id, amount in paid]
    assert amounts(FIFTY, rent(due_on=march, id=2), paid=payments, at=datetime(2026, 3, 30)) == []


def test_a_payment_short_only_by_an_earlier_fee_makes_no_fee_also_when_fees_are_paid_first() -> None:
    march = date(2026, 3, 1)
    lines = [OpenLine(1, "late_fee", date(2026, 2, 5), 6_000), OpenLine(2, "rent", march, 120_000)]
    for amount, expected in ((120_000, []), (119_900, [5_000])):
        paid = dict(allocate(lines, amount, Profile("fees-first"))[0])
        payments = [(2, datetime(2026, 3, 1, 10), paid[2])]
        asked = {"paid": payments, "at": datetime(2026, 3, 30)}
        took = lambda _id, _moment, paid=paid: paid[1]  # noqa: E731
        assert amounts(FIFTY, rent(due_on=march, id=2), **asked, went_to_fees=took) == expected


def test_a_late_fee_ticked_as_eligible_swells_a_base_but_never_makes_a_fee_fall_due() -> None:
    policy = replace(FIFTY, charge_types=("rent", "late_fee"), bases=(percent("of_overdue_charges", "10"),))
    old_fee = rent(6_000, date(2026, 10, 5), 2, type="late_fee")
    assert amounts(policy, old_fee, standard=120_000) == []
    assert amounts(policy, rent(), old_fee) == [12_600]


# --- versions and precedence ---------------------------------------------------------------------------------


def test_a_policy_changed_on_the_tenth_leaves_november_to_the_old_version() -> None:
    changed = replace(FIFTY, version=2, effective_from=date(2026, 11, 10), bases=(FeeBase("flat", 9_900),))
    december = rent(due_on=date(2026, 12, 1), id=2)
    assert policy_for([changed, FIFTY], NOVEMBER) is FIFTY
    found = fees([FIFTY, changed], rent(), december, at=datetime(2026, 12, 31))
    assert [(fee.charge_id, fee.amount_minor, fee.trace.version) for fee in found] == [
        (1, 5_000, 1), (2, 9_900, 2),
    ]  # fmt: skip
    assert policy_for([FIFTY], date(2025, 12, 31)) is None


def test_the_agreements_policy_comes_before_the_propertys_and_the_companys() -> None:
    spared = replace(FIFTY, name="Spared", effective_from=date(2026, 11, 1), bases=())
    house = replace(FIFTY, name="House")
    scopes = {"company": [FIFTY], "property": [house], "agreement": [spared]}
    assert choose(scopes, NOVEMBER) is spared
    assert choose(scopes, date(2026, 10, 1)) is house
    assert choose({"company": [FIFTY]}, NOVEMBER) is FIFTY
    assert choose({}, NOVEMBER) is None
    assert amounts(spared, rent()) == []


# --- kept and shown ------------------------------------------------------------------------------------------


def test_a_policy_is_kept_as_json_without_losing_anything() -> None:
    policy = replace(
        DAILY, tier_by="days_late", tiers=(Tier(9, (percent("of_overdue", "0.125"),), "greater"),),
        caps=(Cap("period", percent=Decimal("10.5")),), exclude_payers=("agency",), cut_off=time(17, 30),
    )  # fmt: skip
    body = to_json(policy)
    assert body["tiers"][0]["bases"][0]["percent"] == "0.125"
    assert from_json(body) == policy
    assert hash(from_json(body)) == hash(policy)
    assert from_json({"name": "x", "version": 1, "effective_from": "2026-01-01"}).per == "agreement"


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 1},
        {"minimum_minor": 1.5},
        {"bases": [{"kind": "of_overdue", "percent": 5}]},
        {"bases": [{"kind": "of_overdue", "percent": "NaN"}]},
        {"bases": "flat"},
        {"effective_from": "yesterday"},
        {"cut_off": 12},
        {"recurring": []},
        {"tiers": [None]},
        {"caps": [["charge"]]},
    ],
)
def test_a_body_that_is_no_policy_is_refused(change) -> None:
    with pytest.raises(Refused):
        from_json(to_json(FIFTY) | change)


def test_the_preview_says_what_happens_day_by_day_and_marks_the_limit() -> None:
    rows = calendar(DAILY, NOVEMBER, 120_000, 1)
    assert [(row.on.day, row.fee_minor, row.total_minor, row.capped) for row in rows] == [
        (1, 0, 0, False), (5, 5_000, 5_000, False),
        *[(5 + day, 500, 5_000 + 500 * day, False) for day in range(1, 11)],
        (16, 0, 10_000, True),
    ]  # fmt: skip
    assert str(rows[1].what) == "The first late fee."
    assert calendar(DAILY, date(2020, 1, 1), 120_000, 1)[-1].total_minor == 10_000


def test_every_step_of_a_reason_can_be_said() -> None:
    policy = replace(
        DAILY,
        bases=(percent("of_standard", "2.50"), percent("of_overdue", "1")),
        caps=(Cap("charge", 3_000),),
    )
    (first, *_) = fees(policy, rent(), at=datetime(2026, 11, 5, 12))
    said = [str(step.sentence) for step in first.trace.steps]
    assert said[0] == "Late fee by Daily, version 1."
    assert said[1] == "Of the payment due on 2026-11-01, so much was not paid by 00:00 on 2026-11-05:"
    assert said[2] == "2.5 percent of the regular payment of 1200.00 USD."
    assert "The policy asks for:" in said
    assert first.clamped_from_minor == 4_200
    assert unpaid([rent()])(1, datetime(2026, 11, 5)) == 120_000
