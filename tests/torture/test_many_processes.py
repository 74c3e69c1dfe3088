"""Four processes tick the timed duties while clients in four others click on the same forms: one charge each."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from domain.actions import payments
from domain.actions.day import days, run_day
from domain.actions.payment_watch import PAGE, expire_confirmations, read_events, resolve_unknown
from domain.words import Conflict
from gateways import registry
from tests.domain.actions.paying import DAY, HOUR, NOW, TODAY, Till
from tests.torture import broken
from tests.torture.lives import Lives
from tests.torture.oracle import Verdict, judge

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")

TICKING, CLICKING = 4, 4
CLICKS = 2


class Market:
    """Forms that several clients hold at once, and processes that tick until the last client has gone."""

    def __init__(self, till: Till, loans: list[str], methods: list[str], forms: int, closed: Path) -> None:
        self.till, self.closed = till, closed
        self.bo = till.who("bo")
        self.forms = {
            f"form-{number}": (loans[number % len(loans)], 1_500 + number, methods[number % len(methods)])
            for number in range(forms)
        }

    def tick(self) -> None:
        """The timed duties over and over, on days that pass, until the market is closed."""
        turn = 0
        while not self.closed.exists():
            turn += 1
            day, now = TODAY + turn * DAY, NOW + turn * timedelta(minutes=2)
            registry.default().advance(on=day, now=now)
            resolve_unknown(today=day, now=now)
            read_events(today=day, now=now)
            expire_confirmations(today=day, now=now)

    def click(self, seed: int) -> None:
        """Every form, `CLICKS` times, in an order of this client's own."""
        forms = [form for form in self.forms for _ in range(CLICKS)]
        random.Random(seed).shuffle(forms)
        for ref in forms:
            payments.start(*self.forms[ref], ref, who=self.bo, today=TODAY, now=NOW, again=True)

    def trade(self, lives: Lives) -> Verdict:
        tickers = [lives.begin(self.tick) for _ in range(TICKING)]
        try:
            clients = [
                lives.begin(lambda seed=lives.seed + number: self.click(seed)) for number in range(CLICKING)
            ]
            for client in clients:
                lives.end(client)
        finally:
            self.closed.touch()
            for ticker in tickers:
                lives.end(ticker)
        for hours, on in enumerate(days(TODAY + 900 * DAY, TODAY + 906 * DAY)):
            run_day(on, now=NOW + 24 * HOUR + hours * 7 * HOUR)
            for _ in range(len(self.forms) // PAGE):
                resolve_unknown(today=on, now=NOW + 24 * HOUR + hours * 7 * HOUR)
        return judge(self.till, self.forms)


@pytest.fixture
def market(till: Till, open_agreement, save_method, rounds, tmp_path: Path) -> Market:
    loans = [open_agreement("bo", principal_minor=90_000_000) for _ in range(5)]
    methods = [
        save_method("bo", slug)
        for slug in ("bank", "card", "bank_lost", "card_lost", "card_silent", "bank_r01")
    ]
    return Market(till, loans, methods, rounds(18, 1_002), tmp_path / "closed")


@pytest.mark.safety("M11", "J1")
def test_four_tickers_and_four_clicking_clients_make_one_charge_for_each_form(market: Market, app) -> None:
    verdict = market.trade(Lives(app))
    assert verdict.innocent, verdict
    assert verdict.charges == len(market.forms) * 5 // 6


@pytest.mark.database("sqlite")
def test_canary_a_build_that_charges_before_it_writes_down_is_found_out(
    market: Market, app, monkeypatch
) -> None:
    broken.charge_first(monkeypatch)
    forgiving = payments.start

    def start(*given, **named):
        try:
            return forgiving(*given, **named)
        except Conflict:
            return ""

    monkeypatch.setattr(payments, "start", start)
    assert market.trade(Lives(app)).doubled
