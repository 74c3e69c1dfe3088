"""Stripe's events as ours. Pure but for `Known`, which is asked what an object belongs to.

What a shop of Stripe's should send is `TYPES`; everything else is not ours to act on. An event of a payment that does
not carry our metadata is somebody else's and says nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from gateways.base import EventKind, GatewayEvent, MethodKind
from gateways.stripe import codes
from gateways.stripe.amounts import from_stripe
from gateways.stripe.objects import PAGED, day, moment, part

OVERLAP: Final = timedelta(hours=1)
"""News is read again this far back, since what happened first may be listed last."""
TYPES: Final = (
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "payment_method.detached",
    "mandate.updated",
)
_INTENT: Final[dict[str, EventKind]] = {
    "payment_intent.processing": "accepted",
    "payment_intent.requires_action": "needs_confirmation",
    "payment_intent.succeeded": "settled",
    "payment_intent.payment_failed": "declined",
    "payment_intent.canceled": "declined",
}


@dataclass(frozen=True, slots=True)
class Charged:
    """What a PaymentIntent was made with."""

    key: str
    ref: str
    kind: MethodKind
    error: dict[str, Any]


class Known(Protocol):
    """Answers about objects that an event only names. Raises GatewaySilent."""

    def charged(self, intent_id: str, fresh: bool = False) -> Charged | None: ...

    def token(self, method_id: str) -> str: ...


def resume_at(seconds: int) -> str:
    """The cursor from which to read again after an event of this moment: a text that sorts by time."""
    return f"~{max(seconds - int(OVERLAP.total_seconds()), 0):012d}"


def read(event: dict[str, Any], zone: ZoneInfo, known: Known) -> list[GatewayEvent]:
    """What one event of Stripe's says: one of ours, or nothing. Raises KeyError or the like for one without shape."""
    name, thing = str(event["type"]), event["data"]["object"]
    if name in _INTENT:
        return _of_intent(event, thing, zone)
    if name.startswith("checkout.session.") and name in TYPES:
        return _of_session(event, thing, zone, known)
    if name.startswith("refund.") and name in TYPES:
        return _of_refund(event, thing, zone, known)
    if name.startswith("charge.dispute.") and name in TYPES:
        return _of_dispute(event, thing, zone, known)
    if name in ("payment_method.detached", "mandate.updated"):
        return _of_method(event, thing, zone, known)
    return []


def _made(event: dict[str, Any], zone: ZoneInfo, kind: EventKind, **more: Any) -> list[GatewayEvent]:
    created = int(event["created"])
    told: dict[str, Any] = {"key": "", "amount_minor": 0, "currency": "", "code": ""} | more
    at, on = moment(created), day(created, zone)
    return [GatewayEvent(id=str(event["id"]), kind=kind, on=on, at=at, resume=resume_at(created), **told)]


def _money(thing: dict[str, Any], name: str = "amount") -> dict[str, Any]:
    currency = str(thing["currency"]).upper()
    return {"amount_minor": from_stripe(int(thing[name]), currency), "currency": currency}


def _of_intent(event: dict[str, Any], thing: dict[str, Any], zone: ZoneInfo) -> list[GatewayEvent]:
    kept = thing.get("metadata") or {}
    kind = _INTENT[event["type"]]
    # On the hosted page another card may follow a refused one: only the page's own end is the end.
    if not kept.get("key") or (kind == "declined" and kept.get("page") == PAGED):
        return []
    code = ""
    if event["type"] == "payment_intent.canceled":
        code = codes.LAPSED if thing.get("cancellation_reason") else codes.UNCONFIRMED
    elif kind == "declined":
        code = codes.declined(part(thing, "last_payment_error"))
    money = _money(thing, "amount_received" if kind == "settled" and "amount_received" in thing else "amount")
    return _made(
        event,
        zone,
        kind,
        key=kept["key"],
        ref=kept.get("ref", ""),
        code=code,
        gateway_ref=thing["id"],
        **money,
    )


def _of_session(
    event: dict[str, Any], thing: dict[str, Any], zone: ZoneInfo, known: Known
) -> list[GatewayEvent]:
    kept, intent = thing.get("metadata") or {}, str(thing.get("payment_intent") or "")
    if thing.get("mode") != "payment" or not kept.get("key"):
        return []
    kind: EventKind = "expired"
    code = codes.LAPSED
    if event["type"].endswith("async_payment_failed"):
        charged = known.charged(intent, fresh=True) if intent else None
        kind, code = "declined", codes.declined(charged.error if charged else {})
    return _made(
        event, zone, kind, key=kept["key"], ref=kept.get("ref", ""), code=code,
        gateway_ref=intent or thing["id"], **_money(thing, "amount_total"),
    )  # fmt: skip


def _of_refund(
    event: dict[str, Any], thing: dict[str, Any], zone: ZoneInfo, known: Known
) -> list[GatewayEvent]:
    """`refund.updated` is told for many reasons: it counts when the refund became good just now."""
    status, before = thing.get("status"), event["data"].get("previous_attributes") or {}
    good = status == "succeeded" and (event["type"] == "refund.created" or "status" in before)
    bad = event["type"] == "refund.failed" or (status == "canceled" and "status" in before)
    intent = str(thing.get("payment_intent") or "")
    charged = known.charged(intent) if intent and (good or bad) else None
    if charged is None:
        return []
    code = str(thing.get("failure_reason") or "refund_failed")[:40] if bad else ""
    return _made(
        event, zone, "refund_failed" if bad else "refunded", key=charged.key, ref=charged.ref, code=code,
        gateway_ref=thing["id"], case_ref=thing["id"], **_money(thing),
    )  # fmt: skip


def _of_dispute(
    event: dict[str, Any], thing: dict[str, Any], zone: ZoneInfo, known: Known
) -> list[GatewayEvent]:
    """A case against a card payment; for a bank debit the same news is its return, which nobody can contest.

    A warning takes no money yet; it counts when it becomes a case.
    """
    status, before = str(thing.get("status")), event["data"].get("previous_attributes") or {}
    opened = event["type"].endswith("created") or str(before.get("status", "")).startswith("warning")
    closed = event["type"].endswith("closed")
    intent = str(thing.get("payment_intent") or "")
    if status.startswith("warning") or not (opened or closed) or not intent:
        return []
    charged = known.charged(intent)
    if charged is None:
        return []
    bank, reason = charged.kind == "bank", str(thing.get("reason") or "")
    kind: EventKind = "returned" if bank else "disputed"
    if closed and bank:
        return []
    if closed:
        kind = "dispute_won" if status == "won" else "dispute_lost"
    due = part(thing, "evidence_details").get("due_by")
    return _made(
        event, zone, kind, key=charged.key, ref=charged.ref, gateway_ref=intent, case_ref=thing["id"],
        code=codes.returned(reason) if bank else reason[:40], due_on=day(due, zone) if due else None,
        **_money(thing),
    )  # fmt: skip


def _of_method(
    event: dict[str, Any], thing: dict[str, Any], zone: ZoneInfo, known: Known
) -> list[GatewayEvent]:
    if event["type"] == "mandate.updated":
        ended = thing.get("status") == "inactive" and thing.get("payment_method")
        token = known.token(str(thing["payment_method"])) if ended else ""
    else:
        customer = (event["data"].get("previous_attributes") or {}).get("customer") or ""
        token = f"{customer}/{thing['id']}/{thing['type']}" if customer else ""
    return _made(event, zone, "method_ended", token=token) if token else []
