"""What customers ask for that somebody decides: an inquiry about an amount, and a repair of what they live in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import BigId, Model, fk, one_of, pk
from tables.talking import Thread


class Inquiry(Model):
    """A customer says that an amount is wrong, or that a payment is missing. (A `Dispute` is one at the card network.)

    `about` "charge" (with `charge_id`), "payment" (with `payment_id`), "missing" (a payment that is not here: when, how
    much, how) or "balance". What is said goes on in `thread_id`. `asked_minor` is what should be taken off, or what was
    paid. The outcome is one of `state`: "waived" and "reduced" name the entry that did it (`entry_id`,
    `outcome_minor`), "found" the payment that was found (`found_payment_id`), "rejected" says why in `answer`.
    """

    __tablename__ = "inquiry"
    __table_args__ = (
        CheckConstraint(one_of("about", "charge", "payment", "missing", "balance"), name="about"),
        CheckConstraint(
            one_of("state", "received", "in_review", "waived", "reduced", "found", "answered", "rejected", "withdrawn"),
            name="state",
        ),
        Index(
            "uq_inquiry_open_charge", "charge_id", unique=True,
            sqlite_where=text("charge_id IS NOT NULL AND state IN ('received', 'in_review')"),
            postgresql_where=text("charge_id IS NOT NULL AND state IN ('received', 'in_review')"),
        ),
    )  # fmt: skip
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    agreement_id: Mapped[int] = fk("agreement.id")
    person_id: Mapped[int] = fk("person.id")
    thread_id: Mapped[int] = fk("thread.id")
    about: Mapped[str] = mapped_column(String(12))
    charge_id: Mapped[int | None] = fk("charge.id", nullable=True)
    payment_id: Mapped[int | None] = fk("payment.id", nullable=True)
    paid_on: Mapped[date | None]
    paid_by: Mapped[str] = mapped_column(String(24), default="")
    asked_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12), default="received", index=True)
    outcome_minor: Mapped[int | None] = mapped_column(BigInteger)
    entry_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("journal_entry.id"))
    found_payment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    received_at: Mapped[datetime]
    answer_by_on: Mapped[date | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    thread: Mapped[Thread] = relationship()


class MaintenanceRequest(Model):
    """Something in a unit is broken. Photos and talk are in its thread; cost becomes an `Expense` of the owner."""

    __tablename__ = "maintenance_request"
    __table_args__ = (
        CheckConstraint(one_of("urgency", "emergency", "soon", "normal"), name="urgency"),
        CheckConstraint(one_of("state", "reported", "accepted", "planned", "done", "declined"), name="state"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    unit_id: Mapped[int] = fk("unit.id")
    agreement_id: Mapped[int | None] = fk("agreement.id", nullable=True)
    person_id: Mapped[int | None] = fk("person.id", nullable=True)
    thread_id: Mapped[int | None] = fk("thread.id", nullable=True)
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(80), default="")
    urgency: Mapped[str] = mapped_column(String(12), default="normal")
    may_enter: Mapped[bool] = mapped_column(default=False)
    access_times: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(12), default="reported", index=True)
    vendor: Mapped[str] = mapped_column(String(120), default="")
    planned_for: Mapped[date | None]
    planned_words: Mapped[str] = mapped_column(String(120), default="")
    expense_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("expense.id"))
    reported_at: Mapped[datetime]
    reported_by: Mapped[str] = mapped_column(String(64))
    finished_at: Mapped[datetime | None]
    steps: Mapped[list[MaintenanceStep]] = relationship(order_by="MaintenanceStep.id")


class MaintenanceStep(Model):
    """What happened with a request, step by step; `inside` is for the business only."""

    __tablename__ = "maintenance_step"
    id: Mapped[int] = pk()
    request_id: Mapped[int] = fk("maintenance_request.id")
    state: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(Text, default="")
    inside: Mapped[bool] = mapped_column(default=False)
    cost_minor: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
