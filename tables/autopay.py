"""Autopay: the contract by which money is taken by itself, its debits, and who may hold one of them back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import BigId, Model, fk, one_of, pk, where_there

AMOUNT_RULES = ("due", "minimum", "statement", "fixed", "due_plus", "share")
"""What a debit takes: all that is due, the minimum, the statement's balance, a fixed amount, what is due and an extra
amount, a share of what is due."""
ABOVE_LIMIT = ("pay_limit", "skip", "ask")
CADENCES = ("due", "weekly", "biweekly", "semimonthly", "monthly")
DEBIT_STATES = (
    "planned",
    "asked",
    "approved",
    "skipped",
    "held",
    "covered",
    "begun",
    "retry",
    "done",
    "given_up",
)


class Autopay(Model):
    """The contract by which money is taken for one agreement from one person, as they accepted it.

    `amount_minor` is the fixed or the extra amount, `share_bp` the share in basis points. Above `limit_minor`
    the debit does what `above_limit` says. With cadence "due" a debit is `days_before` days before each due date; with
    the others from `anchor_on` on (`second_day`: the other day of the month, 31 its last). `range_min_minor` to
    `range_max_minor` is the range the person agreed to be told of no change within. `follow_rent_bp`: a rent increase
    up to so much is followed without a new acceptance, counted from `standard_minor`, the regular payment when they
    accepted.

    "prepared": staff wrote it down for a caller, it stands only when the person has accepted the text. It takes nothing
    outside `starts_on` .. `ends_on`, nothing from `paused_from` to `paused_until` (both included), and nothing
    while "stopped", which two failures in a row do.

    The next debit: `next_period` names the period it pays for (its due date or the day of its cadence, as ISO text: the
    key of the debit), `next_debit_on` the day the money is taken, `next_send_on` the day the run begins it, which is
    earlier where a file must leave before. All three are empty when nothing is ahead.
    """

    __tablename__ = "autopay"
    __table_args__ = (
        CheckConstraint(one_of("state", "prepared", "active", "paused", "stopped", "ended"), name="state"),
        CheckConstraint(one_of("amount_rule", *AMOUNT_RULES), name="amount_rule"),
        CheckConstraint(one_of("above_limit", *ABOVE_LIMIT), name="above_limit"),
        CheckConstraint(one_of("cadence", *CADENCES), name="cadence"),
        CheckConstraint("limit_minor IS NULL OR limit_minor > 0", name="limit"),
        CheckConstraint("share_bp BETWEEN 0 AND 10000", name="share"),
        CheckConstraint("days_before BETWEEN 0 AND 28", name="days_before"),
        CheckConstraint("state IN ('prepared', 'ended') OR mandate_id IS NOT NULL", name="accepted"),
        Index(
            "uq_autopay_live",
            "agreement_id",
            "person_id",
            unique=True,
            sqlite_where=text("state <> 'ended'"),
            postgresql_where=text("state <> 'ended'"),
        ),
        Index(
            "ix_autopay_next",
            "next_send_on",
            "id",
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    agreement_id: Mapped[int] = fk("agreement.id")
    person_id: Mapped[int] = fk("person.id")
    state: Mapped[str] = mapped_column(String(8))
    amount_rule: Mapped[str] = mapped_column(String(9))
    amount_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    share_bp: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    limit_minor: Mapped[int | None] = mapped_column(BigInteger)
    above_limit: Mapped[str] = mapped_column(String(9), default="ask", server_default="ask")
    cadence: Mapped[str] = mapped_column(String(12), default="due", server_default="due")
    days_before: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    anchor_on: Mapped[date | None]
    second_day: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    range_min_minor: Mapped[int | None] = mapped_column(BigInteger)
    range_max_minor: Mapped[int | None] = mapped_column(BigInteger)
    follow_rent_bp: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    standard_minor: Mapped[int | None] = mapped_column(BigInteger)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    paused_from: Mapped[date | None]
    paused_until: Mapped[date | None]
    mandate_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("mandate.id"), index=True)
    failures: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    stopped_code: Mapped[str] = mapped_column(String(40), default="", server_default="")
    last_minor: Mapped[int | None] = mapped_column(BigInteger)
    next_period: Mapped[str] = mapped_column(String(24), default="", server_default="")
    next_due_on: Mapped[date | None]
    next_debit_on: Mapped[date | None]
    next_send_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    prepared_by: Mapped[str] = mapped_column(String(64), default="", server_default="")
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(64), default="", server_default="")
    methods: Mapped[list[AutopayMethod]] = relationship(order_by="AutopayMethod.position")


class AutopayMethod(Model):
    """A way to pay of an autopay contract; they are tried in order of `position`, from 0."""

    __tablename__ = "autopay_method"
    __table_args__ = (UniqueConstraint("autopay_id", "position"),)
    id: Mapped[int] = pk()
    autopay_id: Mapped[int] = fk("autopay.id", index=False)
    position: Mapped[int] = mapped_column(Integer)
    method_id: Mapped[int] = fk("payment_method.id")


class AutopayDebit(Model):
    """What became of one period of an autopay contract. One row per contract and period, whoever comes first.

    It is written when the period is first touched: announced, skipped, held, asked about or begun. `amount_minor` is
    what was last announced. "asked": above the limit, the person decides; "covered": nothing was owed any more;
    "retry": the try failed and `retry_on` is the day of the next one by the method at `method_position`; "done":
    settled.
    `payment_id` is the latest payment of the period.
    """

    __tablename__ = "autopay_debit"
    __table_args__ = (
        UniqueConstraint("autopay_id", "period"),
        CheckConstraint(one_of("state", *DEBIT_STATES), name="state"),
        Index(
            "ix_autopay_debit_retry",
            "retry_on",
            "id",
            sqlite_where=text("state = 'retry'"),
            postgresql_where=text("state = 'retry'"),
        ),
        where_there("ix_autopay_debit_payment", "payment_id", there="payment_id"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    autopay_id: Mapped[int] = fk("autopay.id", index=False)
    agreement_id: Mapped[int] = fk("agreement.id")
    period: Mapped[str] = mapped_column(String(24))
    due_on: Mapped[date]
    debit_on: Mapped[date]
    send_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(8))
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    announced_on: Mapped[date | None]
    changed_told_on: Mapped[date | None]
    payment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment.id"))
    tries: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    retry_on: Mapped[date | None]
    method_position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    code: Mapped[str] = mapped_column(String(40), default="", server_default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(64), default="", server_default="")


class RunDecision(Model):
    """What staff decided of one thing that tonight's run would do: hold it, waive it or let it pass. Only ever added.

    `key` names the thing ("debit:<autopay ref>:<period>", "fee:<agreement ref>:<charge ref>", "charge:...",
    "notice:..."); the newest row of a key counts.
    """

    __tablename__ = "run_decision"
    __table_args__ = (
        CheckConstraint(one_of("decision", "hold", "waive", "release", "approve"), name="decision"),
        Index("ix_run_decision_key", "key", "id"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    key: Mapped[str] = mapped_column(String(160))
    agreement_id: Mapped[int] = fk("agreement.id")
    decision: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(300))
    until_on: Mapped[date | None]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(64))
