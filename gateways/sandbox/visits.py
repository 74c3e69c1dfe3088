"""What happens on the hosted pages: a method is chosen from the pick-list, a charge is confirmed or refused.

Whoever knows the unguessable reference in the address may answer, once. The same answer again changes nothing;
another answer is told what was answered first.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from gateways.base import MethodDetails
from gateways.sandbox.addresses import check_return
from gateways.sandbox.catalogue import BY_SLUG, Method, cards_of_page, method_of
from gateways.sandbox.days import Days, script_of
from gateways.sandbox.refusals import refused
from gateways.sandbox.store import Store

SETUP_WINDOW: Final = timedelta(hours=24)
_SETUP_REF = re.compile(r"[A-Za-z0-9_-]{20,200}")


@dataclass(frozen=True, slots=True)
class Setup:
    """One visit to the pick-list; `chosen` is None until a method was chosen."""

    setup_ref: str
    return_url: str
    name: str
    chosen: Method | None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One charge that asks, or asked, for the payer's yes; `open` while it was not answered.

    `method` is None where the payer chooses it here.
    """

    amount_minor: int
    currency: str
    method: Method | None
    ref: str
    state: str
    return_url: str

    @property
    def open(self) -> bool:
        return self.state == "needs_confirmation"

    @property
    def approved(self) -> bool:
        return self.state in ("accepted", "settled", "returned")


class Visits:
    """Setups and confirmations, in the processor's own record."""

    def __init__(self, store: Store, days: Days):
        self._store = store
        self._days = days
        self.return_origins: frozenset[str] = frozenset()

    def begin_setup(self, setup_ref: str, return_url: str, name: str, now: datetime) -> None:
        """Open the pick-list for `setup_ref`. The same again changes nothing; with another address it is refused."""
        if not _SETUP_REF.fullmatch(setup_ref):
            raise refused("bad_setup_ref")
        check_return(return_url, self.return_origins)
        with self._store.write() as db:
            found = db.execute("SELECT * FROM setups WHERE setup_ref = ?", (setup_ref,)).fetchone()
            if found is not None:
                if found["return_url"] != return_url:
                    raise refused("setup_reused")
                return
            db.execute(
                "INSERT INTO setups (setup_ref, return_url, name, made_at) VALUES (?, ?, ?, ?)",
                (setup_ref, return_url, name[:200], now.isoformat()),
            )

    def setup(self, setup_ref: str, now: datetime) -> Setup | None:
        """The visit under this reference; None when there is none or it is more than 24 hours old."""
        found = self._store.rows("SELECT * FROM setups WHERE setup_ref = ?", setup_ref)
        if not found or now - datetime.fromisoformat(found[0]["made_at"]) >= SETUP_WINDOW:
            return None
        row = found[0]
        chosen = method_of(row["token"]) if row["token"] else None
        return Setup(row["setup_ref"], row["return_url"], row["name"], chosen)

    def choose(self, setup_ref: str, slug: str) -> bool:
        """Choose the method `slug`. False when another one was chosen before."""
        method = BY_SLUG.get(slug)
        if method is None:
            raise refused("unknown_method")
        with self._store.write() as db:
            row = db.execute("SELECT token FROM setups WHERE setup_ref = ?", (setup_ref,)).fetchone()
            if row is None:
                raise refused("bad_setup_ref")
            if row["token"]:
                return method_of(row["token"]) == method
            token = f"{method.token}.{secrets.token_hex(12)}"
            db.execute("UPDATE setups SET token = ? WHERE setup_ref = ?", (token, setup_ref))
            return True

    def chosen(self, setup_ref: str) -> MethodDetails | None:
        """The method chosen under this reference, however long ago; None while there is none."""
        found = self._store.rows("SELECT token FROM setups WHERE setup_ref = ?", setup_ref)
        method = method_of(found[0]["token"]) if found and found[0]["token"] else None
        if method is None:
            return None
        return MethodDetails(
            found[0]["token"], method.kind, method.label, method.last4, method.bank_name, method.expires
        )

    def confirmation(self, confirm_ref: str) -> Confirmation | None:
        """The charge that asks for a yes under this reference."""
        found = self._store.rows("SELECT * FROM charges WHERE confirm_ref = ?", confirm_ref)
        return _confirmation(found[0]) if found else None

    def answer(self, confirm_ref: str, approve: bool, now: datetime, slug: str = "") -> bool:
        """The payer's yes or no. False when the other was answered before (or it lapsed).

        `slug` is the card that was chosen, for a charge that came without a method. It counts for the latest business
        date the processor was told of: a page knows no other.
        """
        with self._store.write() as db:
            row = db.execute("SELECT * FROM charges WHERE confirm_ref = ?", (confirm_ref,)).fetchone()
            if row is None:
                raise refused("unknown_charge")
            asked = _confirmation(row)
            if not asked.open:
                return asked.approved == approve
            latest = db.execute("SELECT latest_day FROM processor").fetchone()["latest_day"]
            on = date.fromisoformat(max(latest, row["begun_on"]))
            self._days.forget_lapse(db, row)
            row = _with_card(db, row, slug) if approve and not row["token"] else row
            declined = (
                "confirmation_refused" if not approve else "" if asked.method else script_of(row).declined
            )
            if declined:
                self._days.decline(db, row, declined, on, now)
            else:
                self._days.take(db, row, on, now)
            return True


def _with_card(db: sqlite3.Connection, charge: sqlite3.Row, slug: str) -> sqlite3.Row:
    """The charge with the card that its payer chose. Raises GatewayRefused for none of those on the page."""
    method = next((card for card in cards_of_page() if card.slug == slug), None)
    if method is None:
        raise refused("unknown_method")
    token = f"{method.token}.{secrets.token_hex(12)}"
    db.execute("UPDATE charges SET token = ? WHERE seq = ?", (token, charge["seq"]))
    row: sqlite3.Row = db.execute("SELECT * FROM charges WHERE seq = ?", (charge["seq"],)).fetchone()
    return row


def _confirmation(row: sqlite3.Row) -> Confirmation:
    return Confirmation(
        row["amount_minor"],
        row["currency"],
        method_of(row["token"]),
        row["ref"],
        row["state"],
        row["return_url"],
    )
