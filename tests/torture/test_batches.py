"""Files for the bank are built by processes that are killed: every debit stands in one file, and every file adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from domain.actions import batch_ends, payments
from domain.actions.batches import Limits
from domain.points import NAMES
from domain.rules.business_days import next_business_day
from gateways.ach_file.parser import parse
from models import Payment, db
from tests.domain.actions.conftest import works
from tests.domain.actions.filing import Works
from tests.domain.actions.paying import NOW, TODAY
from tests.fixtures.ach import ACH
from tests.torture import broken
from tests.torture.lives import Lives

__all__ = ["works"]

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **ACH)

POINTS = tuple(name for name in NAMES if name.startswith("batch."))
DEBITS = 3


@dataclass
class Bank:
    """Lives in which debits are confirmed, filed, handed over and settled; one life is one business day."""

    works: Works
    loans: list[str]
    asked: dict[str, tuple[str, int]] = field(default_factory=dict)
    lives: int = 0

    def next_life(self) -> Callable[[], None]:
        self.lives += 1
        number, day = self.lives, next_business_day(TODAY, self.lives)
        new = {f"debit-{number}-{at}": (self.loans[at], 2_000 + 10 * number + at) for at in range(DEBITS)}
        self.asked |= new

        def work() -> None:
            for ref in new:
                self.click(ref, day)
            self.day(day)

        return work

    def click(self, ref: str, day) -> None:
        loan, amount = self.asked[ref]
        payments.start(
            loan,
            amount,
            self.works.account,
            ref,
            who=self.works.till.who("bo"),
            today=day,
            now=NOW,
            again=True,
        )

    def day(self, day) -> None:
        """What was left half built is taken apart or finished; then the day's files, in small ones."""
        batch_ends.take_apart_rest(now=NOW)
        self.works.build(day, limits=Limits(lines_per_file=2))
        if self.lives % 3 == 0:
            self.withdraw()
        else:
            self.works.hand_over(day)
        self.works.settle(day)

    def withdraw(self) -> None:
        """The operator takes the files back that no bank has; their debits go into the next ones."""
        for row in self.works.rows():
            if row.state == "written":
                batch_ends.withdraw(row.ref, now=NOW, by="test")

    def month_after(self) -> Counter[str]:
        """Everybody clicks once more, ten more days pass; how often the bank's files name each debit."""
        last = self.lives
        for number in range(1, 12):
            day = next_business_day(TODAY, last + number)
            if number == 1:
                for ref in self.asked:
                    self.click(ref, day)
            self.lives += self.lives % 3 == 0
            self.day(day)
        named: Counter[str] = Counter()
        keys = {line.trace: line.key for line in self.works.lines() if line.trace}
        for row in self.works.rows():
            if row.state in ("handed_over", "accepted"):
                entries = [
                    entry for batch in parse(self.works.content(row.ref)).batches for entry in batch.entries
                ]
                assert row.debit_minor == sum(entry.amount_minor for entry in entries), row.ref
                assert row.count == len(entries), row.ref
                named.update(keys[entry.fields["trace"]].split(":")[1] for entry in entries)
        return named

    def states(self) -> set[str]:
        with self.works.till.house.app.app_context():
            return set(db.session.scalars(select(Payment.state).where(Payment.gateway == "ach_file")))


@pytest.fixture
def bank(works: Works, open_agreement) -> Bank:
    bank = Bank(works, [open_agreement("bo", principal_minor=90_000_000) for _ in range(DEBITS)])
    bank.next_life()()
    return bank


@pytest.fixture
def lives(app) -> Iterator[Lives]:
    lives = Lives(app)
    yield lives
    lives.tell()


@pytest.mark.safety("M6", "J8")
def test_killed_at_every_point_each_debit_stands_in_one_file(bank: Bank, lives: Lives, rounds) -> None:
    for _ in range(rounds(1, 100)):
        for point in POINTS:
            assert any(lives.live(bank.next_life(), at=point) for _ in range(7)), point
    innocent(bank, bank.month_after())


def test_killed_at_random_moments_each_debit_stands_in_one_file(bank: Bank, lives: Lives, rounds) -> None:
    whole = lives.length_of(bank.next_life())
    for _ in range(rounds(8, 500)):
        lives.live(bank.next_life(), within=whole)
    assert lives.killed > 0
    innocent(bank, bank.month_after())


def innocent(bank: Bank, named: Counter[str]) -> None:
    assert named == Counter(dict.fromkeys(bank.asked, 1))
    assert bank.states() == {"settled"}
    assert bank.works.till.differences() == []
    assert bank.works.till.total("clearing_ach_file") == sum(amount for _, amount in bank.asked.values())


@pytest.mark.database("sqlite")
def test_canary_a_build_that_files_what_is_under_way_again_is_found_out(
    bank: Bank, lives: Lives, monkeypatch
) -> None:
    broken.file_again(monkeypatch)
    lives.live(bank.next_life(), at="batch.chunk_kept")
    for _ in range(3):
        lives.live(bank.next_life())
    with pytest.raises(AssertionError):
        innocent(bank, bank.month_after())
