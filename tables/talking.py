"""What people and the business say to each other: threads with messages and files, announcements, and who calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import BigId, Model, fk, one_of, pk
from tables.office import KeptFile


class Thread(Model):
    """One matter that is talked about: a customer's, a tenant's, or that of somebody who is not signed in.

    `person_id` is whose thread it is: nobody else on the customers' side sees it. Without a person it is "not
    identified": `contact_*` are what was typed (never proved), `secret_hash` the key in that browser's cookie, and
    nothing of any account may ever be said in it. `agreement_id` and `property_id` say what it is about; a thread of a
    tenant carries the property of the unit, so that its manager and (with `to_owner`) its landlord see it.
    `waits_since` is since when the customers' side waits for an answer, None when the business spoke last.
    `live_until` says how long the customer's page counts as on line (each poll moves it).
    """

    __tablename__ = "thread"
    __table_args__ = (
        CheckConstraint(one_of("state", "open", "closed"), name="state"),
        CheckConstraint(
            one_of("topic", "question", "payment", "charge", "agreement", "document", "home", "repair", "sign_in",
                   "other"),
            name="topic",
        ),
        CheckConstraint("person_id IS NOT NULL OR contact_name <> ''", name="somebody"),
        Index("ix_thread_waits", "state", "waits_since"),
    )  # fmt: skip
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    subject: Mapped[str] = mapped_column(String(160))
    topic: Mapped[str] = mapped_column(String(12), default="question")
    state: Mapped[str] = mapped_column(String(8), default="open")
    person_id: Mapped[int | None] = fk("person.id", nullable=True)
    agreement_id: Mapped[int | None] = fk("agreement.id", nullable=True)
    property_id: Mapped[int | None] = fk("property.id", nullable=True)
    to_owner: Mapped[bool] = mapped_column(default=False, server_default=false())
    assigned_to_id: Mapped[int | None] = fk("user_account.id", nullable=True)
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    secret_hash: Mapped[str] = mapped_column(String(64), default="")
    language: Mapped[str] = mapped_column(String(8), default="en")
    live_until: Mapped[datetime | None]
    waits_since: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(64))
    last_at: Mapped[datetime] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(64), default="")
    messages: Mapped[list[ThreadMessage]] = relationship(back_populates="thread", order_by="ThreadMessage.id")


class ThreadMessage(Model):
    """One message of a thread; never changed. `side` "note" is read by the business only, "system" says what happened.

    `key` is made by the page that sends it: the same message sent twice (a line that dropped) is stored once.
    """

    __tablename__ = "thread_message"
    __table_args__ = (
        CheckConstraint(one_of("side", "customer", "office", "note", "system"), name="side"),
        Index("ix_thread_message_thread", "thread_id", "id"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    thread_id: Mapped[int] = fk("thread.id", index=False)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    side: Mapped[str] = mapped_column(String(8))
    author_id: Mapped[int | None] = fk("user_account.id", nullable=True)
    author_name: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(Text)
    said: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    sent_at: Mapped[datetime]
    thread: Mapped[Thread] = relationship(back_populates="messages")
    files: Mapped[list[ThreadFile]] = relationship(order_by="ThreadFile.id")


class ThreadFile(Model):
    """A file sent with a message; `preview_id` is its picture made anew and small, where it is a picture."""

    __tablename__ = "thread_file"
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    message_id: Mapped[int] = fk("thread_message.id")
    file_id: Mapped[int] = fk("kept_file.id")
    preview_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("kept_file.id"))
    file: Mapped[KeptFile] = relationship(foreign_keys=[file_id])
    preview: Mapped[KeptFile | None] = relationship(foreign_keys=[preview_id])


class ThreadRead(Model):
    """Up to which message a user has read a thread."""

    __tablename__ = "thread_read"
    __table_args__ = (UniqueConstraint("thread_id", "user_id"),)
    id: Mapped[int] = pk()
    thread_id: Mapped[int] = fk("thread.id", index=False)
    user_id: Mapped[int] = fk("user_account.id")
    message_id: Mapped[int] = fk("thread_message.id", index=False)
    read_at: Mapped[datetime]


class CannedAnswer(Model):
    """An answer written once, with places such as %(name)s that are filled from the thread when it is chosen."""

    __tablename__ = "canned_answer"
    __table_args__ = (
        Index(
            "uq_canned_answer_title", "title", "language", unique=True,
            sqlite_where=text("removed_at IS NULL"), postgresql_where=text("removed_at IS NULL"),
        ),
    )  # fmt: skip
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(8), default="en")
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(64))
    removed_at: Mapped[datetime | None]


class Presence(Model):
    """When somebody of the office was last seen with the chat open, and whether they take chats."""

    __tablename__ = "presence"
    id: Mapped[int] = pk()
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"), unique=True)
    seen_at: Mapped[datetime]
    takes_chats: Mapped[bool] = mapped_column(default=True)


class Announcement(Model):
    """What the business tells everybody, the people of a property, or those with one sort of agreement, for some time.

    `audience` "all", "public" (all, and whoever is not signed in), "property" (with `property_id`) or "sort" (with
    `agreement_kind`). It is shown from `from_at` to `until_at` and mailed once (`sent_at`) where `by_mail` asks for it.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        CheckConstraint(one_of("audience", "all", "public", "property", "sort"), name="audience"),
        CheckConstraint(one_of("weight", "plain", "urgent"), name="weight"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    body: Mapped[str] = mapped_column(Text)
    weight: Mapped[str] = mapped_column(String(8), default="plain")
    audience: Mapped[str] = mapped_column(String(12), default="all")
    property_id: Mapped[int | None] = fk("property.id", nullable=True)
    agreement_kind: Mapped[str] = mapped_column(String(16), default="")
    from_at: Mapped[datetime] = mapped_column(index=True)
    until_at: Mapped[datetime | None]
    by_mail: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime | None]
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime | None]


class AnnouncementSeen(Model):
    """A user has put an announcement away."""

    __tablename__ = "announcement_seen"
    __table_args__ = (UniqueConstraint("announcement_id", "user_id"),)
    id: Mapped[int] = pk()
    announcement_id: Mapped[int] = fk("announcement.id", index=False)
    user_id: Mapped[int] = fk("user_account.id")
    seen_at: Mapped[datetime]


class SupportCode(Model):
    """A short code, shown once to somebody signed in, by which staff on the telephone know who calls."""

    __tablename__ = "support_code"
    id: Mapped[int] = pk()
    person_id: Mapped[int] = fk("person.id")
    code_hash: Mapped[str] = mapped_column(String(64), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[str] = mapped_column(String(64), default="")
