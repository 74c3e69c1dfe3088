"""The books: rows are only ever added."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import BigId, Model, fk, one_of, pk, where_there


class LedgerAccount(Model):
    """One account of the chart. Asset and expense balances are debits (positive), the others credits (negative)."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        CheckConstraint(one_of("type", "asset", "liability", "equity", "income", "expense"), name="type"),
    )
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    type: Mapped[str] = mapped_column(String(12))


class JournalEntry(Model):
    """One thing that happened to money. `key` is UNIQUE, so the same cause cannot be posted twice.

    `effective_on` is the local day it counts for, `recorded_at` when we wrote it down. `position` and `previous_hash`
    chain the entries of one agreement; entries without an agreement are not chained. `note` holds the reason.
    """

    __tablename__ = "journal_entry"
    __table_args__ = (
        UniqueConstraint("agreement_id", "position"),
        Index("ix_journal_entry_agreement_effective", "agreement_id", "effective_on"),
        # What counts after a day, or until one: figures as of a day ask it of the whole book.
        Index("ix_journal_entry_effective_on", "effective_on"),
        where_there("ix_journal_entry_payment_id", "payment_id", there="payment_id"),
    )
    id: Mapped[int] = pk()
    key: Mapped[str] = mapped_column(String(160), unique=True)
    cause: Mapped[str] = mapped_column(String(40))
    agreement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agreement.id"))
    position: Mapped[int | None] = mapped_column(Integer)
    payment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment.id"))
    reverses_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("journal_entry.id"))
    currency: Mapped[str] = mapped_column(String(3))
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))
    note: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    previous_hash: Mapped[str] = mapped_column(String(64), default="")
    hash: Mapped[str] = mapped_column(String(64))
    lines: Mapped[list[JournalLine]] = relationship(back_populates="entry", order_by="JournalLine.id")


class JournalLine(Model):
    """One side of an entry: `amount_minor` is positive for a debit and negative for a credit, never zero.

    The foreign key is deferred: on SQLite the lines are written before their header, whose trigger checks their sum.
    """

    __tablename__ = "journal_line"
    __table_args__ = (CheckConstraint("amount_minor <> 0", name="not_zero"),)
    id: Mapped[int] = pk()
    entry_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("journal_entry.id", deferrable=True, initially="DEFERRED"), index=True
    )
    account: Mapped[str] = mapped_column(String(40), ForeignKey("ledger_account.code"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    entry: Mapped[JournalEntry] = relationship(back_populates="lines")


class Balance(Model):
    """The sum of an agreement's lines on one account, kept as they are posted."""

    __tablename__ = "balance"
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"), primary_key=True)
    account: Mapped[str] = mapped_column(String(40), ForeignKey("ledger_account.code"), primary_key=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)


POSTED_AHEAD = "posted_on IS NULL OR due_on > posted_on"
"""The condition of the index of charges that were posted before their due day; a query that says it uses the index."""


class Charge(Model):
    """Something that fell due: a month's rent, a lease payment, a purchase, a fee. Unique per agreement, rule, period.

    `type` is one of `domain.rules.planned.CHARGE_TYPES` and decides the accounts. `tax_minor` is the part of the amount
    that is tax. `payer` names whose share it is, "" when nobody's alone. `posted_on` is the business day on which it
    was posted: a charge that was posted late is late no sooner than somebody could see it. `about_id` names the charge
    that this row lowers: a waiver, a correction.
    """

    __tablename__ = "charge"
    __table_args__ = (
        UniqueConstraint("agreement_id", "rule", "period"),
        CheckConstraint("amount_minor <> 0", name="not_zero"),
        # Posted before they fall due: few, and all there is that is not yet due.
        Index(
            "ix_charge_ahead", "due_on", sqlite_where=text(POSTED_AHEAD), postgresql_where=text(POSTED_AHEAD)
        ),
    )
    id: Mapped[int] = pk()
    agreement_id: Mapped[int] = fk("agreement.id", index=False)
    entry_id: Mapped[int] = fk("journal_entry.id")
    rule: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(64))
    due_on: Mapped[date]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(24), default="fee", server_default="fee")
    name: Mapped[str] = mapped_column(String(120), default="", server_default="")
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    tax_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    payer: Mapped[str] = mapped_column(String(32), default="", server_default="")
    posted_on: Mapped[date | None]
    about_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("charge.id"), index=True)


class Statement(Model):
    """A closed cycle of a credit line, frozen as it was issued: what it began with, what happened, what is asked.

    `past_due_minor` is what of the minimum was due before already, since `late_since`.
    """

    __tablename__ = "statement"
    __table_args__ = (UniqueConstraint("agreement_id", "closing_on"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    agreement_id: Mapped[int] = fk("agreement.id", index=False)
    period_from: Mapped[date]
    closing_on: Mapped[date]
    due_on: Mapped[date]
    closing_minor: Mapped[int] = mapped_column(BigInteger)
    minimum_minor: Mapped[int] = mapped_column(BigInteger)
    past_due_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    late_since: Mapped[date | None]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_at: Mapped[datetime]


BUCKETS = (
    "interest", "principal", "fees", "credit", "rent", "other", "lease", "purchases", "finance", "deposit",
    "recovery",
)  # fmt: skip


class Allocation(Model):
    """What a piece of a payment paid: interest or principal of an installment, a charge, or credit kept for later.

    A returned payment's allocations are repeated with the opposite sign by the entry that reverses it. Credit that pays
    a charge later has rows of its own, without a payment. `payer` says whose credit was kept or used, "" where it is
    nobody's alone: roommates do not pay with each other's money.
    """

    __tablename__ = "allocation"
    __table_args__ = (
        CheckConstraint(one_of("bucket", *BUCKETS), name="bucket"),
        CheckConstraint("amount_minor <> 0", name="not_zero"),
        where_there("ix_allocation_charge_id", "charge_id", there="charge_id"),
    )
    id: Mapped[int] = pk()
    entry_id: Mapped[int] = fk("journal_entry.id")
    payment_id: Mapped[int | None] = fk("payment.id", nullable=True)
    bucket: Mapped[str] = mapped_column(String(12))
    installment_number: Mapped[int | None] = mapped_column(Integer)
    due_on: Mapped[date | None]
    charge_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("charge.id"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    payer: Mapped[str] = mapped_column(String(32), server_default="")


class Seal(Model):
    """The books of one day, sealed: a hash over the head of every chain up to and with entry `through_entry_id`."""

    __tablename__ = "seal"
    id: Mapped[int] = pk()
    day: Mapped[date] = mapped_column(unique=True)
    through_entry_id: Mapped[int] = mapped_column(BigInteger)
    entries: Mapped[int] = mapped_column(BigInteger)
    heads_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]
