"""Schedulers, web workers and customers at the same planned payments: each obligation is charged once or not at all."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.actions import payments, scheduled
from domain.actions.day import days, run_day
from domain.actions.payment_limits import Wanted
from domain.actions.payment_watch import PAGE, read_events, resolve_unknown
from domain.words import Conflict
from gateways import registry
from models import Payment, db
from tests.domain.actions.paying import DAY, HOUR, NOW, TODAY, Till
from tests.torture import broken
from tests.torture.lives import Lives
from tests.torture.oracle import MOVED, Verdict, judge

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")

SCHEDULERS, CUSTOMERS = 4, 4
LATER = TODAY + DAY


class Month:
    """Planned payments that are all due on one day, and everybody who reaches for them on it."""

    def __init__(self, till: Till, loans: list[str], methods: list[str], count: int, closed: Path) -> None:
        self.till, self.closed, self.methods, self.loans = till, closed, methods, loans
        self.bo = till.who("bo")
        self.refs = [f"plan-{number}" for number in range(count)]

    def plan(self) -> None:
        for number, ref in enumerate(self.refs):
            self.till.pay(
                self.loans[number % len(self.loans)], 1_500 + number, self.methods[number % len(self.methods)], ref,
                wanted=Wanted(on=LATER),
            )  # fmt: skip

    def tick(self) -> None:
        """A scheduler: everything that is due, over and over, until the last customer has gone."""
        turn = 0
        while not self.closed.exists():
            turn += 1
            now = NOW + turn * timedelta(minutes=1)
            scheduled.send_due(today=LATER, now=now, at_once=3, limit=20)
            resolve_unknown(today=LATER, now=now)
            read_events(today=LATER, now=now)

    def fuss(self, seed: int) -> None:
        """A customer: looks at each plan in an order of their own, cancels some, pays some again from the same form."""
        dice = random.Random(seed)
        for ref in dice.sample(self.refs, len(self.refs)):
            number = self.refs.index(ref)
            if number % 7 == 0:
                try:
                    scheduled.cancel(ref, who=self.bo, today=TODAY, now=NOW)
                except Conflict:
                    continue
            else:
                payments.start(
                    self.loans[number % len(self.loans)], 1_500 + number, self.methods[number % len(self.methods)],
                    ref, who=self.bo, today=TODAY, now=NOW, again=True, wanted=Wanted(on=LATER),
                )  # fmt: skip

    def live(self, lives: Lives) -> Verdict:
        tickers = [lives.begin(self.tick) for _ in range(SCHEDULERS)]
        try:
            customers = [
                lives.begin(lambda seed=lives.seed + number: self.fuss(seed)) for number in range(CUSTOMERS)
            ]
            for customer in customers:
                lives.end(customer)
        finally:
            self.closed.touch()
            for ticker in tickers:
                lives.end(ticker)
        for hours, on in enumerate(days(LATER, LATER + 7 * DAY)):
            run_day(on, now=NOW + 24 * HOUR + hours * 7 * HOUR)
            for _ in range(len(self.refs) // PAGE):
                resolve_unknown(today=on, now=NOW + 24 * HOUR + hours * 7 * HOUR)
        return judge(self.till, self.refs)

    def cancelled_and_charged(self) -> list[str]:
        taken = {charge.ref for charge in registry.default().charges() if charge.state in MOVED}
        with self.till.house.app.app_context():
            gone = db.session.scalars(select(Payment.ref).where(Payment.state == "cancelled")).all()
        return [ref for ref in gone if ref in taken]


@pytest.fixture
def month(till: Till, open_agreement, save_method, rounds, tmp_path: Path) -> Month:
    loans = [open_agreement("bo", principal_minor=90_000_000) for _ in range(5)]
    methods = [save_method("bo", slug) for slug in ("bank", "card", "bank_lost", "card_lost")]
    month = Month(till, loans, methods, rounds(28, 1_000), tmp_path / "closed")
    month.plan()
    return month


@pytest.mark.safety("J1", "J2")
def test_four_schedulers_and_four_customers_charge_each_plan_once_and_no_cancelled_one(
    month: Month, app
) -> None:
    verdict = month.live(Lives(app))
    assert verdict.innocent, verdict
    assert month.cancelled_and_charged() == []
    with month.till.house.app.app_context():
        gone = db.session.query(Payment).filter_by(state="cancelled").count()
    assert verdict.charges == len(month.refs) - gone


@pytest.mark.safety("J2")
@pytest.mark.database("sqlite")
def test_canary_a_build_that_claims_without_a_guard_is_found_out(month: Month, app, monkeypatch) -> None:
    broken.claim_without_guard(monkeypatch)
    assert month.live(Lives(app)).doubled
