"""A mixed book that lives by itself: rentals, leases, loans and credit lines on autopay, with ways to pay that fail.

`Year(ledger, seed, agreements).live(first, last)` lets the days pass through `run_day` alone; `problems()` reads what
was kept by rules of its own and says everything that should not be; `figures()` counts what happened.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from domain.actions.agreements import open_loan
from domain.actions.day import run_day
from domain.reports.book_check import check
from domain.rules.autopay import Contract
from domain.rules.terms import LoanTerms
from domain.words import DomainError
from models import (
    Agreement,
    Attempt,
    Autopay,
    AutopayDebit,
    BellNotice,
    Mandate,
    Outbox,
    Payment,
    PaymentReturn,
    Person,
    db,
)
from tests.domain.actions.autopays import Autopays
from tests.domain.actions.paying import Till
from tests.fixtures.agreements import save_method_for
from tests.fixtures.billed import ZONE, Ledger, local

DAY = timedelta(days=1)
NAMES = ("bo", "tess", "stan")
WAYS = ("bank",) * 10 + ("card",) * 5 + ("bank_r01", "card_insufficient", "bank_declined", "bank_lost")
BACKUPS = ("", "", "card")
QUIET = (time(8), time(21))


class Year:
    def __init__(self, ledger: Ledger, seed: int, agreements: int, first: date) -> None:
        self.ledger, self.dice, self.first = ledger, random.Random(seed), first
        self.house, self.pays = ledger.house, Autopays(Till(ledger.house))
        self.methods: dict[tuple[str, str], str] = {}
        self.refused = 0
        ledger.charge_for_returns(2_500)
        for kind in ("rental", "lease_to_own", "loan"):
            ledger.add_policy(kind, name=f"House {kind}", first_fee_offset=9)
        for number in range(agreements):
            self.open_one(number)

    def open_one(self, number: int) -> None:
        name, day = NAMES[number % len(NAMES)], self.first + (number % 28) * DAY
        kind = number % 4
        if kind == 0:
            ref = self.ledger.open_rental(name, on=self.first, rent=90_000 + number % 7 * 5_000)
        elif kind == 1:
            ref = self.ledger.open_lease(name, on=day, count=9 + number % 9)
        elif kind == 2:
            ref = self.loan(name, day)
        else:
            ref = self.ledger.open_credit_line(name, on=self.first)
            self.ledger.buy(ref, 20_000 + number % 11 * 1_000, self.first)
        if self.dice.random() < 0.85:
            self.set_up(ref, name, kind)

    def loan(self, name: str, first_due: date) -> str:
        terms = LoanTerms(
            principal_minor=300_000, annual_rate_percent=Decimal(18), count=24, frequency="monthly",
            start_on=self.first - DAY, first_due_on=first_due + 10 * DAY, interest="period", day_count="30/360",
            currency="USD",
        )  # fmt: skip
        return open_loan(
            title="Car", terms=terms, by="setup", today=self.first, now=local(self.first),
            person_refs=[self.house.person(name)],
        )  # fmt: skip

    def set_up(self, ref: str, name: str, kind: int) -> None:
        """A contract as people choose them: mostly what is due, sometimes a limit, days before, a cadence, a pause."""
        dice = self.dice
        wishes: dict[str, Any] = {"starts_on": self.first}
        rule = dice.choice(("minimum", "statement")) if kind == 3 else dice.choice(("due", "due", "due_plus"))
        if rule == "due_plus":
            wishes["amount_minor"] = 2_000
        if dice.random() < 0.2:
            wishes |= {"limit_minor": 95_000, "above_limit": dice.choice(("pay_limit", "skip", "ask"))}
        if dice.random() < 0.25:
            wishes["days_before"] = dice.choice((1, 3, 5))
        elif kind in (1, 2) and dice.random() < 0.2:
            rule, wishes["amount_minor"] = "fixed", 7_500
            wishes |= {
                "cadence": dice.choice(("weekly", "biweekly", "monthly")),
                "anchor_on": self.first + 3 * DAY,
            }
        if dice.random() < 0.1:
            wishes |= {"paused_from": self.first + 40 * DAY, "paused_until": self.first + 60 * DAY}
        chosen = [self.method(name, dice.choice(WAYS))]
        backup = self.method(name, "card") if dice.choice(BACKUPS) else ""
        chosen += [backup] if backup and backup not in chosen else []
        try:
            self.pays.set_up(
                ref,
                *chosen,
                wanted=Contract("USD", rule, **wishes),
                name=name,
                today=self.first,
                now=local(self.first, time(0, 5)),
            )
        except DomainError:
            self.refused += 1

    def method(self, name: str, way: str) -> str:
        if (name, way) not in self.methods:
            self.methods[name, way] = save_method_for(self.house, name, way)
        return self.methods[name, way]

    def live(self, last: date) -> None:
        day = self.first
        while day <= last:
            self.done = run_day(day, now=local(day, time(0, 30)), zone=ZONE)
            assert self.done["not_billed"] == 0, (day, self.done)
            day += DAY

    # --- an independent reading of what was kept ----------------------------------------------------------------------

    def problems(self) -> list[str]:
        with self.house.app.app_context():
            found = check(db.session).differences
            contracts = {row.id: row for row in db.session.scalars(sa.select(Autopay))}
            mandates = {row.id: row for row in db.session.scalars(sa.select(Mandate))}
            debits = list(db.session.scalars(sa.select(AutopayDebit)))
            payments = {row.id: row for row in db.session.scalars(sa.select(Payment))}
            found += _once(debits, payments)
            by_ref = {row.ref: row for row in contracts.values()}
            for payment in payments.values():
                if payment.channel == "autopay":
                    found += _inside(payment, by_ref, mandates)
            found += _told(debits)
            found += self._in_hours()
        return found

    def _in_hours(self) -> list[str]:
        """Notices that may be chosen go out between 8:00 and 21:00 of the house; nobody here has another zone."""
        from domain.rules.notice_events import EVENTS

        found = []
        rows = db.session.execute(
            sa.select(Outbox.event, Outbox.channel, Outbox.not_before, Person.email)
            .join(Person, Person.id == Outbox.person_id)
            .where(Outbox.event != "")
        )
        for event, channel, when, _email in rows:
            at = when.astimezone(ZONE).time()
            if channel in EVENTS[event].quiet and not QUIET[0] <= at <= QUIET[1]:
                found.append(f"{event} by {channel} at {at}")
        return found

    def figures(self) -> dict[str, int]:
        with self.house.app.app_context():
            stands = Counter(db.session.scalars(sa.select(Autopay.state)))
            said = Counter(db.session.scalars(sa.select(AutopayDebit.state)))
            made = Counter(db.session.scalars(sa.select(Payment.state).where(Payment.channel == "autopay")))
            return {
                "agreements": db.session.scalar(sa.select(sa.func.count(Agreement.id))) or 0,
                "contracts": db.session.scalar(sa.select(sa.func.count(Autopay.id))) or 0,
                **{f"contracts_{name}": count for name, count in sorted(stands.items())},
                **{f"debits_{name}": count for name, count in sorted(said.items())},
                **{f"payments_{name}": count for name, count in sorted(made.items())},
                "returns": db.session.scalar(sa.select(sa.func.count(PaymentReturn.id))) or 0,
                "notices": (db.session.scalar(sa.select(sa.func.count(BellNotice.id))) or 0),
            }  # fmt: skip


def _once(debits: list[AutopayDebit], payments: dict[int, Payment]) -> list[str]:
    """Each period of a contract settles once at most, and no obligation has two live tries."""
    found = []
    tries: dict[str, list[Payment]] = {}
    for payment in payments.values():
        if payment.channel == "autopay":
            period = payment.ref.removeprefix("autopay-")[: len(payment.ref)]
            contract, _, rest = period.rpartition("-20")
            tries.setdefault(f"{contract}-20{rest[:8]}", []).append(payment)
    returned = set(db.session.scalars(sa.select(PaymentReturn.payment_id)))
    for key, made in tries.items():
        stand = [one for one in made if one.state in ("settled", "pending", "attempting", "unknown")]
        kept = [one for one in stand if one.id not in returned]
        if len(kept) > 1:
            found.append(f"{key}: taken {len(kept)} times")
    seen = Counter((one.autopay_id, one.period) for one in debits)
    found += [f"{key}: {count} rows" for key, count in seen.items() if count > 1]
    live = sa.select(Attempt.obligation).where(Attempt.state.in_(("attempting", "unknown")))
    found += [
        f"{key}: live {count} times" for key, count in Counter(db.session.scalars(live)).items() if count > 1
    ]
    return found


def _inside(payment: Payment, contracts: dict[str, Autopay], mandates: dict[int, Mandate]) -> list[str]:
    """Whether a debit keeps to what its person accepted."""
    row = next(one for ref, one in contracts.items() if payment.ref.startswith(f"autopay-{ref}-"))
    mandate = mandates.get(payment.mandate_id or 0)
    found = []
    if mandate is None or not mandate.recurring or mandate.agreement_id != payment.agreement_id:
        found.append(f"{payment.ref}: no permission")
    elif mandate.accepted_at > payment.begun_at or (mandate.ended_at and mandate.ended_at < payment.begun_at):
        found.append(f"{payment.ref}: outside its permission")
    if row.limit_minor is not None and payment.amount_minor > row.limit_minor and row.above_limit != "ask":
        found.append(f"{payment.ref}: {payment.amount_minor} above the limit {row.limit_minor}")
    if row.amount_rule == "fixed" and payment.amount_minor > row.amount_minor:
        found.append(f"{payment.ref}: more than the fixed amount")
    day = payment.scheduled_on or payment.begun_on
    if day < row.starts_on or (row.ends_on and day > row.ends_on):
        found.append(f"{payment.ref}: outside its days")
    if row.paused_from and row.paused_until and row.paused_from <= payment.begun_on <= row.paused_until:
        found.append(f"{payment.ref}: while paused")
    return found


def _told(debits: list[AutopayDebit]) -> list[str]:
    """A debit was announced before the day it was begun, or named by the text accepted a day before at most."""
    found = []
    accepted = {row.id: row.starts_on for row in db.session.scalars(sa.select(Autopay))}
    for one in debits:
        if one.payment_id is None:
            continue
        told = one.announced_on is not None and one.announced_on < one.debit_on
        if not told and one.debit_on > accepted[one.autopay_id] + 3 * DAY:
            found.append(f"debit of {one.period}: told on {one.announced_on}, taken on {one.debit_on}")
    return found
