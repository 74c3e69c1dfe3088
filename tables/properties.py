"""Properties and units, who owns them and on which terms they are managed, what they cost, who wants to move in or out.

Vehicles stand here too: they are to a dealer what a unit is to a landlord.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import BigId, Model, fk, one_of, pk


class Property(Model):
    """A house or a building with units to let. `jurisdiction` names whose law holds there ("US-CA")."""

    __tablename__ = "property"
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    address: Mapped[str] = mapped_column(Text, default="")
    jurisdiction: Mapped[str] = mapped_column(String(16), default="")
    branch: Mapped[str] = mapped_column(String(60), default="", server_default="", index=True)
    created_at: Mapped[datetime]
    units: Mapped[list[Unit]] = relationship(back_populates="property", order_by="Unit.name")


class Unit(Model):
    """A flat, a room, a store: what a rental is of. `size` is in the business's own measure (square feet or metres).

    `market_rent_minor` is a month's rent it could be let for today; what it was before is a `MarketRent`.
    """

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("property_id", "name"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    property_id: Mapped[int] = fk("property.id", index=False)
    name: Mapped[str] = mapped_column(String(60), index=True)
    beds: Mapped[int | None]
    baths: Mapped[Decimal | None]
    size: Mapped[int | None]
    market_rent_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime]
    property: Mapped[Property] = relationship(back_populates="units")


class MarketRent(Model):
    """What a month in a unit could be let for, from a day on; of a day the last row counts. Only ever added."""

    __tablename__ = "market_rent"
    __table_args__ = (Index("ix_market_rent_unit_from", "unit_id", "from_on"),)
    id: Mapped[int] = pk()
    unit_id: Mapped[int] = fk("unit.id", index=False)
    from_on: Mapped[date]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class OffMarket(Model):
    """Days on which a unit is not to let: works, the owner's own use. `until_on` is the last of them, if known."""

    __tablename__ = "off_market"
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    unit_id: Mapped[int] = fk("unit.id")
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class PropertyOwner(Model):
    """Who owns how much of a property, from a day until a day. `share_percent` of all owners of a day make 100."""

    __tablename__ = "property_owner"
    __table_args__ = (UniqueConstraint("property_id", "person_id", "from_on"),)
    id: Mapped[int] = pk()
    property_id: Mapped[int] = fk("property.id", index=False)
    person_id: Mapped[int] = fk("person.id")
    share_percent: Mapped[Decimal]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class ManagementTerms(Model):
    """On which terms a property is managed for its owners, from a day on. Only ever added.

    The fee of a month: `fee_percent` of what was collected ("collected") or of the rent asked ("charged"), at least
    `fee_minimum_minor`, and `fee_flat_minor` for each unit. `reserve_minor` stays with the manager for repairs.
    """

    __tablename__ = "management_terms"
    __table_args__ = (
        UniqueConstraint("property_id", "from_on"),
        CheckConstraint(one_of("fee_base", "collected", "charged"), name="fee_base"),
    )
    id: Mapped[int] = pk()
    property_id: Mapped[int] = fk("property.id", index=False)
    from_on: Mapped[date]
    fee_percent: Mapped[Decimal]
    fee_base: Mapped[str] = mapped_column(String(12), default="collected")
    fee_minimum_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    fee_flat_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    reserve_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class Expense(Model):
    """What was spent on a property: a repair, insurance, a tax. Only ever added: a second row takes a mistake back.

    `amount_minor` is positive for money spent and negative for what takes `about_id` back. `entry_id` is its posting.
    """

    __tablename__ = "expense"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0", name="not_zero"),
        Index("ix_expense_property_on", "property_id", "spent_on"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    property_id: Mapped[int] = fk("property.id", index=False)
    unit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("unit.id"), index=True)
    spent_on: Mapped[date]
    category: Mapped[str] = mapped_column(String(24))
    vendor: Mapped[str] = mapped_column(String(120), default="")
    description: Mapped[str] = mapped_column(String(300), default="")
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    file_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("kept_file.id"))
    about_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("expense.id"), unique=True)
    entry_id: Mapped[int] = fk("journal_entry.id")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class OwnerStatement(Model):
    """A month of one property for one owner, frozen as it was closed, and what of it is theirs.

    `body` holds the lines as `domain.rules.owner_statements` made them. `net_minor` is the owner's share of the month.
    """

    __tablename__ = "owner_statement"
    __table_args__ = (UniqueConstraint("property_id", "person_id", "period_from"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    property_id: Mapped[int] = fk("property.id", index=False)
    person_id: Mapped[int] = fk("person.id")
    period_from: Mapped[date]
    period_to: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    net_minor: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    entry_id: Mapped[int | None] = fk("journal_entry.id", nullable=True)
    closed_at: Mapped[datetime]
    closed_by: Mapped[str] = mapped_column(String(64))


class OwnerMovement(Model):
    """Money between the business and an owner: paid out (negative) or put in (positive). Only ever added."""

    __tablename__ = "owner_movement"
    __table_args__ = (
        CheckConstraint(one_of("type", "payout", "contribution", "taken_back"), name="type"),
        CheckConstraint("amount_minor <> 0", name="not_zero"),
        Index("ix_owner_movement_property_on", "property_id", "moved_on"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    property_id: Mapped[int] = fk("property.id", index=False)
    person_id: Mapped[int] = fk("person.id")
    type: Mapped[str] = mapped_column(String(12))
    moved_on: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    reference: Mapped[str] = mapped_column(String(120), default="")
    about_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("owner_movement.id"), unique=True)
    entry_id: Mapped[int] = fk("journal_entry.id")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class RentalApplication(Model):
    """Somebody asks for a unit: what they said of themselves, what was decided, and the lease it became."""

    __tablename__ = "rental_application"
    __table_args__ = (
        CheckConstraint(one_of("state", "received", "approved", "declined", "withdrawn"), name="state"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    unit_id: Mapped[int] = fk("unit.id")
    person_id: Mapped[int] = fk("person.id")
    received_on: Mapped[date]
    wanted_from: Mapped[date | None]
    income_minor: Mapped[int | None] = mapped_column(BigInteger)
    occupants: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(12), default="received")
    decided_on: Mapped[date | None]
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    agreement_id: Mapped[int | None] = fk("agreement.id", nullable=True)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class MoveNotice(Model):
    """Notice that a tenant leaves: given on a day for a day, by either side. `withdrawn_on`: they stay after all."""

    __tablename__ = "move_notice"
    __table_args__ = (CheckConstraint(one_of("given_by", "tenant", "landlord"), name="given_by"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    agreement_id: Mapped[int] = fk("agreement.id")
    given_on: Mapped[date]
    leaves_on: Mapped[date]
    given_by: Mapped[str] = mapped_column(String(12), default="tenant")
    reason: Mapped[str] = mapped_column(String(300), default="")
    withdrawn_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class LegalDays(Model):
    """A number of days that the law of a place gives, as the operator knows it, from a day on. Only ever added.

    `what` is "deposit" (after moving out, to account for the deposit) or "rent_increase" (told so long before it).
    """

    __tablename__ = "legal_days"
    __table_args__ = (
        UniqueConstraint("jurisdiction", "what", "effective_from"),
        CheckConstraint(one_of("what", "deposit", "rent_increase"), name="what"),
        CheckConstraint("days BETWEEN 0 AND 366", name="days"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    jurisdiction: Mapped[str] = mapped_column(String(16))
    what: Mapped[str] = mapped_column(String(16))
    effective_from: Mapped[date]
    days: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(300))
    verified_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class Vehicle(Model):
    """The car behind a loan or lease. `plate_folded` and `vin` are capital letters and digits only, for the search."""

    __tablename__ = "vehicle"
    __table_args__ = (
        CheckConstraint(
            one_of("title_status", "unknown", "applied_for", "lien_recorded", "held", "released"),
            name="title_status",
        ),
        CheckConstraint(
            one_of("custody", "customer", "assigned", "repossessed", "redeemed", "sold"), name="custody"
        ),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    agreement_id: Mapped[int] = fk("agreement.id")
    vin: Mapped[str] = mapped_column(String(17), default="", index=True)
    year: Mapped[int | None]
    make: Mapped[str] = mapped_column(String(40), default="")
    model: Mapped[str] = mapped_column(String(60), default="")
    color: Mapped[str] = mapped_column(String(30), default="")
    plate: Mapped[str] = mapped_column(String(16), default="")
    plate_folded: Mapped[str] = mapped_column(String(16), default="", index=True)
    plate_state: Mapped[str] = mapped_column(String(16), default="")
    miles: Mapped[int | None]
    title_status: Mapped[str] = mapped_column(String(16), default="unknown")
    title_number: Mapped[str] = mapped_column(String(40), default="")
    custody: Mapped[str] = mapped_column(String(12), default="customer")
    custody_on: Mapped[date | None]
    custody_note: Mapped[str] = mapped_column(String(300), default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))
