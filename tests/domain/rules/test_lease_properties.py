"""What holds for every lease-to-own, whatever its terms; and the plan itself as a slow witness of where it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.lease import (
    BuyoutRule,
    LeaseTerms,
    buyout,
    charges,
    plan,
    returned_goods,
    standing,
    tax_minor,
    total_cost_minor,
)

CALM = settings(max_examples=60, deadline=None)


def bought(terms: LeaseTerms, on: date, paid: int, fees: int = 0) -> Any:
    at = standing(terms, on, paid)
    return buyout(
        terms,
        on,
        remaining_minor=at.remaining_minor,
        prepaid_minor=at.prepaid_minor,
        back_rent_minor=at.back_rent_minor,
        paid_minor=paid,
        fees_minor=fees,
    )


@st.composite
def leases(draw: st.DrawFn, **fixed: Any) -> LeaseTerms:
    start = draw(st.dates(date(2000, 1, 1), date(2060, 12, 31)))
    chosen: dict[str, Any] = {
        "cash_price_minor": draw(st.integers(1, 500_000)),
        "payment_minor": draw(st.integers(1, 50_000)),
        "count": draw(st.integers(1, 60)),
        "frequency": draw(
            st.sampled_from(("weekly", "biweekly", "semimonthly", "monthly", "quarterly", "every-10-days"))
        ),
        "start_on": start,
        "first_due_on": start + timedelta(days=draw(st.sampled_from((0, 0, 1, 20, 31)))),
        "tax_percent": draw(st.decimals(Decimal(0), Decimal(30), places=3)),
        "balloon_minor": draw(st.integers(0, 50_000)),
        "deposit_minor": draw(st.integers(0, 100_000)),
    }
    return LeaseTerms(**(chosen | fixed))


@st.composite
def buyout_rules(draw: st.DrawFn) -> BuyoutRule:
    return BuyoutRule(
        draw(st.sampled_from(("discount", "share", "balloon"))),
        draw(st.decimals(Decimal(0), Decimal(100), places=2)),
        draw(st.booleans()),
        draw(st.sampled_from((0, 0, 1))),
    )


@CALM
@given(leases(), st.integers(0, 2000), st.integers(0, 2000))
def test_asking_piece_by_piece_gives_the_whole_plan(terms: LeaseTerms, one: int, two: int) -> None:
    whole = plan(terms)
    early, late = (terms.start_on + timedelta(days=days) for days in sorted((one, two)))
    pieces = charges(terms, early) + charges(terms, late, early) + charges(terms, date(2200, 1, 1), late)
    assert pieces == whole
    assert charges(terms, early, late) == () or early == late


@CALM
@given(leases())
def test_periods_leave_no_day_out_and_dues_rise(terms: LeaseTerms) -> None:
    made = [charge for charge in plan(terms) if charge.rule == "lease.payment"]
    assert made[0].period_from == terms.start_on
    for earlier, later in pairwise(made):
        assert later.period_from == earlier.period_to + timedelta(days=1)
        assert earlier.due_on < later.due_on
    assert len({(charge.rule, charge.key) for charge in plan(terms)}) == len(plan(terms))


@CALM
@given(leases(), st.integers(0, 2500), st.integers(0, 4_000_000))
def test_standing_counts_every_unit_once(terms: LeaseTerms, days: int, paid: int) -> None:
    """Against the plan, line by line: what is due is paid or behind; what is not due is prepaid or remaining."""
    on, left, behind, remaining, prepaid = terms.start_on + timedelta(days=days), paid, 0, 0, 0
    for charge in plan(terms):
        net = charge.amount_minor - charge.tax_minor
        met = min(left, net)
        left -= met
        if charge.due_on <= on:
            behind += net - met + tax_minor(terms, net - met)
        else:
            remaining, prepaid = remaining + net - met, prepaid + met
    found = standing(terms, on, paid)
    assert (found.back_rent_minor, found.remaining_minor) == (behind, remaining)
    assert found.prepaid_minor == prepaid + left


@CALM
@given(leases(tax_percent=Decimal(0), deposit_minor=0), buyout_rules(), st.integers(0, 1_000_000))
def test_the_buyout_never_falls_while_nothing_is_paid(terms: LeaseTerms, rule: BuyoutRule, paid: int) -> None:
    rule = replace(rule, full_price_payments=min(rule.full_price_payments, terms.count))
    terms = replace(terms, buyout=rule, balloon_minor=max(terms.balloon_minor, 1))
    dues = [charge.due_on for charge in plan(terms)]
    days = sorted({terms.start_on, *dues, *(due - timedelta(days=1) for due in dues if due > terms.start_on)})
    totals = [bought(terms, day, paid).total_minor for day in days]
    assert totals == sorted(totals)
    assert totals[0] >= 0


@CALM
@given(leases(), buyout_rules(), st.integers(0, 2500), st.integers(0, 1_000_000), st.integers(0, 90))
def test_a_buyout_is_never_negative_and_its_parts_sum(
    terms: LeaseTerms, rule: BuyoutRule, days: int, paid: int, window: int
) -> None:
    terms = replace(terms, buyout=rule, balloon_minor=max(terms.balloon_minor, 1), same_as_cash_days=window)
    on = terms.start_on + timedelta(days=days)
    found = bought(terms, on, paid, fees=500)
    assert found.total_minor == sum(amount for _, amount in found.parts) >= 0
    assert found.price_minor >= 0
    assert found.good_through >= on
    if paid <= terms.total_payments_minor:
        assert bought(terms, found.good_through, paid, fees=500).total_minor == found.total_minor
    assert found.trace.steps[-1].amount_minor == found.total_minor


@CALM
@given(leases(), st.integers(0, 2500), st.sampled_from(("prorated", "whole")))
def test_goods_returned_never_owe_more_than_the_plan_and_never_less_a_day_later(
    terms: LeaseTerms, days: int, unfinished: str
) -> None:
    terms = replace(terms, unfinished=unfinished, tax_percent=Decimal(0), balloon_minor=0)
    on = terms.start_on + timedelta(days=days)
    today, tomorrow = returned_goods(terms, on), returned_goods(terms, on + timedelta(days=1))
    assert 0 <= today.amount_minor <= tomorrow.amount_minor <= total_cost_minor(terms)
