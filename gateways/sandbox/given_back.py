"""Refunds of the fake processor: once per key, never more than the charge, and what becomes of them on later days."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from gateways.base import EventKind, Outcome, State
from gateways.sandbox.catalogue import PLAIN, amount_script
from gateways.sandbox.events import add_event
from gateways.sandbox.keys import Answer, fingerprint, keep, kept
from gateways.sandbox.refusals import refused

FAILS: Final = 601
"""A refund of 6.01 is given back at once and comes back a business day later: the account is closed."""
WAITS: Final = 602
"""A refund of 6.02 is accepted, and given back a business day later."""
SettlingDay = Callable[[date, int, str], date]


def give_back(
    db: sqlite3.Connection, settling: SettlingDay, public_url: str, *, key: str, charge_key: str, charge_ref: str,
    amount_minor: int, on: date, now: datetime,
) -> Answer:  # fmt: skip
    """Give back part or all of a settled charge, inside the caller's transaction; see gateways.base.Gateway.refund.

    The magic amounts that lose or delay answers work here too.
    """
    script = amount_script(amount_minor, "card") or PLAIN
    request = fingerprint("refund", charge_key, charge_ref, amount_minor)
    before = kept(db, key, request, now, public_url)
    if before is not None:
        return before
    charge = db.execute(
        "SELECT * FROM charges WHERE key = ? AND (? = '' OR ref = ?) ORDER BY seq LIMIT 1",
        (charge_key, charge_ref, charge_ref),
    ).fetchone()
    if charge is None:
        raise refused("unknown_charge")
    if charge["state"] != "settled" or charge["disputed"]:
        raise refused("not_settled")
    if not 0 < amount_minor <= charge["amount_minor"] - charge["refunded_minor"]:
        raise refused("bad_amount" if amount_minor <= 0 else "refund_too_much")
    if not script.acts:
        return Answer(None, script.delivery)
    waits, later = amount_minor == WAITS, settling(on, 1, charge["currency"]).isoformat()
    made = db.execute(
        "INSERT INTO refunds (id, key, charge_seq, amount_minor, refunded_on, at, state, due_on)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            f"sbx_re_{secrets.token_hex(12)}", key, charge["seq"], amount_minor, later if waits else on.isoformat(),
            now.isoformat(), "accepted" if waits else "settled", later if amount_minor in (FAILS, WAITS) else None,
        ),
    )  # fmt: skip
    row = db.execute("SELECT * FROM refunds WHERE seq = ?", (made.lastrowid,)).fetchone()
    db.execute(
        "UPDATE charges SET refunded_minor = refunded_minor + ? WHERE seq = ?", (amount_minor, charge["seq"])
    )
    if not waits:
        _tell(db, charge, row, "refunded", on, now)
    answer = Answer(outcome_of(row), script.delivery)
    keep(db, key, request, answer, now, public_url)
    return answer


def due_refunds(db: sqlite3.Connection, on: date, now: datetime, most: int) -> int:
    """What is due of refunds up to a day: those that waited arrive, those that fail come back; how many."""
    rows = db.execute(
        "SELECT * FROM refunds WHERE due_on <= ? ORDER BY due_on, seq LIMIT ?", (on.isoformat(), most)
    ).fetchall()
    for row in rows:
        charge = db.execute("SELECT * FROM charges WHERE seq = ?", (row["charge_seq"],)).fetchone()
        day = date.fromisoformat(row["due_on"])
        if row["amount_minor"] == WAITS:
            db.execute("UPDATE refunds SET state = 'settled', due_on = NULL WHERE seq = ?", (row["seq"],))
            _tell(db, charge, row, "refunded", day, now)
            continue
        db.execute("UPDATE refunds SET state = 'returned', due_on = NULL WHERE seq = ?", (row["seq"],))
        db.execute(
            "UPDATE charges SET refunded_minor = refunded_minor - ? WHERE seq = ?",
            (row["amount_minor"], charge["seq"]),
        )
        _tell(db, charge, row, "refund_failed", day, now, "account_closed")
    return len(rows)


def _tell(
    db: sqlite3.Connection, charge: sqlite3.Row, row: sqlite3.Row, kind: EventKind, on: date, now: datetime,
    code: str = "",
) -> None:  # fmt: skip
    add_event(
        db, charge, kind, on=on, now=now, code=code, amount_minor=row["amount_minor"], gateway_ref=row["id"],
        case_ref=row["id"],
    )  # fmt: skip


def outcome_of(row: sqlite3.Row) -> Outcome:
    """What became of a refund."""
    state: State = row["state"]
    code = "account_closed" if state == "returned" else ""
    return Outcome(state, gateway_ref=row["id"], on=date.fromisoformat(row["refunded_on"]), code=code)
