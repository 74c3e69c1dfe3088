"""Who sees what belongs to houses and their owners: a landlord their own, a tenant little, a stranger nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete, select

from domain.access import STRANGER, Scope
from domain.access.visible import VISIBLE
from domain.transaction import transaction
from models import (
    Agreement,
    ColumnChoice,
    Expense,
    ExportRun,
    JournalEntry,
    KeptFile,
    LegalDays,
    ManagementTerms,
    MarketRent,
    MoveNotice,
    Note,
    OffMarket,
    OwnerMovement,
    OwnerStatement,
    Person,
    Property,
    PropertyOwner,
    RentalApplication,
    ReportSchedule,
    Unit,
    User,
    UserLimit,
    Vehicle,
    db,
)
from tests.fixtures.agreements import scope_of

OF_A_HOUSE = (
    Expense, KeptFile, ManagementTerms, MarketRent, OffMarket, OwnerMovement, OwnerStatement, PropertyOwner,
)  # fmt: skip
"""What a landlord sees of their own houses, the office of all, and no customer."""
OF_AN_AGREEMENT = (MoveNotice, Vehicle)
"""What customers see of their own agreement, and landlords of their units."""
OF_STAFF = (Note, RentalApplication)
OF_THE_WHOLE = (ExportRun, LegalDays)
OF_A_USER = (ColumnChoice, ReportSchedule)
OF_HOUSES = (*OF_A_HOUSE, *OF_AN_AGREEMENT, *OF_STAFF, *OF_THE_WHOLE, *OF_A_USER)
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
TODAY = date(2026, 3, 2)
pytestmark = pytest.mark.database("sqlite")


def rows_of(
    mark: str, place: int, unit: int, agreement: int, owner: int, person: int, entry: int
) -> list[Any]:
    recorded: dict[str, Any] = {"recorded_at": NOW, "recorded_by": "setup"}
    house: dict[str, Any] = {"property_id": place, "person_id": owner, "currency": "USD"}
    return [
        Expense(ref=mark, property_id=place, spent_on=TODAY, category="repairs", currency="USD", amount_minor=1,
                entry_id=entry, **recorded),
        KeptFile(ref=mark, name="x.pdf", media_type="application/pdf", size=1, sha256=mark, path=mark,
                 property_id=place, kept_at=NOW, kept_by="setup"),
        ManagementTerms(property_id=place, from_on=TODAY, fee_percent=Decimal(8), **recorded),
        MarketRent(unit_id=unit, from_on=TODAY, amount_minor=1, **recorded),
        OffMarket(ref=mark, unit_id=unit, from_on=TODAY, **recorded),
        OwnerMovement(ref=mark, **house, type="contribution", moved_on=TODAY, amount_minor=1, entry_id=entry,
                      **recorded),
        OwnerStatement(ref=mark, **house, period_from=TODAY, period_to=TODAY, net_minor=0, body={}, closed_at=NOW,
                       closed_by="setup"),
        PropertyOwner(property_id=place, person_id=owner, share_percent=Decimal(100), from_on=TODAY, **recorded),
        MoveNotice(ref=mark, agreement_id=agreement, given_on=TODAY, leaves_on=TODAY, **recorded),
        Vehicle(ref=mark, agreement_id=agreement, **recorded),
        Note(ref=mark, agreement_id=agreement, text="x", written_at=NOW, written_by="setup"),
        RentalApplication(ref=mark, unit_id=unit, person_id=person, received_on=TODAY, **recorded),
        LegalDays(ref=mark, jurisdiction=mark[:2].upper(), what="deposit", effective_from=TODAY, days=30, source="x",
                  verified_on=TODAY, **recorded),
    ]  # fmt: skip


@pytest.fixture
def let(house, open_agreement):
    """Two houses: Lena's, where Bo has an agreement, and another's, where Tess has one. One row of each for both."""
    with transaction() as session:
        for user in ("dana", "adam", "bo"):
            who = scope_of(house, user)
            session.add(ColumnChoice(user_id=who.user_id, report="rent_roll", columns=[]))
            session.add(ReportSchedule(ref=user, user_id=who.user_id, report="rent_roll", every="week", next_on=TODAY,
                                       created_at=NOW))  # fmt: skip
        session.add(ExportRun(ref="export", asked_at=NOW, asked_by="setup"))
    for name, owner in (("bo", "lena"), ("tess", "stan")):
        ref, tenant, landlord = open_agreement(name), scope_of(house, name), scope_of(house, owner)
        with transaction() as session:
            place = Property(ref=f"house-{name}", name=f"House of {owner}", created_at=NOW)
            session.add(place)
            session.flush()
            unit = Unit(ref=f"unit-{name}", property_id=place.id, name="1A", created_at=NOW)
            session.add_all(
                [
                    unit,
                    UserLimit(user_id=landlord.user_id, property_id=place.id, added_at=NOW, added_by="setup"),
                ]
            )
            session.flush()
            agreement = session.scalars(select(Agreement).where(Agreement.ref == ref)).one()
            agreement.unit_id = unit.id
            entry = session.scalars(
                select(JournalEntry.id).where(JournalEntry.agreement_id == agreement.id)
            ).first()
            session.add_all(
                rows_of(
                    name, place.id, unit.id, agreement.id, landlord.person_id, tenant.person_id, entry or 1
                )
            )
    with house.app.app_context():
        yield SimpleNamespace(scope=lambda name: scope_of(house, name))


def seen(scope: Scope, model: type) -> list[Any]:
    return list(db.session.scalars(scope.select(model)).all())


def test_a_landlord_sees_what_belongs_to_their_own_houses(let) -> None:
    lena = let.scope("lena")
    for model in (*OF_A_HOUSE, *OF_AN_AGREEMENT):
        rows = seen(lena, model)
        assert len(rows) == 1, model.__name__
        assert getattr(rows[0], "ref", "bo") == "bo", model.__name__
    for model in (*OF_STAFF, *OF_THE_WHOLE, *OF_A_USER):
        assert seen(lena, model) == [], model.__name__


def test_a_tenant_sees_the_notice_of_their_own_agreement_and_nothing_of_the_owners(let) -> None:
    for name in ("bo", "tess"):
        who = let.scope(name)
        for model in OF_AN_AGREEMENT:
            assert [row.ref for row in seen(who, model)] == [name], model.__name__
        for model in (*OF_A_HOUSE, *OF_STAFF, *OF_THE_WHOLE):
            assert seen(who, model) == [], model.__name__


def test_the_office_sees_the_houses_of_all_and_only_its_own_choices(let) -> None:
    for name in ("dana", "adam"):
        who = let.scope(name)
        for model in (*OF_A_HOUSE, *OF_AN_AGREEMENT, *OF_STAFF, LegalDays):
            assert len(seen(who, model)) >= 2, (name, model.__name__)
        for model in OF_A_USER:
            assert [row.user_id for row in seen(who, model)] == [who.user_id], model.__name__
        assert len(seen(who, ExportRun)) == 1


def test_strangers_see_none(let) -> None:
    for who in (let.scope("stan"), STRANGER, Scope("customer")):
        for model in OF_HOUSES:
            assert seen(who, model) == [], (who.role, model.__name__)


def test_a_landlord_whose_last_house_is_gone_sees_nothing_of_the_business(let) -> None:
    lena = let.scope("lena")
    with transaction() as session:
        session.execute(delete(UserLimit).where(UserLimit.user_id == lena.user_id))
    db.session.rollback()
    for model in VISIBLE:
        mine = lena.select(model)
        if model is Person:
            mine = mine.where(Person.id != lena.person_id)
        elif model is User:
            mine = mine.where(User.id != lena.user_id)
        assert db.session.scalars(mine).all() == [], model.__name__
