"""Words out, who did what, timed duties."""

from __future__ import annotations

from datetime import datetime
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
from sqlalchemy.orm import Mapped, mapped_column

from tables.base import BigId, Model, one_of, pk


class Outbox(Model):
    """A mail or text message to be sent, written in the transaction that caused it: one `dedupe_key`, one message.

    `to_address` is a mail address, a telephone number where the channel is "sms", or the ref of a `PushDevice`.
    `event` is the event of `domain.rules.notice_events` it tells of, "" for what is always sent; `person_id` who reads.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(one_of("state", "due", "sending", "sent", "dead"), name="state"),
        CheckConstraint(one_of("channel", "email", "sms", "push"), name="channel"),
        Index("ix_outbox_state_not_before", "state", "not_before"),
        Index("ix_outbox_person", "person_id", "id"),
    )
    id: Mapped[int] = pk()
    dedupe_key: Mapped[str] = mapped_column(String(160), unique=True)
    channel: Mapped[str] = mapped_column(String(8), default="email", server_default="email")
    to_address: Mapped[str] = mapped_column(String(254))
    event: Mapped[str] = mapped_column(String(32), default="", server_default="")
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    template: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8), default="en")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sealed: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8), default="due")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(300), default="")


class AuditEvent(Model):
    """Who did what to which row, when, and from where it was done if a browser did it. Only ever added."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject", "subject_id"),)
    id: Mapped[int] = pk()
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    address: Mapped[str] = mapped_column(String(64), default="", server_default="")
    device: Mapped[str] = mapped_column(String(200), default="", server_default="")


class AuditSeal(Model):
    """The audit trail up to and with event `through_event_id`, sealed: a hash over every event since the last seal.

    Events are sealed some minutes after they were written, when none with a lower id can still come.
    """

    __tablename__ = "audit_seal"
    id: Mapped[int] = pk()
    after_event_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    through_event_id: Mapped[int] = mapped_column(BigInteger)
    events: Mapped[int] = mapped_column(BigInteger)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]


class DutyRun(Model):
    """A timed duty that was done for a day: whoever adds the row does it, everybody else finds it done."""

    __tablename__ = "duty_run"
    __table_args__ = (UniqueConstraint("duty", "period"),)
    id: Mapped[int] = pk()
    duty: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
