"""Random contracts live for weeks; a plain reader of what was stored asks of each charge whether its payer allowed it.

The reader shares no code with the run: it knows the processor's own record, the accepted permission, the notices that
were written, and the rules in its own words (12 CFR 1005.10(b) to (d)).
"""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.actions import scheduled
from domain.actions.day import days, debit_day
from domain.actions.payment_watch import read_events, resolve_unknown
from domain.words import Refused
from gateways import registry
from models import Autopay, AutopayDebit, BellNotice, Mandate, Payment, PaymentEvent, db
from tests.domain.actions.autopaying import DUE, Contracts
from tests.domain.actions.paying import DAY, INSTALLMENT, TODAY, Till
from tests.torture import broken

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
SLUGS = ("card", "card", "bank", "card_insufficient", "bank_r10")
LAST = DUE + 45 * DAY


def noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 16, tzinfo=UTC)


@dataclass
class World:
    """Contracts of every sort, and what their people do to them day by day."""

    till: Till
    contracts: Contracts
    dice: random.Random
    refs: list[str]
    loans: list[str]
    card: str

    def live(self) -> None:
        """Nearly every day the program runs; on each, some people change their mind."""
        for on in days(DUE - 14 * DAY, LAST):
            if self.dice.random() < 0.07:
                continue  # a day on which the program stood still
            for number in self.dice.sample(range(len(self.refs)), max(len(self.refs) // 12, 1)):
                self.meddle(number, on)
            debit_day(today=on, now=noon(on))
            scheduled.send_due(today=on, now=noon(on) + timedelta(minutes=5))
            registry.default().advance(on=on, now=noon(on))
            resolve_unknown(today=on, now=noon(on) + timedelta(minutes=10))
            read_events(today=on, now=noon(on) + timedelta(minutes=15))

    def meddle(self, number: int, on: date) -> None:
        """Something that a person or the office does to a contract on a day."""
        ref = self.refs[number]
        row = self.contracts.row(ref)
        what = self.dice.choice(("pause", "revoke", "skip", "lift", "pay", "hold", "yes", "end"))
        if what == "pause":
            self.contracts.change(ref, paused_from=on, paused_until=on + 9 * DAY)
        elif what == "end" and self.dice.random() < 0.3:
            self.contracts.change(ref, ends_on=on)
        elif what == "revoke" and self.dice.random() < 0.3:
            ended = update(Mandate).where(Mandate.id == row.mandate_id, Mandate.ended_at.is_(None))
            self.till.change(ended.values(ended_at=noon(on), ended_by="user:1"))
        elif what in ("skip", "yes"):
            state = "skipped" if what == "skip" else "approved"
            mine = AutopayDebit.autopay_id == row.id, AutopayDebit.state.in_(("planned", "asked"))
            self.till.change(update(AutopayDebit).where(*mine).values(state=state))
        elif what == "hold":
            self.contracts.decide(ref, row.next_period, "hold", until_on=on + 2 * DAY)
        elif what == "pay":
            minor = self.dice.randrange(500, INSTALLMENT)
            with suppress(Refused):
                self.till.pay(self.loans[number], minor, self.card, today=on, now=noon(on))


@pytest.fixture
def world(till: Till, open_agreement, save_method, rounds) -> World:
    dice = random.Random(seed := random.randrange(10**6))
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    contracts, methods = Contracts(till), [save_method("bo", slug) for slug in SLUGS]
    loans = [open_agreement("bo", age_days=0) for _ in range(rounds(24, 2_500))]
    refs = []
    for loan in loans:
        rule = dice.choice(("due", "due", "fixed", "due_plus"))
        terms: dict[str, Any] = {
            "amount_rule": rule,
            "above_limit": dice.choice(("pay_limit", "skip", "ask")),
        }
        if rule != "due":
            terms["amount_minor"] = dice.randrange(1_000, 20_000)
        if dice.random() < 0.5:
            terms["limit_minor"] = dice.randrange(8_000, 40_000)
        if dice.random() < 0.3:
            terms |= {"range_min_minor": 5_000, "range_max_minor": dice.randrange(15_000, 50_000)}
        last = dice.choice((None, INSTALLMENT, dice.randrange(3_000, 30_000)))
        chosen = dice.sample(methods, dice.choice((1, 1, 2)))
        refs.append(contracts.write(loan, *chosen, accepted_on=TODAY, last_minor=last, **terms))
    return World(till, contracts, dice, refs, loans, methods[0])


class Reader:
    """Reads what was stored and says of each charge of autopay what was wrong with it."""

    def __init__(self, till: Till) -> None:
        with till.house.app.app_context():
            self.payments = {
                one.ref: one
                for one in db.session.scalars(select(Payment).where(Payment.channel == "autopay"))
            }
            self.contracts = {one.ref: one for one in db.session.scalars(select(Autopay))}
            self.mandates = {one.id: one for one in db.session.scalars(select(Mandate))}
            self.notices = list(db.session.scalars(select(BellNotice)))
            self.claimed = dict(
                db.session.execute(
                    select(PaymentEvent.payment_id, PaymentEvent.at).where(PaymentEvent.event == "claimed")
                ).all()  # type: ignore[arg-type]
            )

    def complaints(self) -> list[str]:
        found, seen = [], set()
        for charge in registry.default().charges():
            if not charge.ref.startswith("autopay-"):
                continue
            payment = self.payments.get(charge.ref)
            if payment is None:
                found.append(f"{charge.ref}: charged, and nobody began it")
                continue
            if charge.ref in seen:
                found.append(f"{charge.ref}: charged twice")
            seen.add(charge.ref)
            found += [f"{charge.ref}: {wrong}" for wrong in self.wrong(charge, payment)]
        return found

    def wrong(self, charge: Any, payment: Payment) -> list[str]:
        name = charge.ref.removeprefix("autopay-")
        contract = next(one for ref, one in self.contracts.items() if name.startswith(f"{ref}-"))
        period = name.removeprefix(f"{contract.ref}-")[:10]
        at = self.claimed[payment.id]
        mandate = self.mandates.get(payment.mandate_id or 0)
        found = []
        if mandate is None or mandate.accepted_on > at.date():
            found.append("no permission")
        elif mandate.ended_at is not None and mandate.ended_at < at:
            found.append("the permission had ended")
        if at.date() < contract.starts_on:
            found.append("before it begins")
        if not self.told(contract, period, at, charge.amount_minor) and payment.represents_id is None:
            if not payment.ref.endswith(("-2", "-3", "-4")):
                found.append("nobody was told the day before")
        if contract.amount_rule == "fixed" and charge.amount_minor > contract.amount_minor:
            found.append("above the fixed amount")
        if at.date() < date.fromisoformat(period):
            found.append("before its day")
        return found + self.above(contract, period, at, charge.amount_minor)

    def told(self, contract: Autopay, period: str, at: datetime, amount_minor: int) -> bool:
        """Whether the exact amount, or more than was taken, was told on an earlier day."""
        return any(
            notice.event == "autopay_tomorrow" and notice.data.get("autopay_ref") == contract.ref
            and f":{period}:" in notice.dedupe_key and notice.at.date() < at.date()
            and notice.data["amount_minor"] >= amount_minor
            for notice in self.notices
        )  # fmt: skip

    def above(self, contract: Autopay, period: str, at: datetime, amount_minor: int) -> list[str]:
        """The limit, unless its person was asked; another amount, unless told ten days before or within the range."""
        mine = [
            one
            for one in self.notices
            if one.data.get("autopay_ref") == contract.ref and period in one.dedupe_key
        ]
        asked = any(
            one.event == "autopay_over_limit" and one.data["amount_minor"] >= amount_minor for one in mine
        )
        found = []
        if contract.limit_minor is not None and amount_minor > contract.limit_minor and not asked:
            found.append("above the limit")
        before = self.last_before(contract, period)
        within = (contract.range_max_minor or 0) >= amount_minor
        early = any(
            one.event == "autopay_amount_changed" and one.data["amount_minor"] >= amount_minor
            and one.at.date() <= at.date() - 10 * DAY
            for one in mine
        )  # fmt: skip
        if before is not None and amount_minor > before and not (within or early or asked):
            found.append(f"{amount_minor} after {before}, and it was not told ten days before")
        return found

    def last_before(self, contract: Autopay, period: str) -> int | None:
        """The greatest amount that could have been the last one when the period was decided, each try counted: a retry
        takes less where something was paid meanwhile."""
        name = f"autopay-{contract.ref}-"
        paid = [
            one.amount_minor
            for one in self.payments.values()
            if one.ref.startswith(name) and one.ref.removeprefix(name)[:10] < period
        ]
        first = FIRST.get(contract.ref)
        amounts = [*paid, *([first] if first is not None else [])]
        return max(amounts, default=None)


FIRST: dict[str, int | None] = {}


@pytest.mark.safety("L1", "L3")
def test_every_charge_of_random_contracts_was_allowed_announced_and_no_more_than_that(world: World) -> None:
    FIRST.clear()
    FIRST.update({ref: world.contracts.row(ref).last_minor for ref in world.refs})
    world.live()
    reader = Reader(world.till)
    assert reader.complaints() == []
    charged = [one for one in registry.default().charges() if one.ref.startswith("autopay-")]
    assert len(charged) >= len(world.refs) // 2
    assert world.till.differences() == []


@pytest.mark.database("sqlite")
def test_canary_a_run_that_asks_nobody_is_found_out(world: World, monkeypatch) -> None:
    broken.run_without_notice(monkeypatch)
    FIRST.clear()
    FIRST.update({ref: world.contracts.row(ref).last_minor for ref in world.refs})
    world.live()
    said = " ".join(Reader(world.till).complaints())
    assert "nobody was told" in said
