"""What gateways tell by themselves: each piece of news is kept once, in the commit of what it does.

News comes by webhook and by asking (`payment_watch.read_events`), doubled, late, in any order. Its id is UNIQUE per
gateway, so whichever way it comes first acts, and the door for payment states allows only what its table lists: the
order does not matter. News of a payment that is not known yet is parked and matched later. Verbs: `hear`,
`hear_webhook`, `match_parked`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from domain.actions import disputes, refund_ends
from domain.actions.ended_methods import end_method
from domain.actions.payments import Event, pass_the_door
from domain.points import reach
from domain.records.words_out import audit
from domain.records.writers import dialect_of
from domain.transaction import nothing_open, rows_changed, transaction
from gateways import registry
from gateways.base import GatewayEvent, GatewaySilent, NoticeRefused
from models import Attempt, GatewayNotice, Payment

__all__ = ["HEARERS", "LOST_DATABASE", "NoticeRefused", "hear", "hear_webhook", "match_parked"]

THROUGH_THE_DOOR = ("accepted", "settled", "declined", "expired", "returned")
PASSED_OVER = ("needs_confirmation",)
LOST_DATABASE = (OperationalError, InterfaceError)
"""Faults of the database itself: nothing was done, nothing is passed over, and the next time tries again."""
LOOK_AGAIN = timedelta(minutes=1)
MOST_TRIES = 12
PARKED_FOR = timedelta(days=8)
"""News of a payment that nobody knows by then is somebody else's."""
PAGE = 200

_NOTICE = GatewayNotice.__table__
_KEEP = {
    name: dialect.insert(_NOTICE)
    .on_conflict_do_nothing(index_elements=["gateway", "event_id"])
    .returning(_NOTICE.c.id)
    for name, dialect in {"sqlite": sqlite, "postgresql": postgresql}.items()
}

log = structlog.get_logger()


def hear_webhook(
    gateway: str, body: bytes, headers: Mapping[str, str], *, today: date, now: datetime
) -> int | None:
    """Take a webhook in; how many of its events acted, or None where this gateway sends none.

    Raises gateways.base.NoticeRefused for one that is not the gateway's. One whose payment could not be asked about is
    left to the next reading of events, which begins before it.
    """
    known = next((one for one in registry.able_to("webhooks") if one.name == gateway), None)
    if known is None:
        return None
    nothing_open()
    try:
        events = known.read_event(body, headers, now)
    except GatewaySilent as silent:
        log.warning("webhook_left_to_reading", gateway=gateway, problem=str(silent))
        return 0
    return hear(gateway, events, via="webhook", today=today, now=now)


def hear(gateway: str, events: Sequence[GatewayEvent], *, via: str, today: date, now: datetime) -> int:
    """Act on each event that was not heard before; how many acted. One that fails blocks no other."""
    return sum(_take(gateway, event, via, today, now) for event in _fresh(gateway, events))


def _fresh(gateway: str, events: Sequence[GatewayEvent]) -> list[GatewayEvent]:
    if not events:
        return []
    ids = [event.id for event in events]
    with transaction() as session:
        heard = set(
            session.scalars(
                select(GatewayNotice.event_id).where(
                    GatewayNotice.gateway == gateway, GatewayNotice.event_id.in_(ids)
                )
            )
        )
    return [event for event in events if event.id not in heard]


def _take(gateway: str, event: GatewayEvent, via: str, today: date, now: datetime) -> int:
    try:
        with transaction() as session:
            notice_id = _kept(session, gateway, event, via, now)
            if notice_id is None:
                return 0
            state = _act(session, notice_id, gateway, event, today, now)
            reach("notice.before_commit")
            return int(state == "acted")
    except LOST_DATABASE:
        raise
    except Exception as fault:
        log.error("event_failed", gateway=gateway, event_id=event.id, exc_info=fault)
        _keep_failed(gateway, event, via, now)
        return 0


def _kept(session: Session, gateway: str, event: GatewayEvent, via: str, now: datetime) -> int | None:
    """The id of the new row, or None when the same news was heard before (or is being heard at this moment)."""
    row = {
        "gateway": gateway, "event_id": event.id, "kind": event.kind, "key": event.key, "via": via,
        "state": "parked", "payload": _written(event), "tries": 0, "heard_at": now,
    }  # fmt: skip
    return session.scalar(_KEEP[dialect_of(session)], row)


def _act(
    session: Session, notice_id: int, gateway: str, event: GatewayEvent, today: date, now: datetime
) -> str:
    """Do what the news asks for, and write down beside it what that was."""
    payment = session.execute(
        select(Payment.id, Payment.ref)
        .join(Attempt, Attempt.payment_id == Payment.id)
        .where(Attempt.key == event.key, Payment.gateway == gateway)
    ).first()
    state = _done(session, gateway, event, payment, today, now)
    ended = {"state": state, "acted_at": None if state == "parked" else now}
    session.execute(
        update(GatewayNotice)
        .where(GatewayNotice.id == notice_id)
        .values(payment_id=payment.id if payment else None, **ended)
    )
    return state


def _done(
    session: Session, gateway: str, event: GatewayEvent, payment: Any, today: date, now: datetime
) -> str:
    if event.kind == "method_ended":
        ended = end_method(session, gateway, event.token, now)
        return "acted" if ended else "passed"
    if event.kind in PASSED_OVER:
        return "passed"
    if payment is None:
        log.warning("event_without_payment", gateway=gateway, event_id=event.id)
        return "parked"
    by = f"gateway:{gateway}"
    if event.kind in THROUGH_THE_DOOR:
        changed = pass_the_door(session, payment.ref, _through(event), by=by, today=today, now=now)
        return "refused" if changed is None else "acted" if changed else "passed"
    hearer = HEARERS.get(event.kind)
    if hearer is None:
        return "parked"
    return "acted" if hearer(session, payment.id, event, by, today, now) else "passed"


HEARERS: dict[str, Callable[[Session, int, GatewayEvent, str, date, datetime], bool]] = {
    "disputed": disputes.heard,
    "dispute_won": disputes.heard,
    "dispute_lost": disputes.heard,
    "refunded": refund_ends.heard,
    "refund_failed": refund_ends.heard,
}
"""Kind of news -> who acts on it, inside the transaction; for kinds that are not events of a payment itself."""


def _through(event: GatewayEvent) -> Event:
    return Event(
        event.kind,
        event.on,
        code=event.code,
        source_id=event.id,
        gateway_ref=event.gateway_ref,
        amount_minor=event.amount_minor,
        currency=event.currency,
    )


def _keep_failed(gateway: str, event: GatewayEvent, via: str, now: datetime) -> None:
    """Park news that failed, write that down, and let `resolve_unknown` ask what the payment has come to."""
    with transaction() as session:
        notice_id = _kept(session, gateway, event, via, now)
        if notice_id is None:
            return
        session.execute(update(GatewayNotice).where(GatewayNotice.id == notice_id).values(tries=1))
        payment_id = session.scalar(
            select(Attempt.payment_id)
            .join(Payment)
            .where(Attempt.key == event.key, Payment.gateway == gateway)
        )
        if payment_id is None:
            return
        session.execute(
            update(Payment).where(Payment.id == payment_id).values(next_look_at=now + LOOK_AGAIN, looks=0)
        )
        audit(
            session, by=f"gateway:{gateway}", action="payment.event_failed", subject="payment", subject_id=payment_id,
            at=now, detail={"event": event.kind, "code": event.code, "source_id": event.id},
        )  # fmt: skip


def match_parked(*, today: date, now: datetime) -> int:
    """Try all parked news again: its payment may be known by now, or what failed may work. How many acted.

    What failed waits longer after each try.
    """
    acted, last = 0, 0
    while rows := _parked(last, now):
        due = [row for row in rows if not row.tries or row.heard_at + row.tries**2 * LOOK_AGAIN <= now]
        acted += sum(_try_again(row, today, now) for row in due)
        last = rows[-1].id
    with transaction() as session:
        session.execute(
            update(GatewayNotice)
            .where(GatewayNotice.state == "parked", GatewayNotice.heard_at < now - PARKED_FOR)
            .values(state="passed", acted_at=now)
        )
    return acted


def _parked(after: int, now: datetime) -> Sequence[Any]:
    """The next page of parked news whose payment is known."""
    wanted = GatewayNotice.id, GatewayNotice.gateway, GatewayNotice.payload, GatewayNotice.tries
    with transaction() as session:
        return session.execute(
            select(*wanted, GatewayNotice.heard_at)
            .join(Attempt, Attempt.key == GatewayNotice.key)
            .where(
                GatewayNotice.state == "parked", GatewayNotice.tries < MOST_TRIES, GatewayNotice.id > after
            )
            .where(GatewayNotice.kind.in_([*THROUGH_THE_DOOR, *HEARERS]))
            .where((GatewayNotice.tries == 0) | (GatewayNotice.heard_at <= now - LOOK_AGAIN))
            .order_by(GatewayNotice.id)
            .limit(PAGE)
        ).all()


def _try_again(row: Any, today: date, now: datetime) -> int:
    event = _read(row.payload)
    mine = update(GatewayNotice).where(
        GatewayNotice.id == row.id, GatewayNotice.state == "parked", GatewayNotice.tries == row.tries
    )
    try:
        with transaction() as session:
            if not rows_changed(session, mine.values(tries=row.tries + 1)):
                return 0
            return int(_act(session, row.id, row.gateway, event, today, now) == "acted")
    except LOST_DATABASE:
        raise
    except Exception as fault:
        log.error("parked_event_failed", gateway=row.gateway, event_id=event.id, exc_info=fault)
        with transaction() as session:
            session.execute(mine.values(tries=row.tries + 1))
        return 0


def _written(event: GatewayEvent) -> dict[str, Any]:
    """The event as JSON. A method's token is a secret and stays out."""
    found = {name: value for name, value in asdict(event).items() if name != "token"}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in found.items()}


def _read(payload: dict[str, Any]) -> GatewayEvent:
    due = payload.get("due_on")
    days = {
        "on": date.fromisoformat(payload["on"]),
        "at": datetime.fromisoformat(payload["at"]),
        "due_on": date.fromisoformat(due) if due else None,
    }
    return GatewayEvent(**(payload | days))
