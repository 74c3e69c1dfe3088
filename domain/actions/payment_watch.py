"""Bring every payment to its end: ask about those without an answer, read what the gateways say happened since.

`resolve_unknown` heals a crash or a silent gateway, `read_events` a lost message; both end in the one door. Both are
safe to repeat and to run beside themselves.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.actions import notices
from domain.actions.notices import LOST_DATABASE
from domain.actions.payments import Event, event_of, send, settle
from domain.points import reach
from domain.records.attempts import RESTORED_AT, Sending
from domain.rules.payment_states import LIVE
from domain.transaction import nothing_open, rows_changed, transaction
from gateways import registry
from gateways.base import Gateway, GatewayRefused, GatewaySilent, Outcome
from models import Attempt, GatewayCursor, Payment, PaymentMethod

KEY_WINDOW = timedelta(hours=23)
"""How long an attempt may be sent again under its key: gateways forget keys after 24 hours."""
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
CONFIRM_WITHIN = timedelta(hours=1)
PAGE = 200
LOOKED_AT = ("attempting", "unknown", "awaiting", "pending", "settled")
"""States in which a payment is asked about when its next look is due. Past `unknown` only a failed event sets one."""

log = structlog.get_logger()


def resolve_unknown(*, today: date, now: datetime, limit: int = PAGE) -> int:
    """Ask the gateways about attempts without an answer; returns how many payments changed.

    Each due row is claimed by moving its next look ahead, so two runs never ask about the same one at once.
    """
    changed = 0
    for payment_id in _claim(now, limit):
        try:
            changed += _resolve(payment_id, today, now)
        except LOST_DATABASE:
            raise
        except Exception as fault:
            # One payment that cannot be asked about (a gateway taken out, a token that does not open) blocks no other.
            log.error("payment_not_resolved", payment_id=payment_id, exc_info=fault)
    return changed


def _claim(now: datetime, limit: int) -> list[int]:
    """The payments to ask about now; their next look is moved ahead by the back-off.

    What somebody else holds just now is for later: two runs that each waited for the other's would stop each other.
    """
    with transaction() as session:
        rows = session.execute(
            select(Payment.id, Payment.looks)
            .where(Payment.state.in_(LOOKED_AT), Payment.next_look_at <= now)
            .order_by(Payment.next_look_at, Payment.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        claimed = []
        for payment_id, looks in rows:
            wait = BACK_OFF[min(looks, len(BACK_OFF) - 1)]
            mine = update(Payment).where(Payment.id == payment_id, Payment.looks == looks)
            if rows_changed(session, mine.values(looks=looks + 1, next_look_at=now + wait)):
                claimed.append(payment_id)
    return claimed


def _resolve(payment_id: int, today: date, now: datetime) -> int:
    with transaction() as session:
        payment, attempt, method, restored_at = session.execute(
            select(Payment, Attempt, PaymentMethod, RESTORED_AT)
            .join(Attempt, Attempt.payment_id == Payment.id)
            .outerjoin(PaymentMethod, PaymentMethod.id == Payment.method_id)
            .where(Payment.id == payment_id)
            .order_by(Attempt.number.desc())
        ).first()  # type: ignore[misc]
    sending = Sending(
        payment.gateway,
        attempt.key,
        payment.ref,
        payment.amount_minor + payment.fee_minor,
        payment.currency,
        method.token_sealed if method else "",
        method.ref if method else "",
        restored_at,
    )
    reach("watch.before_look_up")
    nothing_open()
    by = "job:resolve_unknown"
    try:
        outcome = registry.online(payment.gateway).look_up(attempt.key, payment.ref)
    except (GatewaySilent, GatewayRefused):
        if payment.state in LIVE:
            settle(payment.ref, Event("no_answer", today), by=by, today=today, now=now)
        return 0
    if outcome.state != "not_found":
        return _bring(payment.ref, outcome, by, today, now)
    if payment.state not in LIVE:
        log.error("gateway_lost_a_payment", gateway=payment.gateway, payment=payment.ref)
        return 0
    if now - attempt.sent_at < KEY_WINDOW:
        # The gateway never heard of it. Inside its key window the same key decides for certain, also against a first
        # request that is still under way; a fresh key would be a second charge.
        send(payment.ref, sending, today=payment.begun_on, now=now)
        return 1
    return int(settle(payment.ref, Event("not_found", today), by=by, today=today, now=now))


def _bring(ref: str, outcome: Outcome, by: str, today: date, now: datetime) -> int:
    """A look-up's answer through the door; 1 when it changed the payment.

    A look-up that says "returned" says that it had settled before (gateways.base.Outcome), so both are brought.
    """
    changed = False
    if outcome.state == "returned":
        changed = settle(ref, Event("settled", outcome.on or today), by=by, today=today, now=now)
    return int(settle(ref, event_of(outcome, today), by=by, today=today, now=now) or changed)


def read_events(*, today: date, now: datetime) -> int:
    """Read every gateway's events since the last time, and hear each (`domain.actions.notices`) and those that were
    parked; how many acted.
    """
    acted = sum(_read(gateway, today, now) for gateway in registry.able_to("events"))
    return acted + notices.match_parked(today=today, now=now)


def _read(gateway: Gateway, today: date, now: datetime) -> int:
    with transaction() as session:
        after = session.scalar(select(GatewayCursor.after).where(GatewayCursor.gateway == gateway.name)) or ""
    acted = 0
    while True:
        nothing_open()
        try:
            events = gateway.events(after, PAGE)
        except (GatewaySilent, GatewayRefused) as problem:
            log.warning("events_not_read", gateway=gateway.name, problem=str(problem))
            return acted
        acted += notices.hear(gateway.name, events, via="asked", today=today, now=now)
        if events:
            reach("watch.event_before_cursor")
            # The next reading may begin before the last event: what was heard is not heard twice.
            _move_cursor(gateway.name, events[-1].resume or events[-1].id)
            after = events[-1].id
        if len(events) < PAGE:
            return acted


def _move_cursor(gateway: str, after: str) -> None:
    with transaction() as session:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        statement = dialect.insert(GatewayCursor.__table__).values(gateway=gateway, after=after)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["gateway"],
                set_={"after": statement.excluded.after},
                where=GatewayCursor.__table__.c.after < statement.excluded.after,
            )
        )


def ask_again(ref: str, *, today: date, now: datetime) -> bool:
    """Ask the gateway about one payment now (its confirmation page sent the payer back); whether it changed."""
    return _asked(ref, today, now) == "changed"


def _asked(ref: str, today: date, now: datetime) -> Literal["changed", "same", "open", "silent"]:
    """What asking came to; "open" when the gateway still waits for the payer, or knows no such payment."""
    with transaction() as session:
        found = session.execute(
            select(Payment.ref, Payment.state, Payment.gateway, Attempt.key)
            .join(Attempt, Attempt.payment_id == Payment.id)
            .where(Payment.ref == ref)
            .order_by(Attempt.number.desc())
        ).first()
    if found is None or found.state not in ("awaiting", "attempting", "unknown", "pending"):
        return "same"
    nothing_open()
    try:
        outcome = registry.online(found.gateway).look_up(found.key, ref)
    except (GatewaySilent, GatewayRefused):
        return "silent"
    if outcome.state in ("not_found", "needs_confirmation"):
        return "open"
    return "changed" if _bring(ref, outcome, "job:ask_again", today, now) else "same"


def expire_confirmations(*, today: date, now: datetime) -> int:
    """Payments whose confirmation page stayed open for an hour: ask once more, close it, then cancel; how many changed.

    A gateway that does not answer may have its yes by now, so that payment is left for the next time.
    """
    with transaction() as session:
        refs = session.scalars(
            select(Payment.ref)
            .where(Payment.state == "awaiting", Payment.begun_at < now - CONFIRM_WITHIN)
            .limit(PAGE)
        ).all()
    changed = 0
    for ref in refs:
        asked = _asked(ref, today, now)
        changed += asked == "changed"
        if asked == "open":
            changed += _close(ref, today, now)
    return changed


def _close(ref: str, today: date, now: datetime) -> int:
    """Close the gateway's page, so that it cannot be paid on any more, and stop waiting; 1 when the payment changed."""
    by = "job:expire_confirmations"
    with transaction() as session:
        name, key = session.execute(
            select(Payment.gateway, Attempt.key)
            .join(Attempt, Attempt.payment_id == Payment.id)
            .where(Payment.ref == ref)
            .order_by(Attempt.number.desc())
        ).first()  # type: ignore[misc]
    gateway = registry.online(name)
    if "hosted_page" in gateway.abilities:
        nothing_open()
        try:
            outcome = gateway.expire(key, ref)
        except (GatewaySilent, GatewayRefused):
            return 0
        if outcome.state in ("accepted", "settled", "returned"):
            # Paid at the last moment.
            return _bring(ref, outcome, by, today, now)
    return int(settle(ref, Event("expired", today), by=by, today=today, now=now))
