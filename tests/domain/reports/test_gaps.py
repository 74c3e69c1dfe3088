"""Gaps: what does not fit together is found, with its day, and what fits is left alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from domain.records.mandates import Accepted, keep_mandate
from domain.rules.planned import PlannedCharge
from domain.rules.rent import Concession, RentLine
from domain.words import Sentence, Step, Trace
from models import Agreement, AgreementParty, Autopay, PaymentMethod, Person
from tests.fixtures.agreements import save_method_for, scope_of
from tests.fixtures.billed import local
from tests.fixtures.four_kinds import unit_for
from tests.fixtures.terms import rent_terms

TODAY = date(2026, 3, 10)
pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-10")


def gaps(ledger, on=TODAY, **wishes):
    """What is wrong -> [(since, params of its sentence)]."""
    from domain.reports.gaps import found

    with ledger.house.app.app_context():
        told = found(scope_of(ledger.house, wishes.pop("name", "dana")), on, **wishes)
        return {what: [(gap.since, {**gap.said.params}) for gap in some] for what, some in told.items()}


def let(ledger, name="tess", on=date(2026, 1, 1), **wishes):
    return ledger.open_rental(name, on=on, unit_ref=unit_for(ledger.house), **wishes)


def write(ledger, *statements):
    with ledger.writing() as session:
        for statement in statements:
            session.execute(statement)


def test_a_month_without_its_rent_is_found_from_the_due_day_and_gone_once_it_is_billed(ledger):
    let(ledger)
    ledger.bill_days(date(2026, 1, 1), date(2026, 2, 2))
    ((since, said),) = gaps(ledger)["no_rent"]
    assert (since, said["amount"].minor) == (date(2026, 3, 1), 120_000)
    ledger.bill(date(2026, 3, 1))
    assert gaps(ledger) == {}


@pytest.mark.database("sqlite")
def test_a_free_month_is_no_gap(ledger):
    free = Concession("First month", "free", from_on=date(2026, 3, 1), until_on=date(2026, 3, 31))
    let(ledger, on=date(2026, 3, 1), concessions=(free,))
    assert gaps(ledger) == {}


def test_the_rent_of_a_period_that_was_charged_elsewhere_is_no_gap(ledger):
    terms = rent_terms(date(2025, 1, 1))
    ledger.open(terms, "bo", on=TODAY, unit_ref=unit_for(ledger.house), bill_from=date(2026, 4, 1))
    write(ledger, sa.update(Agreement).values(created_at=local(TODAY)))
    assert gaps(ledger) == {}
    assert set(gaps(ledger, date(2026, 4, 1))) == {"no_rent"}


@pytest.mark.database("sqlite")
def test_rent_that_ran_out_is_zero_from_the_day_after(ledger):
    lines = (
        RentLine("rent", "Rent", 90_000, until_on=date(2026, 2, 28)),
        RentLine("addon", "Parking", 5_000),
    )
    let(ledger, lines=lines)
    ledger.bill_days(date(2026, 1, 1), date(2026, 3, 2))
    assert [since for since, _ in gaps(ledger)["rent_zero"]] == [date(2026, 3, 1)]


def test_a_lease_that_is_over_without_a_move_out_is_found_and_one_that_goes_on_is_not(ledger):
    let(ledger, to_on=date(2026, 2, 28), deposit_minor=60_000)
    let(ledger, "bo", to_on=date(2026, 2, 28), goes_on=True)
    ledger.bill_days(date(2026, 1, 1), date(2026, 3, 2))
    assert [since for since, _ in gaps(ledger)["expired"]] == [date(2026, 3, 1)]
    assert set(gaps(ledger)) == {"expired"}


def test_two_leases_of_one_unit_with_a_day_in_common_are_found_once(ledger):
    first, second = let(ledger), let(ledger, "bo", on=date(2026, 2, 1))
    ledger.bill_days(date(2026, 1, 1), date(2026, 3, 2))
    assert gaps(ledger) == {}
    of = sa.select(Agreement.unit_id).where(Agreement.ref == first).scalar_subquery()
    write(ledger, sa.update(Agreement).where(Agreement.ref == second).values(unit_id=of))
    ((since, _),) = gaps(ledger)["overlap"]
    assert since == date(2026, 2, 1)
    write(ledger, sa.update(Agreement).where(Agreement.ref == first).values(ended_on=date(2026, 1, 31)))
    assert "overlap" not in gaps(ledger)


def test_credit_that_waits_while_something_is_owed_is_found(ledger):
    home = let(ledger)
    ledger.bill_days(date(2026, 1, 1), date(2026, 1, 2))
    ledger.take(home, 150_000, on=date(2026, 1, 20))
    assert "credit" not in gaps(ledger, date(2026, 1, 20))
    day = date(2026, 1, 25)
    why = Trace("charge.added", 1, (Step(Sentence("A key."), 40_000),))
    key = PlannedCharge(1, "one_off", "added", "key", day, day, day, 40_000, why, name="Key")
    ledger.charge(home, key, day)
    assert "credit" not in gaps(ledger, day), "what is due today is not late"
    ((since, said),) = gaps(ledger, day + timedelta(days=1))["credit"]
    assert (since, said["credit"].minor, said["owed"].minor) == (day, 30_000, 40_000)


def test_an_agreement_without_a_person_and_a_rental_without_a_unit_are_found(ledger):
    home = ledger.open_rental("tess", on=date(2026, 3, 1))
    gone = sa.update(AgreementParty).where(AgreementParty.agreement_id == ledger.id_of(home))
    write(ledger, gone.values(until_on=date(2026, 3, 5)))
    assert gaps(ledger) == {"no_person": [(date(2026, 3, 5), {})], "no_unit": [(date(2026, 3, 1), {})]}


def autopay(ledger, ref, name, **wishes):
    """A contract that was accepted, with these terms."""
    method = save_method_for(ledger.house, name)
    with ledger.writing() as session:
        person = session.scalar(sa.select(Person.id).where(Person.ref == ledger.house.person(name)))
        way = session.scalar(sa.select(PaymentMethod.id).where(PaymentMethod.ref == method))
        of, now = ledger.id_of(ref), ledger.house.now
        said = Accepted("ach", "I allow it.", "test", class_code="WEB", recurring=True)
        mandate = keep_mandate(
            session, said, method_id=way, person_id=person, agreement_id=of, by="user:1", today=TODAY, now=now
        )
        terms = {"state": "active", "amount_rule": "due", "starts_on": date(2026, 1, 1)} | wishes
        session.add(
            Autopay(
                ref=f"autopay-{name}", agreement_id=of, person_id=person, mandate_id=mandate, created_at=now,
                created_by="user:1", **terms,
            )
        )  # fmt: skip


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("wishes", "taken"),
    [
        ({"limit_minor": 110_000}, 110_000),
        ({"amount_rule": "fixed", "amount_minor": 100_000}, 100_000),
        ({"amount_rule": "fixed", "amount_minor": 120_000}, None),
        ({"limit_minor": 120_000}, None),
        ({"amount_rule": "share", "share_bp": 5_000, "limit_minor": 90_000}, None),
    ],
)
def test_autopay_that_cannot_take_the_rent_is_found(ledger, wishes, taken):
    home = let(ledger)
    ledger.bill_days(date(2026, 1, 1), date(2026, 3, 2))
    ledger.take(home, 360_000, on=date(2026, 3, 2))
    autopay(ledger, home, "tess", **wishes)
    found = gaps(ledger).get("autopay", [])
    assert [(since, said["taken"].minor) for since, said in found] == (
        [(date(2026, 4, 1), taken)] if taken else []
    )


@pytest.mark.database("sqlite")
def test_a_weekly_amount_is_held_against_the_year(ledger):
    home = let(ledger)
    ledger.bill_days(date(2026, 1, 1), date(2026, 3, 2))
    weekly = {"amount_rule": "fixed", "cadence": "weekly", "anchor_on": date(2026, 3, 13)}
    autopay(ledger, home, "tess", amount_minor=25_000, **weekly)
    assert [since for since, _ in gaps(ledger)["autopay"]] == [TODAY]
    write(ledger, sa.update(Autopay).values(amount_minor=30_000))
    assert "autopay" not in gaps(ledger)


def test_gaps_are_narrowed_to_a_property_and_to_what_somebody_may_see(ledger):
    let(ledger)
    ledger.open_rental("bo", on=date(2026, 3, 1))
    assert set(gaps(ledger)) == {"no_rent", "no_unit"}
    assert set(gaps(ledger, property_ref="mill-house")) == {"no_rent"}
    assert gaps(ledger, property_ref="nothing") == gaps(ledger, name="lena") == {}
