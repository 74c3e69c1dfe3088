"""The program is killed at every named point of the money's way, and at random moments: nothing is lost or doubled."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from domain.actions import counter, payments, scheduled
from domain.actions.day import days, run_day
from domain.actions.payment_limits import PLAIN, Wanted
from domain.actions.payment_watch import PAGE, read_events, resolve_unknown
from domain.points import NAMES
from gateways import registry
from models import JournalEntry
from tests.domain.actions import test_keys
from tests.domain.actions.paying import DAY, NOW, TODAY, Till
from tests.torture import (
    broken,
    test_autopay_run,
    test_bank_files,
    test_batches,
    test_billing,
    test_kills_mail,
    test_ladder,
    test_reminders,
)
from tests.torture.lives import Lives
from tests.torture.oracle import Verdict, judge

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")

POINTS = tuple(name for name in NAMES if name.startswith(("payment.", "watch.", "notice.", "scheduled.")))
SLUGS = ("bank", "card", "bank_lost", "card_lost", "card_silent")
CASH = 1_000
LIVES_OF_A_LOAN = 60
"""After so many lives others are paid: money that comes late tells the later payments of its loan anew, and nobody has
thousands of them."""


@dataclass
class Story:
    """What customers, the clerk and the timetable do in each life; one life is four minutes and a business day.

    In each life one payment is planned for the next day, and sent by a life that comes after.
    """

    till: Till
    open_loans: Callable[[], list[str]]
    methods: list[str]
    loans: list[str] = field(default_factory=list)
    asked: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    plans: dict[str, date] = field(default_factory=dict)
    cash: dict[str, str] = field(default_factory=dict)
    lives: int = 0

    def __post_init__(self) -> None:
        self.bo, self.dana = self.till.who("bo"), self.till.who("dana")

    def next_life(self) -> Callable[[], None]:
        """The work of one more life: new payments, one at the counter, and all timed duties of the money."""
        if self.lives % LIVES_OF_A_LOAN == 0:
            self.loans = self.open_loans()
        self.lives += 1
        number = self.lives
        new = {
            f"life-{number}-{way}": (self.loans[number % len(self.loans)], 1_500 + way, method)
            for way, method in enumerate(self.methods)
        }
        planned = f"plan-{number}"
        new[planned] = (self.loans[number % len(self.loans)], 1_700, self.methods[number % 2])
        self.plans[planned] = TODAY + (number + 1) * DAY
        self.asked |= new
        self.cash[f"cash-{number}"] = self.loans[0]
        now, day = NOW + timedelta(minutes=4 * number), TODAY + number * DAY

        def work() -> None:
            for ref, wish in new.items():
                self.click(ref, wish, now, day)
            self.take(f"cash-{number}", now, day)
            scheduled.send_due(today=day, now=now)
            registry.default().advance(on=day, now=now)
            resolve_unknown(today=day, now=now + timedelta(minutes=2))
            read_events(today=day, now=now)

        return work

    def click(self, ref: str, wish: tuple[str, int, str], now, day) -> None:
        on = self.plans.get(ref)
        wanted = Wanted(on=max(on, day)) if on else PLAIN
        payments.start(*wish, ref, who=self.bo, today=day, now=now, again=True, wanted=wanted)

    def take(self, ref: str, now, day) -> None:
        counter.take(self.cash[ref], CASH, "cash", ref, who=self.dana, today=day, now=now)

    def morning_after(self) -> Verdict:
        """Everybody clicks once more on what they have no receipt for, a week passes, and the judge looks."""
        now, day = NOW + timedelta(minutes=4 * self.lives + 4), TODAY + (self.lives + 1) * DAY
        for ref, wish in self.asked.items():
            self.click(ref, wish, now, day)
        for ref in self.cash:
            self.take(ref, now, day)
        for number, on in enumerate(days(day, day + 7 * DAY)):
            run_day(on, now=now + number * timedelta(hours=8))
            for _ in range(len(self.asked) // PAGE):
                # The timetable asks about a page of payments every twenty seconds; a day of it empties any queue.
                resolve_unknown(today=on, now=now + number * timedelta(hours=8))
        return judge(self.till, self.asked)


@pytest.fixture
def story(till: Till, open_agreement, save_method) -> Story:
    def open_loans() -> list[str]:
        return [open_agreement("bo", principal_minor=90_000_000) for _ in range(3)]

    story = Story(till, open_loans, [save_method("bo", slug) for slug in SLUGS])
    story.next_life()()  # what a first life learns slowly, the children of a warm parent know
    return story


@pytest.fixture
def lives(app) -> Iterator[Lives]:
    lives = Lives(app)
    yield lives
    lives.tell()


def kill_at_each_point(story: Story, lives: Lives, visits: int) -> None:
    for name, visit in itertools.product(POINTS, range(1, visits + 1)):
        if not lives.live(story.next_life(), at=name, visit=visit):
            assert visit > 1, f"no life came by {name}"


@pytest.mark.safety("M6", "M10", "J8")
def test_killed_at_every_point_nothing_is_lost_and_nothing_is_charged_twice(story, lives, rounds) -> None:
    for _ in range(rounds(1, 100)):
        kill_at_each_point(story, lives, visits=3)
    assert lives.killed >= 2 * len(POINTS)
    verdict = story.morning_after()
    assert verdict.innocent, verdict
    assert verdict.charges == 5 * story.lives
    assert story.till.total("undeposited") == CASH * story.lives
    taken = story.till.count(JournalEntry, JournalEntry.cause == "payment.settled")
    assert taken == verdict.charges + story.lives


@pytest.mark.safety("M6")
def test_killed_at_random_moments_nothing_is_lost_and_nothing_is_charged_twice(story, lives, rounds) -> None:
    for number in range(rounds(20, 5_000)):
        if number % 20 == 0:
            whole = lives.length_of(story.next_life())
        lives.live(story.next_life(), within=whole)
    assert lives.killed > 0
    verdict = story.morning_after()
    assert verdict.innocent, verdict
    assert verdict.charges == 5 * story.lives
    assert story.till.total("undeposited") == CASH * story.lives


@pytest.mark.safety("J16")
def test_asked_to_go_at_random_moments_nothing_is_lost_and_nothing_is_charged_twice(
    story, lives, rounds
) -> None:
    whole = lives.length_of(story.next_life())
    for _ in range(rounds(10, 600)):
        lives.live(story.next_life(), within=whole, politely=True)
    assert lives.killed > 0
    verdict = story.morning_after()
    assert verdict.innocent, verdict
    assert verdict.charges == 5 * story.lives


@pytest.mark.safety("J8")
def test_every_named_point_is_tried(till) -> None:
    others = (
        test_kills_mail,
        test_billing,
        test_keys,
        test_batches,
        test_bank_files,
        test_autopay_run,
        test_ladder,
        test_reminders,
    )
    tried = {*POINTS, *(point for one in others for point in one.POINTS)}
    assert tried == set(NAMES)


@pytest.mark.safety("M6")
@pytest.mark.database("sqlite")
def test_canary_a_build_that_charges_before_it_writes_down_is_found_out(story, lives, monkeypatch) -> None:
    broken.charge_first(monkeypatch)
    for visit in (1, 2):
        lives.live(story.next_life(), at="payment.gateway_answered", visit=visit)
    assert len(story.morning_after().doubled) >= 2


@pytest.mark.safety("M7")
@pytest.mark.database("sqlite")
def test_canary_a_build_with_a_fresh_key_for_each_retry_is_found_out(story, lives, monkeypatch) -> None:
    broken.fresh_key_for_every_retry(monkeypatch)
    lives.live(story.next_life(), at="payment.gateway_answered", visit=1)
    assert story.morning_after().doubled


@pytest.mark.database("sqlite")
def test_canary_a_door_without_its_guard_is_found_out(story, lives, monkeypatch) -> None:
    broken.door_without_guard(monkeypatch)
    for _ in range(4):
        lives.live(story.next_life(), at="watch.event_before_cursor", visit=1)
    verdict = story.morning_after()
    assert not verdict.doubled
    assert verdict.clearing_off_minor > 0
