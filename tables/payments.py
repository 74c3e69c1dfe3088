"""Payments: intents, tries at a gateway, what happened to them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

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
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import BigId, Model, fk, one_of, pk, where_there

if TYPE_CHECKING:
    from tables.agreements import Agreement
    from tables.methods import PaymentMethod


PAYMENT_STATES = (
    "scheduled",
    "awaiting",
    "attempting",
    "unknown",
    "pending",
    "settled",
    "failed",
    "cancelled",
)


CHANNELS = ("portal", "counter", "phone", "link", "transfer", "autopay")
"""Where a payment was begun."""
INSTRUMENTS = ("bank", "card", "cash", "check", "certified", "money_order", "terminal", "transfer")
"""What was paid with. "check" is a personal check, "certified" one that a bank answers for; "terminal" is the slip of a
card terminal, "transfer" money that came to our bank by itself."""


class Payment(Model):
    """One intent to pay one agreement. Its state changes only through `domain.actions.payments.settle`.

    `ref` comes from the form, so that a second click finds the first payment. `begun_on` is the local day it was begun
    and the day it counts for. A returned payment stays settled; its `PaymentReturn` row says that the money went back.
    Payments of several agreements that were made in one go share a `checkout_ref`. `extra` is what the payer wants of
    money above what is due: a shorter term, smaller payments, the next ones paid ahead, or the agreement closed.

    `amount_minor` pays the agreement; `fee_minor` is the fee for the way of paying on top of it, and the gateway takes
    both. `scheduled_on` is the day on which a planned payment is sent. `represents_id` names the returned payment that
    this one presents again, under the same obligation. `mandate_id` is the permission it rests on. At the counter
    `payer_named` says that somebody was named as the payer: then it pays their share, else whatever is due.
    """

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint(one_of("state", *PAYMENT_STATES), name="state"),
        CheckConstraint(one_of("channel", *CHANNELS), name="channel"),
        CheckConstraint(one_of("instrument", *INSTRUMENTS), name="instrument"),
        CheckConstraint("amount_minor > 0", name="positive"),
        CheckConstraint("fee_minor >= 0", name="fee"),
        CheckConstraint("state <> 'scheduled' OR scheduled_on IS NOT NULL", name="planned"),
        CheckConstraint(one_of("extra", "shorter", "smaller", "ahead", "close"), name="extra"),
        Index("ix_payment_agreement_begun", "agreement_id", "begun_at"),
        Index("ix_payment_amount_begun", "amount_minor", "begun_at"),
        Index("ix_payment_state_next_look", "state", "next_look_at"),
        Index(
            "ix_payment_planned",
            "gateway",
            "scheduled_on",
            "id",
            sqlite_where=text("state = 'scheduled'"),
            postgresql_where=text("state = 'scheduled'"),
        ),
        *(
            where_there(f"ix_payment_{name}", name, there=name)
            for name in ("checkout_ref", "mandate_id", "pay_link_id", "represents_id")
        ),
        Index(
            "ix_payment_counter",
            "begun_on",
            "instrument",
            sqlite_where=text("channel = 'counter'"),
            postgresql_where=text("channel = 'counter'"),
        ),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(64), unique=True)
    checkout_ref: Mapped[str | None] = mapped_column(String(64))
    agreement_id: Mapped[int] = fk("agreement.id", index=False)
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    method_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment_method.id"), index=True)
    gateway: Mapped[str] = mapped_column(String(24))
    channel: Mapped[str] = mapped_column(String(8), default="portal")
    instrument: Mapped[str] = mapped_column(String(12))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    fee_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(12))
    begun_on: Mapped[date]
    begun_at: Mapped[datetime]
    begun_by: Mapped[str] = mapped_column(String(64))
    scheduled_on: Mapped[date | None]
    payer_named: Mapped[bool] = mapped_column(server_default=false())
    choice: Mapped[str] = mapped_column(String(12), default="", server_default="")
    mandate_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("mandate.id"))
    pay_link_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("pay_link.id"))
    represents_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment.id"))
    expected_on: Mapped[date | None]
    settled_on: Mapped[date | None]
    returnable_until: Mapped[date | None]
    failure_code: Mapped[str] = mapped_column(String(40), default="")
    confirm_url: Mapped[str] = mapped_column(Text, default="")
    next_look_at: Mapped[datetime | None]
    looks: Mapped[int] = mapped_column(Integer, default=0)
    note: Mapped[str] = mapped_column(String(200), default="")
    extra: Mapped[str] = mapped_column(String(8), default="shorter", server_default="shorter")
    agreement: Mapped[Agreement] = relationship()
    method: Mapped[PaymentMethod | None] = relationship()
    events: Mapped[list[PaymentEvent]] = relationship(order_by="PaymentEvent.id")
    returns: Mapped[list[PaymentReturn]] = relationship()
    receipt: Mapped[Receipt | None] = relationship(back_populates="payment")


class Attempt(Model):
    """One try at a gateway. `key` = obligation and attempt number; a retry never makes a fresh one.

    At most one attempt per obligation may be live (attempting or unknown): a partial unique index holds it.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("payment_id", "number"),
        CheckConstraint(one_of("state", "attempting", "unknown", "answered"), name="state"),
        Index(
            "uq_attempt_live_obligation",
            "obligation",
            unique=True,
            sqlite_where=text("state IN ('attempting', 'unknown')"),
            postgresql_where=text("state IN ('attempting', 'unknown')"),
        ),
    )
    id: Mapped[int] = pk()
    payment_id: Mapped[int] = fk("payment.id", index=False)
    number: Mapped[int] = mapped_column(Integer)
    obligation: Mapped[str] = mapped_column(String(128))
    key: Mapped[str] = mapped_column(String(160), unique=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12))
    sent_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    gateway_ref: Mapped[str] = mapped_column(String(80), default="")


class PaymentEvent(Model):
    """What happened to a payment, in order. `source_id` is the gateway's own event id: one event acts once."""

    __tablename__ = "payment_event"
    __table_args__ = (UniqueConstraint("gateway", "source_id"),)
    id: Mapped[int] = pk()
    payment_id: Mapped[int] = fk("payment.id")
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(24))
    from_state: Mapped[str] = mapped_column(String(12))
    to_state: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(40), default="")
    gateway: Mapped[str] = mapped_column(String(24))
    source_id: Mapped[str | None] = mapped_column(String(160))
    by: Mapped[str] = mapped_column(String(64))


class PaymentReturn(Model):
    """Money of a settled payment that went back. The entry that reverses it reopened the debt."""

    __tablename__ = "payment_return"
    id: Mapped[int] = pk()
    payment_id: Mapped[int] = mapped_column(BigId, ForeignKey("payment.id"), unique=True)
    entry_id: Mapped[int] = fk("journal_entry.id")
    code: Mapped[str] = mapped_column(String(40))
    returned_on: Mapped[date]
    recorded_at: Mapped[datetime]
    fee_charge_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("charge.id"))


class Receipt(Model):
    """Proof of a settled payment, frozen as it was issued: `body` holds what it paid and what was left."""

    __tablename__ = "receipt"
    id: Mapped[int] = pk()
    payment_id: Mapped[int] = mapped_column(BigId, ForeignKey("payment.id"), unique=True)
    issued_at: Mapped[datetime]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    payment: Mapped[Payment] = relationship(back_populates="receipt")

    @property
    def number(self) -> str:
        """The printed number, "R-000042"."""
        return f"R-{self.id:06d}"


class GatewayCursor(Model):
    """How far we have read a gateway's list of events."""

    __tablename__ = "gateway_cursor"
    gateway: Mapped[str] = mapped_column(String(24), primary_key=True)
    after: Mapped[str] = mapped_column(String(80), default="")
