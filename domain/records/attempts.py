"""Keep one try at a gateway before anything is sent, inside the caller's transaction. Verb: `keep_attempt`.

The key is made of the obligation and the number of the try, never of a clock or of chance, so that whoever comes back
after a crash finds the same one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from domain.records.ready_made import ReadyMade
from domain.records.writers import Writer
from models import Attempt, Business

RESTORED_AT = select(Business.restored_at).scalar_subquery().label("restored_at")
_INSERT = ReadyMade(insert(Attempt.__table__).returning(RESTORED_AT))


@dataclass(frozen=True, slots=True)
class Sending:
    """One attempt as the gateway is to see it; `amount_minor` with the fee for the way of paying.

    `token_sealed` is opened only for the call, and "" where the payer chooses on the gateway's own page. `restored_at`
    is when a copy was put back: for a while after, the gateway is asked first (`domain.actions.restoring`).
    """

    gateway: str
    key: str
    ref: str
    amount_minor: int
    currency: str
    token_sealed: str
    method_ref: str
    restored_at: datetime | None = None


def obligation_of(agreement_ref: str, payment_ref: str) -> str:
    """What one intent may take from one agreement, by name: at most one attempt of it is under way at a time."""
    return f"{agreement_ref}:{payment_ref}"


def request_hash(amount_minor: int, currency: str, method_ref: str, gateway: str) -> str:
    """What was asked for, as 64 hex digits: the same key with another request is refused (safety M8)."""
    return hashlib.sha256(json.dumps([amount_minor, currency, method_ref, gateway]).encode()).hexdigest()


def keep_attempt(
    writer: Writer,
    payment_id: int,
    ref: str,
    *,
    obligation: str,
    number: int,
    amount_minor: int,
    currency: str,
    gateway: str,
    method: Any,
    now: datetime,
) -> Sending:
    """Write the attempt down and say how it is to be sent. `method` has `ref` and `token_sealed`; None for none."""
    method_ref = method.ref if method is not None else ""
    key = f"{obligation}:{number}"
    kept = _INSERT.first(
        writer,
        {
            "payment_id": payment_id,
            "number": number,
            "obligation": obligation,
            "key": key,
            "request_hash": request_hash(amount_minor, currency, method_ref, gateway),
            "state": "attempting",
            "sent_at": now,
            "gateway_ref": "",
        },
    )
    token = method.token_sealed if method is not None else ""
    return Sending(gateway, key, ref, amount_minor, currency, token, method_ref, kept.restored_at)
