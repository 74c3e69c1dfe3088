"""Begin a payment and bring it to its end. Verbs: `start`, `send`, `settle`.

`settle` is the one door by which a payment changes state: a guarded UPDATE from the states that the table in
`domain.rules.payment_states` allows for the event; nobody passes twice. Its consequences stand in one table below and
happen in the same commit. No transaction is open while the gateway is called, and an attempt is kept before it is, so a
crash at any point leaves either nothing or an attempt that `domain.actions.payment_watch` will ask about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import Connection, bindparam, literal, select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.access import Scope
from domain.actions.payment_consequences import CONSEQUENCES, Settling, early_return
from domain.actions.payment_intents import FIRST_LOOK, keep_intent
from domain.actions.payment_limits import PLAIN, TwinPayment, Wanted
from domain.actions.restoring import made_already
from domain.points import reach
from domain.records.attempts import Sending
from domain.records.payment_events import keep_event
from domain.records.ready_made import ReadyMade
from domain.records.words_out import audit
from domain.rules.payment_states import LIVE, TABLE, agrees, named
from domain.transaction import nothing_open, transaction
from domain.words import N_, Gone, Sentence
from gateways import registry
from gateways.base import GatewayRefused, GatewaySilent, Outcome
from models import Attempt, Payment, PaymentEvent, PaymentMethod, PaymentReturn

__all__ = ["Event", "Mismatch", "Sending", "TwinPayment", "pass_the_door", "send", "settle", "start"]

_PAYMENT = Payment.__table__
_ATTEMPT = Attempt.__table__
_EVENT = PaymentEvent.__table__

_BY_REF = ReadyMade(
    select(
        _PAYMENT,
        PaymentMethod.label.label("method_label"),
    )
    .outerjoin(PaymentMethod, PaymentMethod.id == _PAYMENT.c.method_id)
    .where(_PAYMENT.c.ref == bindparam("of"))
    .with_for_update(of=_PAYMENT)
)
_MOVE = ReadyMade(
    update(_PAYMENT).where(_PAYMENT.c.id == bindparam("of"), _PAYMENT.c.state == bindparam("before"))
)
_ANSWER = ReadyMade(
    update(_ATTEMPT).where(
        _ATTEMPT.c.payment_id == bindparam("of"), _ATTEMPT.c.state.in_([literal(state) for state in LIVE])
    )
)
_SEEN = select(_EVENT.c.id).where(
    _EVENT.c.gateway == bindparam("gateway"), _EVENT.c.source_id == bindparam("source")
)

IN_HAND = ("counter", "bank_transfer")
"""Money that is in hand when it is written down: no gateway took it, none can send it back."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a payment, from a gateway, a person or a timer.

    `name` is an event of `payment_states.TABLE`; `source_id` the gateway's own id of it, so that it acts once.
    `amount_minor` and `currency`, where the gateway says them, must equal the payment's.
    """

    name: str
    on: date
    code: str = ""
    source_id: str | None = None
    gateway_ref: str = ""
    expected_on: date | None = None
    confirm_url: str = ""
    amount_minor: int | None = None
    currency: str | None = None


class Mismatch(Exception):
    """A gateway's event names another amount or currency than the payment has. Nothing was changed; it is audited."""


def start(
    agreement_ref: str,
    amount_minor: int,
    method_ref: str,
    ref: str,
    *,
    who: Scope,
    today: date,
    now: datetime,
    return_url: str = "",
    again: bool = False,
    wanted: Wanted = PLAIN,
) -> str:
    """Pay `amount_minor` on the agreement by the method; returns the payment's ref.

    `wanted` is what else the payer wants: a later day, what money above what is due shall do, and the like.

    `ref` comes from the form: the same one again finds the payment it began and charges nothing. Raises Gone for an
    agreement or method that is not the person's, Refused for an amount that may not be paid, TwinPayment, and
    Conflict when `ref` was used for something else.
    """
    begun, attempt = keep_intent(agreement_ref, amount_minor, method_ref, ref, who, today, now, again, wanted)
    reach("payment.intent_kept")
    if attempt is not None:
        send(begun, attempt, today=today, now=now, return_url=return_url)
    return begun


def send(payment_ref: str, sending: Sending, *, today: date, now: datetime, return_url: str = "") -> None:
    """Ask the gateway for the money under the attempt's key, and bring its answer through the door.

    Safe to repeat inside the gateway's key window: the same key gives the first answer again.
    """
    nothing_open()
    try:
        outcome = made_already(sending, now) or registry.online(sending.gateway).charge(
            key=sending.key,
            ref=sending.ref,
            amount_minor=sending.amount_minor,
            currency=sending.currency,
            token=open_token(sending),
            on=today,
            now=now,
            return_url=return_url,
        )
        event = event_of(outcome, today)
    except GatewaySilent:
        event = Event("no_answer", today)
    except GatewayRefused as refused:
        event = refusal(payment_ref, refused, today)
    reach("payment.gateway_answered")
    settle(payment_ref, event, by=f"gateway:{sending.gateway}", today=today, now=now)
    reach("payment.outcome_kept")


def open_token(sending: Sending) -> str:
    """The method's token in the clear, for the call alone; "" where the payer chooses on the gateway's own page."""
    if not sending.token_sealed:
        return ""
    return sealing.unseal(sending.token_sealed, f"payment_method.token:{sending.method_ref}")


def refusal(payment_ref: str, refused: GatewayRefused, today: date) -> Event:
    """A refused request as an event of our table: nothing was charged by it, so the payment failed.

    Unless the gateway knows the key from another request: then an earlier one may have taken money, so the outcome is
    unknown until a look-up tells (safety M8: refused and alarmed, never sent under another key).
    """
    if refused.code == "key_reused":
        log.error("key_reused", payment=payment_ref)
        return Event("no_answer", today, code=refused.code)
    return Event("declined", today, code=refused.code or "refused")


def event_of(outcome: Outcome, today: date) -> Event:
    """A gateway's answer as an event of our table."""
    names = {
        "accepted": "accepted",
        "settled": "settled",
        "declined": "declined",
        "needs_confirmation": "needs_confirmation",
        "returned": "returned",
        "not_found": "not_found",
    }
    return Event(
        names[outcome.state],
        outcome.on or today,
        code=outcome.code,
        gateway_ref=outcome.gateway_ref,
        expected_on=outcome.expected_settlement_on,
        confirm_url=outcome.redirect_url,
    )


def settle(ref: str, event: Event, *, by: str, today: date, now: datetime) -> bool:
    """The one door. Whether the event changed the payment: False when somebody was first or the table forbids it.

    Raises Gone for an unknown payment and Mismatch when the event names another amount or currency.
    """
    with transaction() as session:
        changed = pass_the_door(session, ref, event, by=by, today=today, now=now)
        reach("payment.door_before_commit")
    if changed is None:
        raise Mismatch(f"payment {ref}: the gateway says another amount or currency")
    return changed


def pass_the_door(
    session: Session, ref: str, event: Event, *, by: str, today: date, now: datetime
) -> bool | None:
    """`settle` inside a transaction of this module; None for a mismatch, which is written down and changes nothing."""
    door = session.connection()
    row = _BY_REF.first(door, {"of": ref})
    if row is None:
        raise Gone(Sentence(N_("There is no such payment.")))
    if not _agrees_on_money(row, event):
        _remark(door, row.id, "payment.mismatch", event, by, now)
        return None
    name = named(row.state, event.name)
    sources, target = TABLE[name]
    early = early_return(session, row.id) if (name, row.state) == ("settled", "failed") else None
    if early:
        sources |= {"failed"}
    if row.state not in sources or not _move(door, row, _changes(row, name, target, event, now)):
        if not (agrees(row.state, target) or _seen(door, row.gateway, event)):
            _remark(door, row.id, "payment.unexpected_event", event, by, now)
        return False
    if name in ("returned", "disputed") and _gone_back(session, row.id):
        return False
    keep_event(door, row.id, name, row.state, target, row.gateway, by, now, event.code, event.source_id)
    if row.state in LIVE:
        _answer_attempt(door, row.id, target, event.gateway_ref, now)
    heard = event.expected_on, event.amount_minor
    _follow(Settling(session, row, event.on, event.code, by, today, now, *heard, event=name), name)
    if early:
        keep_event(session, row.id, "returned", "settled", "settled", row.gateway, by, now, early.code)
        _follow(
            Settling(session, row, early.on, early.code, by, today, now, None, event="returned"), "returned"
        )
    return True


def _agrees_on_money(row: Any, event: Event) -> bool:
    """Whether the event names the money of the payment; a dispute may be about a part of it."""
    whole, said = row.amount_minor + row.fee_minor, event.amount_minor
    part = event.name == "disputed" and said is not None and 0 < said < whole
    return event.currency in (None, row.currency) and (part or said in (None, whole))


def _move(door: Connection, row: Any, changes: dict[str, Any]) -> bool:
    """The guarded UPDATE: from the state that was read, and only while it stands."""
    return _MOVE.change(door, {"of": row.id, "before": row.state, **changes}) == 1


def _answer_attempt(door: Connection, payment_id: int, target: str, gateway_ref: str, now: datetime) -> None:
    answered = "unknown" if target == "unknown" else "answered"
    values: dict[str, Any] = {"state": answered, "answered_at": None if answered == "unknown" else now}
    if gateway_ref:
        values["gateway_ref"] = gateway_ref
    _ANSWER.change(door, {"of": payment_id, **values})


def _follow(settling: Settling, name: str) -> None:
    for consequence in CONSEQUENCES.get(name, ()):
        consequence(settling)


def _changes(row: Any, name: str, target: str, event: Event, now: datetime) -> dict[str, Any]:
    changes: dict[str, Any] = {"state": target}
    if target in ("settled", "failed", "cancelled", "awaiting", "pending"):
        changes["next_look_at"] = None
    if name == "settled":
        changes |= {"settled_on": event.on, "failure_code": ""}
        if row.gateway not in IN_HAND:
            until = registry.gateway(row.gateway).returnable_until(row.instrument, event.on)
            changes["returnable_until"] = until
    if name == "claimed":
        changes |= {"next_look_at": now + FIRST_LOOK, "looks": 0}
    if name == "accepted":
        changes["expected_on"] = event.expected_on
    if target == "failed":
        changes["failure_code"] = event.code or name
    if name == "needs_confirmation":
        changes["confirm_url"] = event.confirm_url
    return changes


def _seen(door: Connection, gateway: str, event: Event) -> bool:
    if not event.source_id:
        return False
    return door.execute(_SEEN, {"gateway": gateway, "source": event.source_id}).first() is not None


def _gone_back(session: Session, payment_id: int) -> bool:
    return session.scalar(select(PaymentReturn.id).where(PaymentReturn.payment_id == payment_id)) is not None


def _remark(door: Connection, payment_id: int, action: str, event: Event, by: str, now: datetime) -> None:
    """Write down an event that changed nothing, so that `books verify` and the desk can show it."""
    audit(
        door, by=by, action=action, subject="payment", subject_id=payment_id, at=now,
        detail={
            "event": event.name, "code": event.code, "source_id": event.source_id, "amount_minor": event.amount_minor,
        },
    )  # fmt: skip
