"""What the office keeps for itself: notes, files, chosen columns, reports that are mailed, what was exported."""

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
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from tables.base import BigId, Model, fk, one_of, pk


class Note(Model):
    """A line that staff wrote down about one person or one agreement. Never shown to customers or landlords."""

    __tablename__ = "note"
    __table_args__ = (CheckConstraint("(person_id IS NULL) <> (agreement_id IS NULL)", name="one"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    agreement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agreement.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    pinned: Mapped[bool] = mapped_column(default=False, server_default=false())
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(64))
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str] = mapped_column(String(64), default="")


class KeptFile(Model):
    """A file somebody handed in, kept outside the web root under a name of its own. `sha256` is of its content."""

    __tablename__ = "kept_file"
    __table_args__ = (Index("ix_kept_file_kept", "kept_by", "kept_at"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(String(300))
    property_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("property.id"), index=True)
    kept_at: Mapped[datetime]
    kept_by: Mapped[str] = mapped_column(String(64))


class ColumnChoice(Model):
    """Which columns of a report a user wants to see, in their order."""

    __tablename__ = "column_choice"
    __table_args__ = (UniqueConstraint("user_id", "report"),)
    id: Mapped[int] = pk()
    user_id: Mapped[int] = fk("user_account.id", index=False)
    report: Mapped[str] = mapped_column(String(40))
    columns: Mapped[list[Any]] = mapped_column(JSON)


class ReportSchedule(Model):
    """A report that is mailed to its user by itself: which, with which filters, how often; it goes on `next_on`.

    What is mailed is a link that asks for a sign-in, never figures: a mailbox is not a safe.
    """

    __tablename__ = "report_schedule"
    __table_args__ = (
        CheckConstraint(one_of("every", "day", "week", "month"), name="every"),
        CheckConstraint(one_of("format", "page", "csv", "xlsx", "pdf"), name="format"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    user_id: Mapped[int] = fk("user_account.id")
    report: Mapped[str] = mapped_column(String(40))
    filters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    every: Mapped[str] = mapped_column(String(8))
    format: Mapped[str] = mapped_column(String(8), default="page")
    next_on: Mapped[date] = mapped_column(index=True)
    last_on: Mapped[date | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ExportRun(Model):
    """Everything written into one archive, in the background: who asked, how far it is, where it lies until when."""

    __tablename__ = "export_run"
    __table_args__ = (CheckConstraint(one_of("state", "waiting", "running", "done", "failed"), name="state"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    beat_at: Mapped[datetime | None]
    path: Mapped[str] = mapped_column(String(300), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    problem: Mapped[str] = mapped_column(String(300), default="")
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(64))
    finished_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class SearchWord(Model):
    """A word by which something is found: folded (lower case, no accents), one row per word of a subject.

    Kept by `domain.records.search_words`, which lists the subjects. Words are found by how they begin, so they sort by
    their bytes on both databases.
    """

    __tablename__ = "search_word"
    __table_args__ = (
        UniqueConstraint("subject", "subject_id", "word"),
        Index("ix_search_word_word", "subject", "word", "subject_id"),
    )
    id: Mapped[int] = pk()
    subject: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    word: Mapped[str] = mapped_column(String(60).with_variant(String(60, collation="C"), "postgresql"))
