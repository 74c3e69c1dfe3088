"""The processor's list of what happened, in order. Whoever polls it misses nothing."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime

from gateways.base import EventKind, GatewayEvent
from gateways.sandbox.refusals import refused
from gateways.sandbox.store import Store

MAX_EVENTS = 1000


def add_event(
    db: sqlite3.Connection,
    charge: sqlite3.Row,
    kind: EventKind,
    *,
    on: date,
    now: datetime,
    code: str = "",
    amount_minor: int | None = None,
    gateway_ref: str = "",
    case_ref: str = "",
    due_on: date | None = None,
) -> None:
    """Append one event about `charge`, inside the caller's transaction. The amount defaults to the whole charge."""
    db.execute(
        "INSERT INTO events (key, ref, gateway_ref, kind, amount_minor, currency, code, happened_on, at, case_ref,"
        " due_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            charge["key"],
            charge["ref"],
            gateway_ref or charge["id"],
            kind,
            charge["amount_minor"] if amount_minor is None else amount_minor,
            charge["currency"],
            code,
            on.isoformat(),
            now.isoformat(),
            case_ref,
            due_on.isoformat() if due_on else None,
        ),
    )


def read_events(store: Store, after: str, limit: int) -> list[GatewayEvent]:
    """Up to `limit` (at most 1,000) events after the event id `after`; "" begins with the first."""
    number = after.removeprefix("evt_")
    if after and not (
        after.startswith("evt_") and number.isascii() and number.isdigit() and len(number) <= 18
    ):
        raise refused("bad_cursor")
    found = store.rows(
        "SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
        int(number or 0),
        max(0, min(limit, MAX_EVENTS)),
    )
    return [
        GatewayEvent(
            id=f"evt_{row['seq']:012d}",
            key=row["key"],
            kind=row["kind"],
            amount_minor=row["amount_minor"],
            currency=row["currency"],
            code=row["code"],
            on=date.fromisoformat(row["happened_on"]),
            at=datetime.fromisoformat(row["at"]),
            ref=row["ref"],
            gateway_ref=row["gateway_ref"],
            case_ref=row["case_ref"],
            due_on=date.fromisoformat(row["due_on"]) if row["due_on"] else None,
        )
        for row in found
    ]
