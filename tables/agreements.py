"""Agreements, their terms and changes, policies and limits, and where each agreement stands."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import BigId, Model, fk, one_of, pk

if TYPE_CHECKING:
    from tables.people import Person
    from tables.properties import Unit


class Agreement(Model):
    """What somebody owes under. `number` is printed on paper ("L-10042"); `title` says what for, in plain words.

    `batch_id` names the import that brought it in, if one did. `terms` is the document of a kind that has no table of
    its own; `details` is what was bought or leased. `ends_on` is the contract's end, `ended_on` the day it really ended
    (goods returned, moved out): nothing falls due after it. `branch` is the office or lot that looks after it, "" for
    the whole business.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint(one_of("kind", "loan", "lease_to_own", "rental", "credit_line"), name="kind"),
        CheckConstraint(one_of("status", "active", "closed", "charged_off", "undone"), name="status"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16), default="active", index=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    currency: Mapped[str] = mapped_column(String(3))
    start_on: Mapped[date]
    opened_on: Mapped[date]
    created_at: Mapped[datetime]
    batch_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("import_batch.id"), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    unit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("unit.id"), index=True)
    ends_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    branch: Mapped[str] = mapped_column(String(60), default="", server_default="", index=True)
    parties: Mapped[list[AgreementParty]] = relationship(back_populates="agreement")
    standing: Mapped[Standing] = relationship(back_populates="agreement")
    loan: Mapped[Loan | None] = relationship(back_populates="agreement")
    unit: Mapped[Unit | None] = relationship()
    changes: Mapped[list[AgreementChange]] = relationship(order_by="AgreementChange.number")


class AgreementParty(Model):
    """A person on an agreement, from a day and perhaps until a day. A "payer" is an agency that pays a share."""

    __tablename__ = "agreement_party"
    __table_args__ = (
        UniqueConstraint("agreement_id", "person_id"),
        CheckConstraint(one_of("role", "customer", "joint", "guarantor", "payer"), name="role"),
    )
    id: Mapped[int] = pk()
    agreement_id: Mapped[int] = fk("agreement.id", index=False)
    person_id: Mapped[int] = fk("person.id")
    role: Mapped[str] = mapped_column(String(16), default="customer")
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    agreement: Mapped[Agreement] = relationship(back_populates="parties")
    person: Mapped[Person] = relationship(back_populates="parties")


class Loan(Model):
    """The terms of an agreement that is a loan, as `domain.rules.schedule.LoanTerms` reads them.

    `payment_minor` is the installment stated in the contract: it is accepted as it is, since lenders round both ways.
    `skip_months` are calendar months with commas between, `steps` pairs of a payment's number and the amount from it.
    The `opening_*` columns say where a loan stood when it was brought in: money already met on the schedule, and the
    day through which its interest was paid. `revisions` are the changes of its plan since, in order
    (`domain.rules.revisions`); who made each and why stands in `AgreementChange`.
    """

    __tablename__ = "loan"
    __table_args__ = (
        CheckConstraint("principal_minor >= 0 AND count > 0", name="terms"),
        CheckConstraint(one_of("interest", "period", "daily", "flat"), name="interest"),
        CheckConstraint("opening_met_minor >= 0", name="opening_met"),
    )
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"), primary_key=True)
    principal_minor: Mapped[int] = mapped_column(BigInteger)
    annual_rate_percent: Mapped[Decimal]
    count: Mapped[int]
    frequency: Mapped[str] = mapped_column(String(24))
    anchor_days: Mapped[str] = mapped_column(String(16), default="")
    first_due_on: Mapped[date]
    interest: Mapped[str] = mapped_column(String(8), default="period")
    day_count: Mapped[str] = mapped_column(String(16), default="30/360")
    rounding: Mapped[str] = mapped_column(String(16), default="half-up")
    payment_rounding: Mapped[str] = mapped_column(String(16), default="half-up")
    payment_unit_minor: Mapped[int] = mapped_column(BigInteger, default=1)
    payment_minor: Mapped[int | None] = mapped_column(BigInteger)
    last: Mapped[str] = mapped_column(String(16), default="absorb")
    balloon_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    skip_months: Mapped[str] = mapped_column(String(32), default="", server_default="")
    interest_only: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    steps: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    rebate: Mapped[str] = mapped_column(String(16), default="days", server_default="days")
    waterfall: Mapped[str] = mapped_column(String(64), default="interest,principal,fees")
    opening_met_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    opening_interest_from: Mapped[date]
    revisions: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    agreement: Mapped[Agreement] = relationship(back_populates="loan")


class AgreementChange(Model):
    """A change of terms, agreed on later and counting from a day: a deferral, a rent increase, another due day.

    Only ever added. `body` is what the rules of the kind need to know of it; for a document of terms, before and after.
    """

    __tablename__ = "agreement_change"
    __table_args__ = (UniqueConstraint("agreement_id", "number"),)
    id: Mapped[int] = pk()
    agreement_id: Mapped[int] = fk("agreement.id", index=False)
    number: Mapped[int] = mapped_column(Integer)
    type: Mapped[str] = mapped_column(String(24))
    effective_on: Mapped[date]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(300), default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class Hold(Model):
    """Why nobody may pay an agreement through the portal for now: an eviction, certified funds only, a dispute."""

    __tablename__ = "hold"
    __table_args__ = (CheckConstraint(one_of("type", "eviction", "certified_funds", "other"), name="type"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    agreement_id: Mapped[int] = fk("agreement.id")
    type: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(300))
    placed_at: Mapped[datetime]
    placed_by: Mapped[str] = mapped_column(String(64))
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str] = mapped_column(String(64), default="")


class LateFeePolicy(Model):
    """One version of a late-fee rule (`domain.rules.late_fees`): for a kind, a property or one agreement, from a day.

    Only ever added: a change is a further version, and charges due before its day keep the old one.
    """

    __tablename__ = "late_fee_policy"
    __table_args__ = (
        UniqueConstraint("name", "version"),
        CheckConstraint(one_of("kind", "loan", "lease_to_own", "rental", "credit_line"), name="kind"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(16))
    property_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("property.id"), index=True)
    agreement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agreement.id"), index=True)
    effective_from: Mapped[date]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class LegalCap(Model):
    """A figure of law as the operator knows it: where, what, from when, by which source, checked on which day.

    `what` is "late_fee", "rate", "returned_payment_fee", the fee for a way to pay ("card_fee", "bank_fee"), or what is
    to be reported of a year from an amount on ("interest_reported", "rent_reported"). Money in minor units, `percent`
    of the rent or payment (of the year for a rate), with both the "lesser" or the "greater" as `combine` says;
    `earliest_days` is how many days after the due day a fee may first be asked.
    """

    __tablename__ = "legal_cap"
    __table_args__ = (
        CheckConstraint(
            one_of(
                "what",
                "late_fee",
                "rate",
                "returned_payment_fee",
                "card_fee",
                "bank_fee",
                "interest_reported",
                "rent_reported",
            ),  # fmt: skip
            name="what",
        ),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    jurisdiction: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16), default="")
    what: Mapped[str] = mapped_column(String(24))
    effective_from: Mapped[date]
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    percent: Mapped[Decimal | None]
    earliest_days: Mapped[int | None]
    combine: Mapped[str] = mapped_column(String(8), default="lesser")
    source: Mapped[str] = mapped_column(String(300))
    verified_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class Standing(Model):
    """Where an agreement stands, kept in the transaction that posts: the head of its chain and what has been met.

    `installments_met_minor` is the money applied to installments so far; `interest_from` is the day through which
    interest has been posted. What the terms ask for is posted through `billed_through`; `next_bill_on` is the day on
    which the day's billing looks again. Locking this row makes postings to one agreement wait in line.
    """

    __tablename__ = "standing"
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"), primary_key=True)
    entries: Mapped[int] = mapped_column(Integer, default=0)
    head_hash: Mapped[str] = mapped_column(String(64), default="")
    installments_met_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    interest_from: Mapped[date]
    billed_through: Mapped[date | None]
    next_bill_on: Mapped[date | None] = mapped_column(index=True)
    agreement: Mapped[Agreement] = relationship(back_populates="standing")
