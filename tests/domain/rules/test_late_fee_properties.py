"""What holds for every late-fee policy; and a second, slow way of counting fees, day by day, as a witness."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.late_fees import Cap, FeeBase, LateFeePolicy, Recurring, Tier, from_json, to_json
from domain.rules.money import round_minor
from tests.domain.rules.late_fee_samples import cap, fees, posted, rent, total

CALM = settings(max_examples=80, deadline=None)
START = date(2026, 11, 1)

money = st.integers(1, 200_000)
percents = st.decimals(Decimal("0.01"), Decimal(20), places=2)
bases = st.one_of(
    st.builds(FeeBase, st.just("flat"), st.integers(1, 20_000)),
    st.builds(
        FeeBase,
        st.sampled_from(("of_standard", "of_overdue", "of_overdue_charges", "monthly_by_day")),
        st.just(0),
        percents,
    ),
)
several = st.lists(bases, min_size=1, max_size=3).map(tuple)
combines = st.sampled_from(("sum", "greater", "lesser"))
clocks = st.sampled_from((time(0), time(6), time(17, 30)))
recurrings = st.builds(
    Recurring,
    bases,
    st.integers(1, 9),
    st.sampled_from(("day", "week")),
    st.integers(1, 9),
    clocks,
    st.none() | st.integers(1, 5),
)
limits = st.builds(
    Cap, st.sampled_from(("charge", "period", "total")), money, st.none() | st.decimals(1, 20, places=1)
)
payments = st.lists(
    st.tuples(st.sampled_from((1, 2)), st.integers(0, 60 * 24), st.integers(1, 150_000)), max_size=4
)


@st.composite
def policies(draw: st.DrawFn) -> LateFeePolicy:
    tier_by = draw(st.sampled_from(("", "", "days_late", "overdue")))
    starts = sorted(draw(st.sets(st.integers(1, 40), min_size=1, max_size=3))) if tier_by else []
    return LateFeePolicy(
        name="Drawn",
        version=1,
        effective_from=date(2026, 1, 1),
        first_fee_offset=draw(st.integers(1, 20)),
        cut_off=draw(clocks),
        bases=draw(several),
        combine=draw(combines),
        tier_by=tier_by,
        tiers=tuple(Tier(at, draw(several), draw(combines)) for at in starts),
        minimum_minor=draw(st.sampled_from((0, 0, 500))),
        maximum_minor=draw(st.none() | st.integers(500, 30_000)),
        recurring=draw(st.none() | recurrings),
        caps=tuple(draw(st.lists(limits, max_size=2))),
        minimum_balance_minor=draw(st.sampled_from((0, 0, 5_000))),
    )


def begun(drawn: list[tuple[int, int, int]]) -> list[tuple[int, datetime, int]]:
    """Payments (charge, hours after the start, amount) as (charge, moment, amount)."""
    midnight = datetime.combine(START, time(0))
    return [(id, midnight + timedelta(hours=hours), amount) for id, hours, amount in drawn]


CHARGES = (rent(), rent(id=2, due_on=date(2026, 12, 1)))


@CALM
@given(policies(), payments, st.none() | money)
def test_no_fee_is_below_zero_nor_above_a_limit_and_none_comes_twice(policy, drawn, law) -> None:
    caps = [] if law is None else [cap(amount_minor=law)]
    at = datetime(2027, 1, 20, 12)
    found = fees(policy, *CHARGES, paid=begun(drawn), caps=caps, at=at)
    assert all(fee.amount_minor > 0 and fee.on <= at.date() for fee in found)
    assert len({fee.key for fee in found}) == len(found)
    assert fees(policy, *CHARGES, paid=begun(drawn), caps=caps, at=at, already=posted(found)) == ()
    of_charge = {id: [fee for fee in found if fee.charge_id == id] for id in (1, 2)}
    for own in of_charge.values():
        assert law is None or total(own) <= law
    for limit in policy.caps:
        months = {(fee.on.year, fee.on.month) for fee in found}
        held = {
            "charge": of_charge.values(),
            "period": [[fee for fee in found if (fee.on.year, fee.on.month) == one] for one in months],
            "total": [found],
        }[limit.per]
        assert all(total(some) <= limit.amount_minor for some in held)
    for fee in found:
        assert fee.trace.steps[-1].amount_minor == fee.amount_minor
        assert all(str(step.sentence) for step in fee.trace.steps)
        assert (fee.clamped_from_minor is None) or fee.clamped_from_minor > fee.amount_minor


@pytest.mark.safety("M23", "J4")
@CALM
@given(policies(), payments)
def test_one_late_run_gives_the_same_as_a_run_each_day(policy, drawn) -> None:
    daily = []
    for day in range(80):
        at = datetime(2026, 11, 1, 23, 59) + timedelta(days=day)
        daily += fees(policy, *CHARGES, paid=begun(drawn), at=at, already=posted(daily))
    assert tuple(daily) == fees(policy, *CHARGES, paid=begun(drawn), at=datetime(2027, 1, 19, 23, 59))


@CALM
@given(policies())
def test_a_policy_survives_being_kept(policy) -> None:
    assert from_json(to_json(policy)) == policy


@CALM
@given(policies(), st.integers(0, 60), st.integers(1, 119_999))
def test_a_walk_over_the_hours_finds_the_same_fees(policy, paid_on_day, partly) -> None:
    """The witness knows no occurrences: it looks every half hour whether a fee is due at that moment."""
    policy = replace(policy, tier_by="", tiers=(), caps=policy.caps[:1])
    drawn = [(1, 24 * paid_on_day + 3, partly), (1, 24 * paid_on_day + 24 * 11, 120_000 - partly)]
    found = fees(policy, rent(), paid=begun(drawn), at=datetime(2027, 1, 10))
    assert [(fee.on, fee.amount_minor) for fee in found] == _walked(policy, begun(drawn))


def _walked(policy: LateFeePolicy, paid: list[tuple[int, datetime, int]]) -> list[tuple[date, int]]:
    found: list[tuple[date, int]] = []
    first_on, recurring = START + timedelta(days=policy.first_fee_offset or 0), policy.recurring
    now, came = datetime.combine(START, time(0)), 0
    while now <= datetime(2027, 1, 10):
        day, wanted = now.date(), None
        unpaid = 120_000 - sum(amount for _, begun_at, amount in paid if begun_at < now)
        if day == first_on and now.time() == policy.cut_off:
            each = [_slow(base, unpaid, (day - START).days) for base in policy.bases]
            wanted = round_minor({"sum": sum, "greater": max, "lesser": min}[policy.combine](each))
            wanted = max(wanted, policy.minimum_minor)
            wanted = wanted if policy.maximum_minor is None else min(wanted, policy.maximum_minor)
            found += _held(policy, found, day, wanted, unpaid)
        if recurring and now.time() == recurring.at:
            since = (day - first_on).days - recurring.first_after_days
            if since >= 0 and since % recurring.days == 0 and came != recurring.stop_after:
                came += 1
                days = recurring.first_after_days if came == 1 else recurring.days
                found += _held(policy, found, day, round_minor(_slow(recurring.base, unpaid, days)), unpaid)
        now += timedelta(minutes=30)
    return found


def _slow(base: FeeBase, unpaid: int, days: int) -> Decimal:
    if base.kind == "flat":
        return Decimal(base.amount_minor)
    if base.kind == "monthly_by_day":
        # Multiplied by the whole number first: no digit is lost where it would decide a rounding.
        return Decimal(unpaid) * base.percent * 12 * days / 36_500
    return Decimal(120_000 if base.kind == "of_standard" else unpaid) * base.percent / 100


def _held(
    policy: LateFeePolicy, found: list[tuple[date, int]], day: date, wanted: int, unpaid: int
) -> list[tuple[date, int]]:
    if unpaid <= 0 or unpaid < policy.minimum_balance_minor:
        return []
    for limit in policy.caps:
        most = limit.amount_minor
        if limit.percent is not None:
            most = min(most, int(1_200 * limit.percent))
        month = [fee for fee in found if (fee[0].year, fee[0].month) == (day.year, day.month)]
        wanted = min(wanted, most - sum(amount for _, amount in (month if limit.per == "period" else found)))
    return [(day, wanted)] if wanted > 0 else []
