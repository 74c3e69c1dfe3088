"""Idempotency keys: what was answered to a key in the last 24 hours is answered again, and then forgotten."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from gateways.base import Outcome
from gateways.sandbox.catalogue import Delivery
from gateways.sandbox.refusals import refused
from gateways.sandbox.wire import dumped, outcome, parsed

KEY_WINDOW: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the processor decided, and how the answer travels (catalogue.Script). None = it did not act."""

    outcome: Outcome | None
    delivery: Delivery = "answer"


def fingerprint(*parts: str | int) -> str:
    """One text that is equal only for equal requests."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def kept(db: sqlite3.Connection, key: str, request: str, now: datetime, public_url: str) -> Answer | None:
    """The first answer to `key`, None when the key is new or was forgotten; refuses it for another request.

    The first answer may have been lost on its way; this time it is given, unless the script says it never is.
    """
    row = db.execute("SELECT * FROM keys WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    if now - datetime.fromisoformat(row["made_at"]) >= KEY_WINDOW:
        db.execute("DELETE FROM keys WHERE key = ?", (key,))
        return None
    if row["request"] != request:
        raise refused("key_reused")
    first = outcome(parsed(row["answer"]))
    if first.redirect_url:
        # Stored without the address of the pages: that may have changed since.
        first = replace(first, redirect_url=public_url + first.redirect_url)
    return Answer(first, "lost_for_good" if row["delivery"] == "lost_for_good" else "answer")


def keep(
    db: sqlite3.Connection, key: str, request: str, answer: Answer, now: datetime, public_url: str
) -> None:
    """Remember the first answer to `key`, inside the transaction that made it true."""
    if answer.outcome is None:
        return
    first = replace(answer.outcome, redirect_url=answer.outcome.redirect_url.removeprefix(public_url))
    db.execute(
        "INSERT INTO keys (key, request, answer, delivery, made_at) VALUES (?, ?, ?, ?, ?)",
        (key, request, json.dumps(dumped(first)), answer.delivery, now.isoformat()),
    )
