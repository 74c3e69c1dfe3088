"""The day's billing: once each, made up when late, beside others, and never held up by one that is damaged."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from domain.actions import billing
from domain.actions.day import bill_day, local_time, run_day
from domain.rules.late_fees import FeeBase
from models import Agreement, Charge, Standing
from tests.domain.actions.paying import at_once
from tests.fixtures.billed import ZONE, local

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-01-01")

FIRST = date(2026, 1, 1)
FEB, MARCH = date(2026, 2, 1), date(2026, 3, 1)
DAY = timedelta(days=1)


def damage(ledger, ref: str, document) -> None:
    with ledger.writing() as session:
        session.execute(sa.update(Agreement).where(Agreement.ref == ref).values(terms=document))


def next_look(ledger, ref: str) -> date | None:
    of = ledger.id_of(ref)
    return ledger.rows(sa.select(Standing.next_bill_on).where(Standing.agreement_id == of))[0][0]


@pytest.mark.safety("J4")
def test_forty_days_off_are_made_up_with_their_due_days_and_late_no_sooner_than_somebody_could_see(
    ledger,
) -> None:
    ledger.add_policy()
    ref = ledger.open_rental("tess", on=FIRST)
    ledger.take(ref, 120_000, FIRST)
    ledger.bill(FIRST)
    back = date(2026, 2, 10)
    ledger.bill(back)
    assert ledger.charges(ref) == [(FIRST, 120_000), (FEB, 120_000)]
    assert next_look(ledger, ref) == back + 4 * DAY
    ledger.bill_days(back + DAY, back + 6 * DAY)
    ledger.bill_days(back, back + 6 * DAY)
    assert ledger.fees(ref) == [(back + 4 * DAY, 5_000)]


def open_each(ledger) -> list[str]:
    return [
        ledger.open_rental("tess", on=date(2026, 1, 10), deposit_minor=50_000),
        ledger.open_rental("tess", on=FIRST, to_on=date(2026, 5, 14), frequency="weekly", anchor=FIRST, due_day=None),
        ledger.open_lease("bo", on=date(2026, 1, 31), count=5),
        ledger.open_lease("bo", on=FIRST, frequency="biweekly", count=9, balloon_minor=5_000),
        ledger.open_credit_line("stan", on=FIRST),
    ]  # fmt: skip


def asked(ledger, ref: str) -> list[tuple]:
    query = sa.select(
        Charge.rule, Charge.period, Charge.due_on, Charge.amount_minor, Charge.tax_minor, Charge.payer
    )
    found = ledger.rows(query.where(Charge.agreement_id == ledger.id_of(ref), Charge.type != "purchase"))
    return sorted(tuple(row) for row in found)


@pytest.mark.safety("M23", "J4", "J6")
@pytest.mark.database("sqlite")
@pytest.mark.parametrize("seed", range(4))
def test_billing_every_day_some_days_or_once_asks_for_the_same(ledger, seed: int) -> None:
    dice = random.Random(seed)
    daily, some, once = open_each(ledger), open_each(ledger), open_each(ledger)
    for line in (daily[-1], some[-1], once[-1]):
        ledger.buy(line, 33_333, date(2026, 1, 7))
    day, last = FIRST, date(2026, 6, 20)
    while day <= last:
        chosen = [*daily, *(some if dice.random() < 0.2 else ())]
        due = ledger.rows(
            sa.select(Agreement.id)
            .join(Standing)
            .where(Agreement.ref.in_(chosen), Standing.next_bill_on <= day)
        )
        at = datetime.combine(day, time(9))
        billed = billing.bill(today=day, at=at, zone=ZONE, now=local(day), only=[row[0] for row in due])
        assert billed.failed == []
        day += DAY
    ledger.bill(last)
    for one, other, late in zip(daily, some, once, strict=True):
        assert asked(ledger, one) == asked(ledger, other) == asked(ledger, late) != []
    assert ledger.differences() == []


@pytest.mark.safety("J18")
@pytest.mark.parametrize(
    "document", [None, {}, [], {"terms": 5}, {"terms": {"from_on": "soon"}}, {"terms": {"from_on": "2026-01-01",
    "lines": [{"type": "rent", "name": "R", "amount_minor": "12"}]}}],
)  # fmt: skip
def test_an_agreement_whose_terms_are_damaged_is_told_and_holds_up_nobody(ledger, document) -> None:
    refs = [ledger.open_rental(on=FIRST) for _ in range(3)]
    damage(ledger, refs[1], document)
    billed = billing.bill(today=FEB, at=datetime.combine(FEB, time(9)), zone=ZONE, now=local(FEB))
    assert billed.failed == [ledger.id_of(refs[1])]
    assert billed.charges == 2
    for ref in (refs[0], refs[2]):
        assert ledger.charges(ref) == [(FIRST, 120_000), (FEB, 120_000)]
    assert run_day(FEB, now=local(FEB), zone=ZONE)["not_billed"] == 1


@pytest.mark.safety("M23", "J1")
def test_a_run_beside_another_asks_for_each_charge_once(ledger) -> None:
    ledger.add_policy()
    refs = [ledger.open_rental(on=FIRST) for _ in range(20)]
    at_once(4, lambda _: ledger.bill(date(2026, 2, 20)))
    ledger.bill(date(2026, 2, 20))
    for ref in refs:
        assert ledger.charges(ref, "rent") == [(FIRST, 120_000), (FEB, 120_000)]
        assert ledger.fees(ref) == [(date(2026, 1, 5), 5_000)]
    assert ledger.differences() == []


def test_a_stay_that_is_over_closes_by_itself_when_everything_is_paid(ledger) -> None:
    before, after = (ledger.open_rental("tess", on=FIRST, to_on=date(2026, 2, 28)) for _ in range(2))
    ledger.take(before, 240_000, FEB)
    ledger.bill_days(FEB, date(2026, 2, 27))
    assert (ledger.status(before), ledger.status(after)) == ("active", "active")
    ledger.bill_days(date(2026, 2, 28), MARCH)
    assert (ledger.status(before), ledger.status(after)) == ("closed", "active")
    ledger.take(after, 240_000, date(2026, 3, 5))
    assert ledger.status(after) == "closed"
    assert next_look(ledger, before) is None


def test_an_agreement_with_a_late_fee_of_this_very_run_does_not_close(ledger) -> None:
    ledger.add_policy("lease_to_own", bases=(FeeBase("flat", 1_500),))
    ref = ledger.open_lease("bo", on=FIRST, count=1)
    ledger.take(ref, 10_625, date(2026, 1, 8))
    assert ledger.status(ref) == "closed"
    late = ledger.open_lease("bo", on=FIRST, count=2)
    ledger.take(late, 10_625, FIRST)
    ledger.bill(FEB)
    with ledger.writing() as session:
        session.execute(sa.update(Standing).values(next_bill_on=date(2026, 2, 9)))
    ledger.take(late, 10_625, date(2026, 2, 8))
    with ledger.writing() as session:
        session.execute(sa.update(Agreement).where(Agreement.ref == late).values(status="active"))
    ledger.bill(date(2026, 2, 9))
    assert ledger.fees(late) == [(date(2026, 2, 5), 1_500)]
    assert ledger.status(late) == "active"
    ledger.take(late, 1_500, date(2026, 2, 10))
    assert ledger.status(late) == "closed"


def test_what_is_due_later_today_is_asked_when_its_time_has_come(ledger) -> None:
    ledger.add_policy(cut_off=time(17))
    ref = ledger.open_rental("tess", on=FIRST)
    ledger.bill(date(2026, 1, 5), time(9))
    assert ledger.fees(ref) == []
    ledger.bill(date(2026, 1, 6), time(9))
    assert ledger.fees(ref) == [(date(2026, 1, 5), 5_000)]


def test_the_time_of_a_day_that_is_not_today_is_its_end(app) -> None:
    now = datetime(2026, 3, 1, 3, 0, tzinfo=ZONE)
    assert local_time(date(2026, 3, 1), now, ZONE) == datetime(2026, 3, 1, 3, 0)
    assert local_time(date(2026, 2, 1), now, ZONE) == datetime.combine(date(2026, 2, 1), time.max)


def test_a_day_is_billed_by_its_own_name(ledger) -> None:
    ref = ledger.open_rental(on=FIRST)
    assert bill_day(today=FEB, now=local(FEB), zone=ZONE).charges == 1
    assert ledger.charges(ref)[-1] == (FEB, 120_000)
