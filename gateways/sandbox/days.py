"""What time does to a charge: a bank debit settles, may come back, may be disputed; an open confirmation lapses.

Days pass only when `advance` is told a business date. What happens on one day is dated that day, however late it is
told.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from domain.rules.business_days import next_business_day
from gateways.base import Ability, EventKind, MethodKind
from gateways.sandbox.catalogue import PLAIN, Script, amount_script, method_of
from gateways.sandbox.events import add_event
from gateways.sandbox.given_back import due_refunds
from gateways.sandbox.store import Store

SettlingDay = Callable[[date, int, str], date]

TAKES: Final[frozenset[MethodKind]] = frozenset({"bank", "card"})
ABILITIES: Final[frozenset[Ability]] = frozenset(
    {"charge", "hosted_page", "refund", "look_up", "events", "payouts"}
)
CALENDARS: Final = {"EUR": "XECB", "GBP": "GB"}
LAPSE_DAYS: Final = 1
DISPUTE_LASTS_DAYS: Final = 10
EVIDENCE_DAYS: Final = 7
"""How long evidence on a dispute is waited for."""
RETURNABLE_DAYS: Final = 60
STEPS_PER_TRANSACTION: Final = 200


def settling_day(day: date, n: int, currency: str) -> date:
    """The n-th day after `day` on which the banks of the currency settle (US dollars' banks for any other)."""
    return next_business_day(day, n, CALENDARS.get(currency, "XFED"))


def returnable_until(kind: MethodKind, settled_on: date) -> date | None:
    """60 days after settlement for a bank debit (unauthorised returns); None for a card, which can be disputed."""
    return settled_on + timedelta(days=RETURNABLE_DAYS) if kind == "bank" else None


def expected_on(kind: MethodKind, sent_on: date, settle_days: int) -> date:
    """The day by which a charge has usually settled, by the holidays of US banks."""
    return settling_day(sent_on, settle_days, "USD") if kind == "bank" else sent_on


def script_of(charge: sqlite3.Row) -> Script:
    """What was to happen to this charge, read again from its amount and method."""
    method = method_of(charge["token"])
    if method is None:
        return PLAIN
    return amount_script(charge["amount_minor"], method.kind) or method.script


class Days:
    """Moves charges from day to day. `settle_days` = business days from a bank debit to its settlement."""

    def __init__(self, store: Store, settle_days: int, settling: SettlingDay = settling_day):
        self._store = store
        self._settle_days = settle_days
        self.settling = settling

    def take(self, db: sqlite3.Connection, charge: sqlite3.Row, on: date, now: datetime) -> None:
        """Begin to move the money of a charge that nothing stands against: cards settle at once, debits later."""
        method = method_of(charge["token"])
        if method is not None and method.kind == "card":
            self._settle(db, charge, on, now)
            return
        settle_on = self.settling(on, self._settle_days, charge["currency"])
        db.execute(
            "UPDATE charges SET state = 'accepted', settle_on = ? WHERE seq = ?",
            (settle_on.isoformat(), charge["seq"]),
        )
        add_event(db, charge, "accepted", on=on, now=now)
        self._plan(db, charge, "settle", settle_on)

    def hold(self, db: sqlite3.Connection, charge: sqlite3.Row, on: date, now: datetime) -> None:
        """Wait for the payer's yes; without it the charge lapses on the next day."""
        add_event(db, charge, "needs_confirmation", on=on, now=now)
        self._plan(db, charge, "lapse", on + timedelta(days=LAPSE_DAYS), "confirmation_lapsed")

    def decline(
        self, db: sqlite3.Connection, charge: sqlite3.Row, code: str, on: date, now: datetime
    ) -> None:
        """No money moves."""
        db.execute("UPDATE charges SET state = 'declined', code = ? WHERE seq = ?", (code, charge["seq"]))
        add_event(db, charge, "declined", on=on, now=now, code=code)

    def advance(self, on: date, now: datetime) -> int:
        """Everything due up to `on`, oldest first, each thing once even when several callers advance; how many."""
        happened = 0
        while True:
            with self._store.write() as db:
                done = self._some(db, on, now)
                if done < STEPS_PER_TRANSACTION:
                    happened += due_refunds(db, on, now, STEPS_PER_TRANSACTION)
            happened += done
            if done < STEPS_PER_TRANSACTION:
                return happened

    def _some(self, db: sqlite3.Connection, on: date, now: datetime) -> int:
        for step in range(STEPS_PER_TRANSACTION):
            due = db.execute(
                "SELECT * FROM dues WHERE due_on <= ? ORDER BY due_on, seq LIMIT 1", (on.isoformat(),)
            ).fetchone()
            if due is None:
                return step
            db.execute("DELETE FROM dues WHERE seq = ?", (due["seq"],))
            charge = db.execute("SELECT * FROM charges WHERE seq = ?", (due["charge_seq"],)).fetchone()
            self._happen(db, charge, due, now)
        return STEPS_PER_TRANSACTION

    def _happen(self, db: sqlite3.Connection, charge: sqlite3.Row, due: sqlite3.Row, now: datetime) -> None:
        day = date.fromisoformat(due["due_on"])
        if due["kind"] == "settle":
            self._settle(db, charge, day, now)
        elif due["kind"] == "return":
            db.execute(
                "UPDATE charges SET state = 'returned', code = ?, returned_on = ? WHERE seq = ?",
                (due["code"], day.isoformat(), charge["seq"]),
            )
            add_event(db, charge, "returned", on=day, now=now, code=due["code"])
        elif due["kind"] == "dispute":
            self._dispute(db, charge, day, due["code"], now)
        elif due["kind"] == "dispute_end":
            won = due["code"] == "won"
            self._case(db, charge, "dispute_won" if won else "dispute_lost", day, now)
            if won:
                db.execute("UPDATE charges SET disputed = 0 WHERE seq = ?", (charge["seq"],))
        else:
            self.decline(db, charge, due["code"], day, now)

    def _dispute(
        self, db: sqlite3.Connection, charge: sqlite3.Row, day: date, end: str, now: datetime
    ) -> None:
        """The payer's bank takes back what was not given back already; nothing is left to dispute of a whole refund."""
        if charge["refunded_minor"] == charge["amount_minor"]:
            return
        db.execute("UPDATE charges SET disputed = 1 WHERE seq = ?", (charge["seq"],))
        self._case(db, charge, "disputed", day, now, day + timedelta(days=EVIDENCE_DAYS))
        self._plan(db, charge, "dispute_end", day + timedelta(days=DISPUTE_LASTS_DAYS), end)

    @staticmethod
    def _case(
        db: sqlite3.Connection, charge: sqlite3.Row, kind: EventKind, day: date, now: datetime,
        due_on: date | None = None,
    ) -> None:  # fmt: skip
        add_event(
            db, charge, kind, on=day, now=now, code="dispute", due_on=due_on, case_ref=f"sbx_dp_{charge['seq']}",
            amount_minor=charge["amount_minor"] - charge["refunded_minor"],
        )  # fmt: skip

    def _settle(self, db: sqlite3.Connection, charge: sqlite3.Row, on: date, now: datetime) -> None:
        db.execute(
            "UPDATE charges SET state = 'settled', settled_on = ? WHERE seq = ?",
            (on.isoformat(), charge["seq"]),
        )
        add_event(db, charge, "settled", on=on, now=now)
        script = script_of(charge)
        if script.returned:
            back_on = self.settling(on, script.returned_after, charge["currency"])
            self._plan(db, charge, "return", back_on, script.returned)
        if script.dispute:
            self._plan(db, charge, "dispute", on + timedelta(days=script.disputed_after), script.dispute)

    def forget_lapse(self, db: sqlite3.Connection, charge: sqlite3.Row) -> None:
        """The payer has answered, so the confirmation can no longer lapse."""
        db.execute("DELETE FROM dues WHERE charge_seq = ? AND kind = 'lapse'", (charge["seq"],))

    @staticmethod
    def _plan(db: sqlite3.Connection, charge: sqlite3.Row, kind: str, due_on: date, code: str = "") -> None:
        db.execute(
            "INSERT INTO dues (charge_seq, kind, due_on, code) VALUES (?, ?, ?, ?)",
            (charge["seq"], kind, due_on.isoformat(), code),
        )
