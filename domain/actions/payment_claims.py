"""Claim planned payments on their day: each is taken by exactly one run, and never for more than is owed.

Verbs: `claim_one` for a gateway that answers on line, `claim_many` set by set for a file. Both work inside the caller's
transaction and pass the door's table of states (`payments`); a payment that may not be sent any more ends here, with
its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from domain.actions.payments import Event, pass_the_door
from domain.records.attempts import Sending, keep_attempt, request_hash
from domain.records.bulk import add_many, among
from domain.records.payment_events import keep_event
from domain.records.planned_payments import changed_since_planned, due, not_paused, standing_of, tried
from domain.records.ready_made import ReadyMade
from domain.transaction import rows_changed
from models import Agreement, Attempt, Mandate, Payment, PaymentEvent, PaymentMethod

_COLUMNS = (
    Payment.id, Payment.ref, Payment.agreement_id, Payment.person_id, Payment.method_id, Payment.mandate_id,
    Payment.gateway, Payment.amount_minor, Payment.fee_minor, Payment.currency, Payment.represents_id, Payment.channel,
)  # fmt: skip

_CLAIMED = ReadyMade(
    select(
        Payment.id, Payment.method_id, Payment.mandate_id, Payment.amount_minor, Payment.fee_minor, Payment.ref,
        Payment.currency, Payment.channel, Payment.represents_id, Mandate.scheme, Mandate.class_code, Mandate.recurring,
        # Joined, Postgres would read all agreements and methods for each chunk; so it looks each one up.
        select(Agreement.ref).where(Agreement.id == Payment.agreement_id).scalar_subquery().label("agreement_ref"),
        select(PaymentMethod.ref).where(PaymentMethod.id == Payment.method_id).scalar_subquery().label("method_ref"),
    )
    .outerjoin(Mandate, Mandate.id == Payment.mandate_id)
    .where(Payment.id.in_(bindparam("ids", expanding=True)), Payment.method_id.is_not(None))
    .order_by(Payment.id)
)  # fmt: skip


def claim_one(session: Session, payment_id: int, *, today: date, now: datetime, by: str) -> Sending | None:
    """The attempt to send for a planned payment whose day has come; None when it is not ours to send.

    Somebody else claimed it, its day has not come, payments were paused since the run began, or it ended here because
    nothing may be taken any more.
    """
    its_day = (Payment.id == payment_id, Payment.scheduled_on <= today, not_paused())
    row = session.execute(_planned().where(*its_day)).first()
    if row is None:
        return None
    amount = _still(session, row, today, now, by)
    if not amount or not pass_the_door(
        session, row.ref, Event("claimed", today), by=by, today=today, now=now
    ):
        return None
    door = session.connection()
    method = session.execute(
        select(PaymentMethod.ref, PaymentMethod.token_sealed).where(PaymentMethod.id == row.method_id)
    ).first()
    next_try = tried(door, [row])[row.id]
    return keep_attempt(
        door, row.id, row.ref, obligation=next_try.obligation, number=next_try.number,
        amount_minor=amount + _fee(row, amount), currency=row.currency, gateway=row.gateway, method=method, now=now,
    )  # fmt: skip


def claim_many(
    session: Session,
    gateway: str,
    day: date,
    *,
    limit: int,
    expected_on: date,
    today: date,
    now: datetime,
    by: str,
) -> list[tuple[Any, str]]:
    """Claim up to `limit` planned payments of a gateway of files whose day has come by `day`, all in one UPDATE.

    Each passes from scheduled to pending, with its attempt and its line in the timeline. Returns (row, key of the
    attempt) for each; a row has the columns of `_CLAIMED`. None when nothing is left, or when all that were looked at
    ended here. Those that something happened to since they were planned are looked at one by one first.
    """
    door = session.connection()
    wanted = due([gateway], day).limit(limit)
    if door.dialect.name == "postgresql":
        wanted = wanted.with_for_update(skip_locked=True, of=Payment)
    looked_at = door.execute(wanted).scalars().all()
    touched = _planned().where(among(door, Payment.id, looked_at), changed_since_planned())
    for row in session.execute(touched.order_by(Payment.agreement_id, Payment.id)).all():
        _still(session, row, today, now, by)
    claimed = door.execute(
        update(Payment.__table__)
        .where(among(door, Payment.id, looked_at), Payment.state == "scheduled")
        .values(state="pending", expected_on=expected_on, next_look_at=None)
        .returning(Payment.id)
    )
    ids = sorted(claimed.scalars())
    return _file(door, ids, gateway, now, by) if ids else []


def _file(
    door: Connection, ids: Sequence[int], gateway: str, now: datetime, by: str
) -> list[tuple[Any, str]]:
    """The attempts and timeline of what was claimed. Nothing is asked on line, so each attempt counts as answered."""
    rows = _CLAIMED.all_of(door, ids)
    numbers = tried(door, rows)
    claimed, attempts = [], []
    for row in rows:
        obligation, number = numbers[row.id].obligation, numbers[row.id].number
        key = f"{obligation}:{number}"
        claimed.append((row, key))
        asked = request_hash(row.amount_minor + row.fee_minor, row.currency, row.method_ref, gateway)
        attempts.append(
            {
                "payment_id": row.id, "number": number, "obligation": obligation, "key": key, "request_hash": asked,
                "state": "answered", "sent_at": now, "answered_at": now, "gateway_ref": "",
            }
        )  # fmt: skip
    add_many(door, Attempt.__table__, attempts)
    told = {
        "at": now, "event": "filed", "from_state": "scheduled", "to_state": "pending", "code": "", "gateway": gateway,
        "source_id": None, "by": by,
    }  # fmt: skip
    add_many(door, PaymentEvent.__table__, [told | {"payment_id": payment_id} for payment_id in ids])
    return claimed


def _planned() -> Any:
    """Planned payments, locked; those that somebody else holds are theirs.

    Like in the door, the payment is locked before the standing of its agreement, so that nobody waits in a circle.
    """
    return (
        select(*_COLUMNS, Agreement.ref.label("agreement_ref"))
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .where(Payment.state == "scheduled")
        .with_for_update(of=Payment, skip_locked=True)
    )


def _still(session: Session, row: Any, today: date, now: datetime, by: str) -> int:
    """What of a planned payment may be sent today; less is owed: it shrinks; nothing: it ends. 0 when it ended."""
    standing = standing_of(session.connection(), row, today)
    if standing.code:
        name = "cancelled" if standing.code == "nothing_owed" else "stopped"
        pass_the_door(session, row.ref, Event(name, today, code=standing.code), by=by, today=today, now=now)
        return 0
    if standing.amount_minor < row.amount_minor:
        smaller = update(Payment).where(Payment.id == row.id, Payment.state == "scheduled")
        left = {"amount_minor": standing.amount_minor, "fee_minor": _fee(row, standing.amount_minor)}
        if not rows_changed(session, smaller.values(**left)):
            return 0
        keep_event(
            session, row.id, "changed", "scheduled", "scheduled", row.gateway, by, now, code="less_owed"
        )
    return standing.amount_minor


def _fee(row: Any, amount_minor: int) -> int:
    """The fee for the way of paying, for what is left of a plan: its share of the one agreed, never more."""
    return int(row.fee_minor * amount_minor // row.amount_minor)
