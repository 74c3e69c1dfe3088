"""Money that is late: promises to pay, more time, and the ladder of what is done after so many days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tables.base import BigId, Model, fk, one_of, pk


class Promise(Model):
    """A day a customer promised to pay by, or more time they asked for. Dunning waits while it is open.

    "promise": they pick a day inside the policy and it stands at once. "more_time": somebody of the office decides.
    `kept_minor` is what came in until the day.
    """

    __tablename__ = "promise"
    __table_args__ = (
        CheckConstraint(one_of("type", "promise", "more_time"), name="type"),
        CheckConstraint(
            one_of("state", "asked", "open", "kept", "broken", "refused", "withdrawn"), name="state"
        ),
        CheckConstraint("amount_minor > 0", name="amount"),
        Index("ix_promise_state_until", "state", "until_on"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    agreement_id: Mapped[int] = fk("agreement.id")
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    type: Mapped[str] = mapped_column(String(9))
    state: Mapped[str] = mapped_column(String(9))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300), default="")
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(64))
    kept_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(64), default="", server_default="")
    answer: Mapped[str] = mapped_column(String(300), default="", server_default="")


class LadderStep(Model):
    """One rung of the delinquency ladder: so many days late, this is done. One version per name, from a day.

    `act`: "notice" (an event of the notices), "fee" (a proposed fee), "call" (a task), "hold" (stops payments online).
    `kind` is the kind of agreement, "" for all. `body` holds what the act needs: words, an amount, a hold's type.
    """

    __tablename__ = "ladder_step"
    __table_args__ = (
        UniqueConstraint("name", "version"),
        CheckConstraint(one_of("act", "notice", "fee", "call", "hold"), name="act"),
        CheckConstraint("days_late BETWEEN 1 AND 3650", name="days"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(16), default="", server_default="")
    days_late: Mapped[int] = mapped_column(Integer)
    act: Mapped[str] = mapped_column(String(8))
    active: Mapped[bool] = mapped_column(default=True)
    least_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    effective_from: Mapped[date]
    body: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class LadderAct(Model):
    """A rung that was reached: done once per agreement, rung and the due date that is late."""

    __tablename__ = "ladder_act"
    __table_args__ = (UniqueConstraint("agreement_id", "step_name", "late_since"),)
    id: Mapped[int] = pk()
    agreement_id: Mapped[int] = fk("agreement.id", index=False)
    step_id: Mapped[int] = fk("ladder_step.id")
    step_name: Mapped[str] = mapped_column(String(80))
    late_since: Mapped[date]
    done_on: Mapped[date]
    done_at: Mapped[datetime]
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class LadderLook(Model):
    """When the ladder looks at an agreement again: on `look_on` (never by itself where empty), and as soon as something
    was posted since, which `entries` tells (`Standing.entries` as of the last look). Without a row: with the next run.
    """

    __tablename__ = "ladder_look"
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"), primary_key=True)
    look_on: Mapped[date | None]
    entries: Mapped[int] = mapped_column(Integer)
