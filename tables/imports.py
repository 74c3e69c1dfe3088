"""Bringing a book in."""

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
)
from sqlalchemy.orm import Mapped, mapped_column

from tables.base import BigId, Model, fk, one_of, pk


class ImportBatch(Model):
    """One file brought in. It is read, staged in chunks, and made live in one guarded step, or not at all."""

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint(
            one_of("state", "reading", "checked", "staging", "staged", "live", "undone", "failed"),
            name="state",
        ),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    profile: Mapped[str] = mapped_column(String(40))
    filename: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str] = mapped_column(String(64), index=True)
    file_path: Mapped[str] = mapped_column(String(300), default="")
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(12))
    as_of: Mapped[date | None]
    rows_read: Mapped[int] = mapped_column(Integer, default=0)
    accepted: Mapped[int] = mapped_column(Integer, default=0)
    warned: Mapped[int] = mapped_column(Integer, default=0)
    refused: Mapped[int] = mapped_column(Integer, default=0)
    already: Mapped[int] = mapped_column(Integer, default=0)
    progress: Mapped[int] = mapped_column(Integer, default=0)
    totals: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    problem: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    live_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportRow(Model):
    """One line of a file: what it became, or why not. The same line under the same profile is brought in once."""

    __tablename__ = "import_row"
    __table_args__ = (
        UniqueConstraint("batch_id", "line"),
        Index("ix_import_row_line_hash", "line_hash"),
        CheckConstraint(one_of("outcome", "accepted", "warned", "refused", "already"), name="outcome"),
    )
    id: Mapped[int] = pk()
    batch_id: Mapped[int] = fk("import_batch.id", index=False)
    line: Mapped[int] = mapped_column(Integer)
    line_hash: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(12))
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list)
    prepared: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    agreement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agreement.id"), index=True)
