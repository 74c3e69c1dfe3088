"""Money that goes back, cases about it, and what gateways tell by themselves."""

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
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from tables.base import BigId, Model, fk, one_of, pk


class Refund(Model):
    """Money given back of one settled payment: an attempt kept before the gateway is asked, and what became of it.

    `way` says how: by the gateway that took it, in a file, or by hand (cash, check, transfer). `from_credit` gives back
    only what was paid too much; else the allocations of the payment are taken back, the latest first. All refunds of a
    payment that did not fail are at most the payment.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="positive"),
        CheckConstraint(
            one_of("state", "attempting", "unknown", "pending", "settled", "failed"), name="state"
        ),
        CheckConstraint(one_of("way", "gateway", "file", "cash", "check", "transfer"), name="way"),
        Index("ix_refund_state_next_look", "state", "next_look_at"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(64), unique=True)
    payment_id: Mapped[int] = fk("payment.id")
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    way: Mapped[str] = mapped_column(String(8))
    from_credit: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(160), unique=True)
    gateway: Mapped[str] = mapped_column(String(24))
    gateway_ref: Mapped[str] = mapped_column(String(80), default="")
    code: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(String(200))
    begun_on: Mapped[date]
    begun_at: Mapped[datetime]
    begun_by: Mapped[str] = mapped_column(String(64))
    settled_on: Mapped[date | None]
    entry_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("journal_entry.id"))
    undo_entry_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("journal_entry.id"))
    next_look_at: Mapped[datetime | None]
    looks: Mapped[int] = mapped_column(Integer, default=0)


class Dispute(Model):
    """A payer's bank asks why: the case, until when evidence is wanted, what was sent, and how it ended.

    The money is taken back when the case opens (`return_id`); a case that is won brings it again by a new entry.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint(one_of("state", "open", "answered", "won", "lost", "accepted"), name="state"),
        UniqueConstraint("gateway", "case_ref"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    payment_id: Mapped[int] = fk("payment.id")
    gateway: Mapped[str] = mapped_column(String(24))
    case_ref: Mapped[str] = mapped_column(String(80))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    code: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[str] = mapped_column(String(12))
    opened_on: Mapped[date]
    due_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    evidence: Mapped[list[Any]] = mapped_column(JSON, default=list)
    return_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment_return.id"))
    won_entry_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("journal_entry.id"))
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(64))


class GatewayNotice(Model):
    """News that a gateway told, by webhook or when asked: kept once, in the commit of what it did.

    `parked` waits for a payment that is not known yet; `passed` needs nothing of us; `refused` could not be used.
    """

    __tablename__ = "gateway_notice"
    __table_args__ = (
        CheckConstraint(one_of("state", "acted", "parked", "passed", "refused"), name="state"),
        UniqueConstraint("gateway", "event_id"),
        Index("ix_gateway_notice_state_key", "state", "key"),
    )
    id: Mapped[int] = pk()
    gateway: Mapped[str] = mapped_column(String(24))
    event_id: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(160), default="")
    via: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8))
    payment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment.id"), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    heard_at: Mapped[datetime]
    acted_at: Mapped[datetime | None]


class GatewayPayout(Model):
    """Money that a processor says it sent to our bank, net of its fees."""

    __tablename__ = "gateway_payout"
    __table_args__ = (UniqueConstraint("gateway", "payout_id"),)
    id: Mapped[int] = pk()
    gateway: Mapped[str] = mapped_column(String(24))
    payout_id: Mapped[str] = mapped_column(String(80))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    fees_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    arrives_on: Mapped[date]
    keys: Mapped[list[Any]] = mapped_column(JSON, default=list)
    heard_at: Mapped[datetime]
    entry_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("journal_entry.id"))


class Task(Model):
    """Something that waits for a person of the office. While it is open, its `dedupe_key` is there once."""

    __tablename__ = "task"
    __table_args__ = (
        Index(
            "uq_task_open",
            "dedupe_key",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_task_closed_opened", "closed_at", "opened_at"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    dedupe_key: Mapped[str] = mapped_column(String(160))
    subject: Mapped[str] = mapped_column(String(24), default="")
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    agreement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agreement.id"), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    due_on: Mapped[date | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(Text, default="")
