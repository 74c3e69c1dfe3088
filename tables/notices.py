"""What people are told, and how they wish to be told: wishes per event, reminder days, consents, devices, texts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from tables.base import BigId, Model, fk, one_of, pk

NOTICE_CHANNELS = ("email", "sms", "push", "bell")


class NoticeWish(Model):
    """Whether a person wishes to be told of an event by a channel. Without a row the event's own default counts."""

    __tablename__ = "notice_wish"
    __table_args__ = (
        UniqueConstraint("person_id", "event", "channel"),
        CheckConstraint(one_of("channel", *NOTICE_CHANNELS), name="channel"),
    )
    id: Mapped[int] = pk()
    person_id: Mapped[int] = fk("person.id", index=False)
    event: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(8))
    wanted: Mapped[bool]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(64))


class ReminderDay(Model):
    """A day on which a person is reminded of what falls due on an agreement: `days` before it (3), on it (0), after it
    (-2). Without any row the business's own days count; one row with `days` null means: no reminders here."""

    __tablename__ = "reminder_day"
    __table_args__ = (
        UniqueConstraint("person_id", "agreement_id", "days"),
        CheckConstraint("days IS NULL OR days BETWEEN -30 AND 30", name="days"),
    )
    id: Mapped[int] = pk()
    person_id: Mapped[int] = fk("person.id", index=False)
    agreement_id: Mapped[int] = fk("agreement.id")
    days: Mapped[int | None] = mapped_column(Integer)
    changed_at: Mapped[datetime]


class ReminderLook(Model):
    """When reminders look at an agreement again: on `look_on`, and as soon as something was posted since, which
    `entries` tells (`Standing.entries` as of the last look). Without a row: with the next run.
    """

    __tablename__ = "reminder_look"
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"), primary_key=True)
    look_on: Mapped[date]
    entries: Mapped[int] = mapped_column(Integer)


class ContactConsent(Model):
    """A yes or no to text messages (or to mails that are not required), as it was given. Only ever added.

    The newest row of an address and channel counts; a number without a row gets no text but the codes it asks for.
    `source` is where it came from ("profile", "text:STOP", "link", "office", "bounce").
    """

    __tablename__ = "contact_consent"
    __table_args__ = (
        CheckConstraint(one_of("channel", "email", "sms"), name="channel"),
        Index("ix_contact_consent_address", "channel", "address", "id"),
    )
    id: Mapped[int] = pk()
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    channel: Mapped[str] = mapped_column(String(8))
    address: Mapped[str] = mapped_column(String(254))
    agreed: Mapped[bool]
    source: Mapped[str] = mapped_column(String(24))
    words: Mapped[str] = mapped_column(String(300), default="", server_default="")
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))


class PushDevice(Model):
    """A browser that lets us push: where its push service listens and the keys it gave us (sealed).

    `shows_details`: whether amounts may stand on its locked screen. It ends when its service says so or its owner does.
    """

    __tablename__ = "push_device"
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    user_id: Mapped[int] = fk("user_account.id")
    endpoint_hash: Mapped[str] = mapped_column(String(64), unique=True)
    subscription_sealed: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(String(120), default="")
    shows_details: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_code: Mapped[str] = mapped_column(String(40), default="", server_default="")


class BellNotice(Model):
    """A line behind the bell of somebody's pages: one event, once per `dedupe_key`."""

    __tablename__ = "bell_notice"
    __table_args__ = (Index("ix_bell_notice_person", "person_id", "id"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    dedupe_key: Mapped[str] = mapped_column(String(160), unique=True)
    person_id: Mapped[int] = fk("person.id", index=False)
    event: Mapped[str] = mapped_column(String(32))
    agreement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agreement.id"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    path: Mapped[str] = mapped_column(String(200), default="", server_default="")
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class AddressTrouble(Model):
    """A mail address or number that does not take what we send (a bounce, a refused number), until it is put right."""

    __tablename__ = "address_trouble"
    __table_args__ = (
        UniqueConstraint("channel", "address"),
        CheckConstraint(one_of("channel", "email", "sms"), name="channel"),
    )
    id: Mapped[int] = pk()
    channel: Mapped[str] = mapped_column(String(8))
    address: Mapped[str] = mapped_column(String(254))
    why: Mapped[str] = mapped_column(String(300), default="")
    times: Mapped[int] = mapped_column(Integer, default=1)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]


class NoticeText(Model):
    """One version of the words of a notice, as staff wrote them, for a channel and a language. Only ever added.

    The newest row counts; one with an empty `body` goes back to our own words.
    """

    __tablename__ = "notice_text"
    __table_args__ = (
        UniqueConstraint("event", "channel", "language", "version"),
        CheckConstraint(one_of("channel", "email", "sms", "push"), name="channel"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    event: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(8))
    version: Mapped[int] = mapped_column(Integer)
    subject: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(64))


class CalendarFeed(Model):
    """A secret address at which a calendar program reads a person's due dates and debits. Only its hash is here.

    `amounts` says whether they stand in it: whoever has the address can read what is in it.
    """

    __tablename__ = "calendar_feed"
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int] = fk("person.id")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str] = mapped_column(String(8), default="en")
    amounts: Mapped[bool] = mapped_column(default=False, server_default=false())
    made_at: Mapped[datetime]
    last_read_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
