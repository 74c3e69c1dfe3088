"""A processor in a process of its own that loses, cuts, delays and refuses answers for a third of all payments."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import requests

from domain.actions import methods, payment_watch
from domain.actions.day import days, run_day
from gateways import registry
from gateways.sandbox.remote import RemoteSandbox
from models import Payment
from tests.domain.actions.paying import DAY, HOUR, NOW, TODAY, Till
from tests.torture import broken
from tests.torture.oracle import Verdict, judge

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")

FAULTS = range(401, 409)
CHARGED_FAULTS = (402, 403, 404, 406, 408)
THREADS = 6


@dataclass
class BadDay:
    """A day on which a share of the payments meets a fault; the amounts say which."""

    till: Till
    loans: list[str]
    method: str
    asked: list[str]

    def pay(self, count: int) -> None:
        """`count` payments from many threads; every third one carries a magic amount of trouble."""

        def one(number: int) -> str:
            amount = FAULTS[number // 3 % len(FAULTS)] if number % 3 == 0 else 2_000 + number
            return self.till.pay(
                self.loans[number % len(self.loans)], amount, self.method, f"bad-day-{number}"
            )

        with ThreadPoolExecutor(THREADS) as threads:
            self.asked += threads.map(one, range(count))

    def end(self) -> Verdict:
        """The watch asks until the key window is over, a week passes, and the judge looks."""
        for hours in (1, 6, 25):
            for _ in range(1 + len(self.asked) // payment_watch.PAGE):
                payment_watch.resolve_unknown(today=TODAY, now=NOW + hours * HOUR)
        for on in days(TODAY + 2 * DAY, TODAY + 8 * DAY):
            run_day(on, now=NOW + 26 * HOUR)
        return judge(self.till, self.asked)

    def charged_ones_that_we_call_failed(self) -> list[str]:
        taken = {charge.ref for charge in registry.default().charges()}
        with self.till.house.app.app_context():
            return [row.ref for row in Payment.query.filter_by(state="failed") if row.ref in taken]


@pytest.fixture
def bad_day(till: Till, serve_sandbox, open_agreement) -> BadDay:
    server = serve_sandbox("--hold-seconds", "2", "--slow-seconds", "0", "--return-to", "http://localhost")
    registry.configure(RemoteSandbox(server.url, timeout=1))
    setup, address = methods.begin(
        name="Harbor Motors", return_url="http://localhost/methods/return", now=datetime.now(UTC)
    )
    requests.post(address, data={"method": "bank"}, allow_redirects=False, timeout=10).raise_for_status()
    method = methods.save(setup, keep=True, who=till.who("bo"), now=NOW)
    loans = [open_agreement("bo", principal_minor=90_000_000) for _ in range(4)]
    return BadDay(till, loans, method, [])


@pytest.mark.safety("M9")
def test_a_third_of_bad_answers_loses_and_doubles_nothing(bad_day: BadDay, rounds) -> None:
    count = rounds(48, 10_000)
    bad_day.pay(count)
    verdict = bad_day.end()
    assert verdict.innocent, verdict
    assert bad_day.charged_ones_that_we_call_failed() == []
    faulty = [FAULTS[number // 3 % len(FAULTS)] for number in range(0, count, 3)]
    assert verdict.charges == count - len(faulty) + sum(amount in CHARGED_FAULTS for amount in faulty)


@pytest.mark.safety("M9")
@pytest.mark.database("sqlite")
def test_an_outage_longer_than_the_key_window_doubles_nothing(bad_day: BadDay, monkeypatch) -> None:
    bad_day.pay(9)
    with monkeypatch.context() as patch:
        patch.setattr(registry.default(), "_port", 1)
        for hours in range(1, 31, 3):
            payment_watch.resolve_unknown(today=TODAY, now=NOW + timedelta(hours=hours))
        bad_day.asked.append(bad_day.till.pay(bad_day.loans[0], 9_000, bad_day.method, now=NOW + 30 * HOUR))
    payment_watch.resolve_unknown(today=TODAY, now=NOW + 40 * HOUR)
    for on in days(TODAY + 2 * DAY, TODAY + 8 * DAY):
        run_day(on, now=NOW + 48 * HOUR)
    verdict = judge(bad_day.till, bad_day.asked)
    assert verdict.innocent, verdict


@pytest.mark.database("sqlite")
def test_canary_a_build_that_takes_silence_for_a_no_is_found_out(bad_day: BadDay, monkeypatch) -> None:
    broken.silence_is_failure(monkeypatch)
    bad_day.pay(24)
    verdict = bad_day.end()
    assert verdict.lost
    assert bad_day.charged_ones_that_we_call_failed()


@pytest.mark.database("sqlite")
def test_canary_a_build_with_a_fresh_key_for_each_retry_is_found_out(bad_day: BadDay, monkeypatch) -> None:
    broken.fresh_key_for_every_retry(monkeypatch)
    bad_day.pay(24)
    assert bad_day.end().doubled
