"""The fake processor: takes charges and gives them back, remembers keys for 24 hours, keeps its own record for good.

It behaves as a real one does where that is dangerous: a key sent again after 24 hours of the real clock is a new
charge. A look-up finds the first charge made with a key and a reference however old it is.

Money is whole minor units; `on` is the business date, `now` the moment (aware). It never reads a clock.
"""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final

from gateways.base import ChargeRecord, GatewayEvent, Outcome, Payout, State
from gateways.sandbox.addresses import allowed_origins, check_return
from gateways.sandbox.catalogue import ASKS, amount_script, method_of
from gateways.sandbox.days import Days, SettlingDay, settling_day
from gateways.sandbox.events import read_events
from gateways.sandbox.given_back import give_back, outcome_of
from gateways.sandbox.keys import Answer, fingerprint, keep, kept
from gateways.sandbox.payouts import payouts
from gateways.sandbox.refusals import refused
from gateways.sandbox.store import Store
from gateways.sandbox.visits import Visits

MAX_AMOUNT_MINOR: Final = 999_999_999_999
_CURRENCY = re.compile(r"[A-Z]{3}")


class Processor:
    """The processor whose record is the file at `path`.

    `public_url` is where its pages can be reached; they send people back only to `return_origins`. A bank debit
    settles `settle_days` business days after it was begun.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        public_url: str = "",
        return_origins: Iterable[str] = (),
        settle_days: int = 2,
        settling: SettlingDay = settling_day,
    ):
        self.store = Store(path)
        self.public_url = public_url.rstrip("/")
        self.settle_days = settle_days
        self._days = Days(self.store, settle_days, settling)
        self.visits = Visits(self.store, self._days)
        self.send_back_to(return_origins)

    def send_back_to(self, addresses: Iterable[str]) -> None:
        """Name the only origins that the pages may send people back to."""
        self.return_origins = allowed_origins(addresses)
        self.visits.return_origins = self.return_origins

    def charge(
        self,
        *,
        key: str,
        ref: str,
        amount_minor: int,
        currency: str,
        token: str,
        on: date,
        now: datetime,
        return_url: str = "",
    ) -> Answer:
        """Charge once per key inside the key window; without a token the payer chooses a card on the charge's page."""
        _check_names(key, ref)
        _check_amount(amount_minor, currency)
        if return_url:
            check_return(return_url, self.return_origins)
        method = method_of(token)
        if token and method is None:
            raise refused("unknown_method")
        script = (amount_script(amount_minor, method.kind) or method.script) if method else ASKS
        request = fingerprint("charge", ref, amount_minor, currency, token)
        at = utc(now)
        with self.store.write() as db:
            _see(db, on)
            before = kept(db, key, request, at, self.public_url)
            if before is not None:
                return before
            if not script.acts:
                return Answer(None, script.delivery)
            confirm_ref = secrets.token_urlsafe(24) if script.confirm else None
            row = _insert(
                db,
                "INSERT INTO charges (id, key, ref, amount_minor, currency, token, state, begun_on, at, confirm_ref,"
                " return_url) VALUES (?, ?, ?, ?, ?, ?, 'needs_confirmation', ?, ?, ?, ?)",
                f"sbx_ch_{secrets.token_hex(12)}",
                *(
                    key,
                    ref,
                    amount_minor,
                    currency,
                    token,
                    on.isoformat(),
                    at.isoformat(),
                    confirm_ref,
                    return_url,
                ),
            )
            if script.declined:
                self._days.decline(db, row, script.declined, on, at)
            elif script.confirm:
                self._days.hold(db, row, on, at)
            else:
                self._days.take(db, row, on, at)
            stands = db.execute("SELECT * FROM charges WHERE seq = ?", (row["seq"],)).fetchone()
            answer = Answer(self._outcome(stands), script.delivery)
            keep(db, key, request, answer, at, self.public_url)
        return answer

    def refund(
        self, *, key: str, charge_key: str, charge_ref: str, amount_minor: int, on: date, now: datetime
    ) -> Answer:
        """Give back part or all of a settled charge, once per key; see gateways.base.Gateway.refund."""
        _check_names(key, charge_ref or charge_key)
        _check_amount(amount_minor, "USD")
        with self.store.write() as db:
            _see(db, on)
            return give_back(
                db, self._days.settling, self.public_url, key=key, charge_key=charge_key, charge_ref=charge_ref,
                amount_minor=amount_minor, on=on, now=utc(now),
            )  # fmt: skip

    def payouts(self, since: date) -> list[Payout]:
        """See gateways.base.Gateway.payouts."""
        return payouts(self.store, self._days.settling, since)

    def expire(self, key: str, ref: str, now: datetime) -> Outcome:
        """Close the page of a charge that waits for its payer: it lapses now."""
        with self.store.write() as db:
            row = db.execute(
                "SELECT * FROM charges WHERE key = ? AND ref = ? ORDER BY seq LIMIT 1", (key, ref)
            ).fetchone()
            if row is not None and row["state"] == "needs_confirmation":
                self._days.forget_lapse(db, row)
                on = date.fromisoformat(db.execute("SELECT latest_day FROM processor").fetchone()[0])
                self._days.decline(db, row, "confirmation_lapsed", on, now)
        return self.look_up(key, ref)

    def look_up(self, key: str, ref: str) -> Outcome:
        """The first charge (else the first refund) with this key and ref, as it stands now."""
        if not key and not ref:
            return Outcome("not_found")
        where = " AND ".join(f"{name} = ?" for name, value in (("key", key), ("ref", ref)) if value)
        values = [value for value in (key, ref) if value]
        found = self.store.rows(f"SELECT * FROM charges WHERE {where} ORDER BY seq LIMIT 1", *values)
        if found:
            return self._outcome(found[0])
        refunds = (
            self.store.rows("SELECT * FROM refunds WHERE key = ? ORDER BY seq LIMIT 1", key) if key else []
        )
        return outcome_of(refunds[0]) if refunds else Outcome("not_found")

    def charges(self) -> list[ChargeRecord]:
        """Every charge ever recorded, oldest first."""
        return [
            ChargeRecord(
                row["key"],
                row["ref"],
                row["amount_minor"],
                row["currency"],
                row["state"],
                datetime.fromisoformat(row["at"]),
            )
            for row in self.store.rows("SELECT * FROM charges ORDER BY seq")
        ]

    def events(self, after: str, limit: int) -> list[GatewayEvent]:
        """See gateways.base.Gateway.events."""
        return read_events(self.store, after, limit)

    def advance(self, on: date, now: datetime) -> int:
        """Let everything due up to the business date `on` happen; how many things did."""
        with self.store.write() as db:
            _see(db, on)
        return self._days.advance(on, utc(now))

    def _outcome(self, row: sqlite3.Row) -> Outcome:
        state: State = row["state"]
        day = {"settled": row["settled_on"], "returned": row["returned_on"]}.get(state)
        asks = state == "needs_confirmation"
        return Outcome(
            state=state,
            gateway_ref=row["id"],
            code=row["code"],
            on=date.fromisoformat(day) if day else None,
            expected_settlement_on=date.fromisoformat(row["settle_on"]) if state == "accepted" else None,
            redirect_url=f"{self.public_url}/confirm/{row['confirm_ref']}" if asks else "",
        )


def utc(now: datetime) -> datetime:
    """The moment in UTC. Raises ValueError for one that does not say its zone."""
    if now.tzinfo is None:
        raise ValueError("now must say its time zone")
    return now.astimezone(UTC)


def _insert(
    db: sqlite3.Connection, sql: str, *values: str | int | None, table: str = "charges"
) -> sqlite3.Row:
    made = db.execute(sql, values).lastrowid
    row: sqlite3.Row = db.execute(f"SELECT * FROM {table} WHERE seq = ?", (made,)).fetchone()
    return row


def _see(db: sqlite3.Connection, on: date) -> None:
    """Remember the latest business date anybody named: a hosted page, which names none, counts by it."""
    db.execute("UPDATE processor SET latest_day = max(latest_day, ?)", (on.isoformat(),))


def _check_names(key: str, ref: str) -> None:
    if not 0 < len(key) <= 200:
        raise refused("bad_key")
    if not 0 < len(ref) <= 200:
        raise refused("bad_ref")


def _check_amount(amount_minor: int, currency: str) -> None:
    if isinstance(amount_minor, bool) or not isinstance(amount_minor, int):
        raise refused("bad_amount")
    if not 0 < amount_minor <= MAX_AMOUNT_MINOR:
        raise refused("bad_amount")
    if not _CURRENCY.fullmatch(currency):
        raise refused("bad_currency")
