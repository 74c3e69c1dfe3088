"""Files to and from the bank, its statements, what money was counted, and which ways to pay are taken."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
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


class Batch(Model):
    """A file for the bank. Its lines are claimed first; the bytes are made from them, the same as often as one asks."""

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint(
            one_of("state", "building", "written", "handed_over", "accepted", "refused", "cancelled"),
            name="state",
        ),
        UniqueConstraint("gateway", "leaves_on", "number"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    gateway: Mapped[str] = mapped_column(String(24))
    leaves_on: Mapped[date]
    number: Mapped[int] = mapped_column(Integer)
    effective_on: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(12))
    count: Mapped[int] = mapped_column(Integer, default=0)
    debit_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    credit_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    control: Mapped[str] = mapped_column(String(80), default="")
    file_name: Mapped[str] = mapped_column(String(120), default="")
    file_hash: Mapped[str] = mapped_column(String(64), default="")
    file_path: Mapped[str] = mapped_column(String(300), default="")
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(64))
    downloaded_at: Mapped[datetime | None]
    downloaded_by: Mapped[str] = mapped_column(String(64), default="", server_default="")
    handed_over_at: Mapped[datetime | None]
    handed_over_by: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(String(300), default="")


class BatchLine(Model):
    """One line of a file for the bank. Its id is the number by which we know it; `trace` the name the bank uses."""

    __tablename__ = "batch_line"
    __table_args__ = (
        CheckConstraint(
            one_of("kind", "debit", "credit", "prenote", "test_credit", "test_debit"), name="kind"
        ),
        CheckConstraint("amount_minor >= 0", name="amount"),
        Index("ix_batch_line_batch", "batch_id", "id"),
    )
    id: Mapped[int] = pk()
    batch_id: Mapped[int] = fk("batch.id", index=False)
    payment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment.id"), index=True)
    refund_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("refund.id"), index=True)
    method_id: Mapped[int] = fk("payment_method.id")
    mandate_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("mandate.id"), index=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    class_code: Mapped[str] = mapped_column(String(4), default="")
    sequence: Mapped[str] = mapped_column(String(4), default="")
    trace: Mapped[str] = mapped_column(String(35), default="", index=True)
    outcome: Mapped[str] = mapped_column(String(12), default="")
    code: Mapped[str] = mapped_column(String(16), default="")


class BankFile(Model):
    """A file that came from the bank, kept as it came; also one that was refused, so that somebody can look at it."""

    __tablename__ = "bank_file"
    __table_args__ = (CheckConstraint(one_of("state", "reading", "read", "refused"), name="state"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    gateway: Mapped[str] = mapped_column(String(24), default="")
    kind: Mapped[str] = mapped_column(String(16), default="")
    name: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str] = mapped_column(String(64), unique=True)
    path: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(8))
    problem: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    received_at: Mapped[datetime]
    received_by: Mapped[str] = mapped_column(String(64))


class CsvLayout(Model):
    """How the columns of a bank's CSV are to be read, learned once; found again by the fingerprint of its head."""

    __tablename__ = "csv_layout"
    id: Mapped[int] = pk()
    name: Mapped[str] = mapped_column(String(80))
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(64))


class BankStatement(Model):
    """A statement of our own bank account that was brought in. `account_key` is a hash of the account."""

    __tablename__ = "bank_statement"
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    account: Mapped[str] = mapped_column(String(40))
    account_key: Mapped[str] = mapped_column(String(64), index=True)
    format: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str] = mapped_column(String(64), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    from_on: Mapped[date]
    to_on: Mapped[date]
    opening_minor: Mapped[int | None] = mapped_column(BigInteger)
    closing_minor: Mapped[int | None] = mapped_column(BigInteger)
    layout_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("csv_layout.id"))
    imported_at: Mapped[datetime]
    imported_by: Mapped[str] = mapped_column(String(64))
    undone_at: Mapped[datetime | None]


class BankLine(Model):
    """One movement on our bank account: what came (positive) or went, and whether we know what it is.

    Statements may overlap: the same movement of an account is kept once (`line_hash`).
    """

    __tablename__ = "bank_line"
    __table_args__ = (
        CheckConstraint(one_of("state", "open", "matched", "ignored", "undone"), name="state"),
        UniqueConstraint("statement_id", "number"),
        Index(
            "uq_bank_line_once",
            "account_key",
            "line_hash",
            unique=True,
            sqlite_where=text("state <> 'undone'"),
            postgresql_where=text("state <> 'undone'"),
        ),
        Index("ix_bank_line_state_booked", "state", "booked_on"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    statement_id: Mapped[int] = fk("bank_statement.id", index=False)
    number: Mapped[int] = mapped_column(Integer)
    account_key: Mapped[str] = mapped_column(String(64))
    line_hash: Mapped[str] = mapped_column(String(64))
    booked_on: Mapped[date]
    value_on: Mapped[date | None]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    name: Mapped[str] = mapped_column(String(140), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    bank_ref: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(8))
    note: Mapped[str] = mapped_column(String(300), default="")


class BankMatch(Model):
    """What a movement on our account was, or a part of it. An undone match stays, with the entry that undid it."""

    __tablename__ = "bank_match"
    __table_args__ = (
        CheckConstraint(
            one_of("kind", "payment", "transfer", "payout", "batch", "deposit", "refund", "other"),
            name="kind",
        ),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    line_id: Mapped[int] = fk("bank_line.id")
    kind: Mapped[str] = mapped_column(String(12))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    payment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment.id"), index=True)
    refund_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("refund.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("batch.id"), index=True)
    payout_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("gateway_payout.id"), index=True)
    deposit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("bank_deposit.id"), index=True)
    agreement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agreement.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("journal_entry.id"))
    undo_entry_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("journal_entry.id"))
    note: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(64))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(64), default="")


class DrawerCount(Model):
    """The cash drawer, counted by hand: what lay in it and what the books say should have."""

    __tablename__ = "drawer_count"
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(64), unique=True)
    day: Mapped[date] = mapped_column(index=True)
    currency: Mapped[str] = mapped_column(String(3))
    pieces: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    counted_minor: Mapped[int] = mapped_column(BigInteger)
    expected_minor: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(String(300), default="")
    counted_at: Mapped[datetime]
    counted_by: Mapped[str] = mapped_column(String(64))
    entry_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("journal_entry.id"))


class BankDeposit(Model):
    """Counter money on its way between the drawer and our bank: the slip that was written, or change that was fetched.

    `amount_minor` is `cash_minor` and the papers together; it is negative for money fetched from the bank. One that was
    a mistake is taken back by the opposite entry.
    """

    __tablename__ = "bank_deposit"
    __table_args__ = (CheckConstraint("amount_minor <> 0", name="not_zero"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(64), unique=True)
    day: Mapped[date] = mapped_column(index=True)
    currency: Mapped[str] = mapped_column(String(3))
    cash_minor: Mapped[int] = mapped_column(BigInteger)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(64))
    entry_id: Mapped[int] = fk("journal_entry.id")
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(64), default="")


class BankDepositItem(Model):
    """A check, money order or slip of a card terminal on a `BankDeposit`; it is on one at a time."""

    __tablename__ = "bank_deposit_item"
    __table_args__ = (
        Index(
            "uq_bank_deposit_item_once",
            "payment_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )
    id: Mapped[int] = pk()
    deposit_id: Mapped[int] = fk("bank_deposit.id")
    payment_id: Mapped[int] = mapped_column(BigId, ForeignKey("payment.id"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    undone_at: Mapped[datetime | None]


class MethodRule(Model):
    """Whether a way to pay is taken for a kind of agreement ("" = all) from a day on, and with which fee on top.

    The last row whose day has come counts; rows are only ever added. The fee is off unless a row says otherwise.
    """

    __tablename__ = "method_rule"
    __table_args__ = (
        CheckConstraint(
            one_of("instrument", "bank", "credit", "debit", "prepaid", "transfer", "counter"),
            name="instrument",
        ),
        Index("ix_method_rule_from", "agreement_kind", "instrument", "from_on"),
    )
    id: Mapped[int] = pk()
    agreement_kind: Mapped[str] = mapped_column(String(16), default="")
    instrument: Mapped[str] = mapped_column(String(12))
    accepted: Mapped[bool] = mapped_column(default=True)
    fee_percent: Mapped[Decimal | None]
    fee_fixed_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    fee_cap_minor: Mapped[int | None] = mapped_column(BigInteger)
    from_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(64))
