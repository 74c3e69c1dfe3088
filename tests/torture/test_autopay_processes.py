"""Four processes and three more live through the same year of autopay, two of them killed each day: each debit once."""

from __future__ import annotations

import os
import random
import signal
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import and_, exists, or_

from domain.actions import scheduled
from domain.actions.day import days, debit_day, run_day
from domain.actions.payment_watch import read_events, resolve_unknown
from gateways import registry
from models import Autopay, AutopayDebit, Payment
from tests.domain.actions.autopaying import DUE
from tests.domain.actions.paying import DAY, HOUR, NOW, Till
from tests.torture.lives import Lives
from tests.torture.oracle import judge
from tests.torture.test_autopay_run import PERIOD, Book

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
PATIENCE = 60
"""Seconds that a day's work may take on a busy machine."""


class Year:
    """A book over several periods, and processes of which two are killed at random."""

    def __init__(self, book: Book, periods: int, folder: Path) -> None:
        self.book, self.periods, self.day = book, periods, folder / "day"
        self.at(DUE - DAY)

    def at(self, on) -> None:
        fresh = self.day.with_suffix(".new")
        fresh.write_text(on.isoformat())
        fresh.replace(self.day)

    def clock(self, on) -> datetime:
        """The instant of a business day: all of them pass within what a processor remembers of a key."""
        return NOW + (on - DUE).days * timedelta(minutes=5)

    def work(self) -> None:
        """One of the processes: whatever day it is, everything that is due on it, until it is told to stop."""
        turn = 0
        while not self.book.flag.exists():
            turn += 1
            on = type(DUE).fromisoformat(self.day.read_text())
            now = self.clock(on) + turn * timedelta(milliseconds=1)
            debit_day(today=on, now=now)
            scheduled.send_due(today=on, now=now, at_once=2, limit=20)
            registry.default().advance(on=on, now=now)
            resolve_unknown(today=on, now=now)
            read_events(today=on, now=now)

    def live(self, lives: Lives, dice: random.Random) -> int:
        """Four processes and three more; after each day two of them are killed and begun anew. Number of kills."""
        running = [lives.begin(self.work) for _ in range(7)]
        try:
            for on in days(DUE - DAY, DUE + (self.periods - 1) * PERIOD + 5 * DAY):
                if (on - DUE).days % 14 not in (12, 13, 0, 1, 2, 3, 4):
                    continue
                self.at(on)
                time.sleep(dice.random() / 2)
                for number in dice.sample(range(7), 2):
                    os.kill(running[number], signal.SIGKILL)
                    lives.end(running[number])
                    running[number] = lives.begin(self.work)
                until = time.monotonic() + PATIENCE
                while not self._done(on) and time.monotonic() < until:
                    time.sleep(0.1)
        finally:
            self.book.flag.touch()
            for one in running:
                lives.end(one)
        return lives.killed

    def _done(self, on) -> bool:
        """Whether everything of the day is begun and sent, and all of tomorrow told."""
        near = and_(Autopay.id == AutopayDebit.autopay_id, AutopayDebit.period == Autopay.next_period)
        told = exists().where(near, AutopayDebit.announced_on.is_not(None))
        waits = or_(Autopay.next_send_on <= on, and_(Autopay.next_send_on == on + DAY, ~told))
        unsent = Payment.state == "scheduled", Payment.scheduled_on <= on
        till = self.book.till
        return not till.count(Autopay, Autopay.state == "active", waits) and not till.count(Payment, *unsent)


@pytest.mark.safety("J1", "J8")
def test_seven_processes_of_which_two_are_killed_again_and_again_take_each_debit_once(
    till: Till, open_agreement, save_method, rounds, tmp_path: Path, app
) -> None:
    book = Book(till, open_agreement, save_method, rounds(12, 250), tmp_path / "closed")
    year, lives = Year(book, rounds(5, 40), tmp_path), Lives(app)
    assert year.live(lives, lives.dice) > 0
    last = DUE + (year.periods - 1) * PERIOD
    for number, on in enumerate(days(last + DAY, last + 9 * DAY)):
        now = year.clock(last) + (number + 1) * HOUR
        run_day(on, now=now)
        resolve_unknown(today=on, now=now)
    verdict = judge(till, ())
    wrong = [*verdict.doubled, *verdict.lost, *verdict.differences]
    assert not wrong, verdict
    taken = book.taken()
    assert set(taken.values()) == {1}
    wanted = {
        f"autopay-{ref}-{(DUE + number * PERIOD).isoformat()}"
        for ref in book.refs
        for number in range(year.periods)
    }
    assert set(taken) == wanted, book.story(wanted - set(taken))
    lives.tell()
