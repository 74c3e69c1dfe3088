"""Opening rentals, leases and credit lines: checked, billed at once, and every number used once."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest
import sqlalchemy as sa

from domain.actions import properties
from domain.actions.openings import Opening, check_opening, open_agreement
from domain.rules.allocation import Profile
from domain.rules.lease import LeaseTerms
from domain.rules.rent import RentTerms
from domain.rules.rent_terms import RentLine
from domain.words import Gone, Refused
from models import Agreement, AgreementParty, AuditEvent, db
from tests.fixtures.billed import ZONE, local

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")

FIRST, TODAY = date(2026, 1, 1), date(2026, 3, 2)
RENT = RentTerms(from_on=FIRST, due_day=1, lines=(RentLine("rent", "Rent", 120_000),))
LEASE = LeaseTerms(
    80_000, 10_000, 12, "monthly", FIRST, FIRST, tax_percent=Decimal("6.25"), deposit_minor=5_000
)  # fmt: skip


def begin(terms, **wishes) -> str:
    opening = Opening(**({"title": "T", "start_on": FIRST} | wishes))
    return open_agreement(
        terms,
        opening,
        by="user:1",
        today=TODAY,
        at=datetime.combine(TODAY, time(9)),
        zone=ZONE,
        now=local(TODAY),
    )


def test_what_is_due_already_is_asked_at_once_and_by_whom_is_written_down(ledger) -> None:
    ref = begin(RENT, person_refs=[ledger.house.person("tess")], number="R-7", deposit_minor=60_000)
    assert ledger.charges(ref, "rent") == [(date(2026, month, 1), 120_000) for month in (1, 2, 3)]
    assert ledger.charges(ref, "deposit") == [(FIRST, 60_000)]
    assert ledger.rows(sa.select(Agreement.number, Agreement.kind))[0] == ("R-7", "rental")
    assert len(ledger.rows(sa.select(AgreementParty.id))) == 1
    assert len(ledger.rows(sa.select(AuditEvent.id).where(AuditEvent.action == "agreement.opened"))) == 1
    assert ledger.differences() == []


def test_a_rental_that_nobody_named_is_called_by_its_unit_and_a_number_stands_once(ledger) -> None:
    from domain.reports.agreements import standing

    house = properties.add_property(properties.House("Elm"), by="user:1", now=ledger.house.now)
    unit = properties.add_unit(house, properties.Let("1A"), by="user:1", now=ledger.house.now)
    begin(RENT, title="", unit_ref=unit, number="R-1")
    begin(RENT, title="", number="R-2")
    with ledger.house.app.app_context():
        rows = db.session.scalars(sa.select(Agreement).order_by(Agreement.number)).all()
        assert [view.whole_name for view in standing(rows, TODAY)] == ["Elm · 1A · R-1", "R-2"]


def test_what_fell_due_before_billing_began_was_somebody_elses(ledger) -> None:
    ref = begin(RENT, bill_from=date(2026, 2, 15), deposit_minor=100)
    assert ledger.charges(ref) == [(date(2026, 2, 15), 100), (date(2026, 3, 1), 120_000)]


def test_the_deposit_of_a_lease_is_the_one_in_its_terms(ledger) -> None:
    assert ledger.charges(begin(LEASE), "deposit") == [(FIRST, 5_000)]
    assert ledger.charges(begin(LEASE, deposit_minor=5_000), "deposit") == [(FIRST, 5_000)]


@pytest.mark.parametrize(
    ("terms", "wishes", "field"),
    [
        (RENT, {"deposit_minor": -1}, "deposit"),
        (LEASE, {"deposit_minor": 4_999}, "deposit"),
        (RENT, {"bill_from": date(2025, 12, 31)}, "bill_from"),
        (RENT, {"allocation": Profile("custom")}, "order"),
        (RentTerms(FIRST, due_day=1, lines=(RentLine("rent", "R" * 41, 5),)), {}, "lines"),
    ],
)
def test_what_no_agreement_can_be_made_of_is_refused_with_its_field(app, terms, wishes, field) -> None:
    with pytest.raises(Refused) as refused:
        check_opening(terms, Opening(**({"title": "T", "start_on": FIRST} | wishes)))
    assert refused.value.field == field


def test_a_number_in_use_is_refused_and_nothing_of_it_stays(ledger) -> None:
    begin(RENT, number="R-7")
    with pytest.raises(Refused) as refused:
        begin(RENT, number="R-7")
    assert refused.value.field == "number"
    assert len(ledger.rows(sa.select(Agreement.id))) == 1


def test_people_and_units_that_are_not_there_are_not_guessed(ledger) -> None:
    for wishes in ({"person_refs": ["nobody"]}, {"unit_ref": "nowhere"}):
        with pytest.raises(Gone):
            begin(RENT, **wishes)
    assert ledger.rows(sa.select(Agreement.id)) == []
