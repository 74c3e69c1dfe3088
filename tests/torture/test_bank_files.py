"""Files from the bank are taken by processes that are killed: every return acts once, and none is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from domain.actions import bank_files
from domain.points import NAMES
from models import BankFile, Payment, PaymentReturn, db
from tests.domain.actions.conftest import works
from tests.domain.actions.filing import Works
from tests.domain.actions.paying import DAY, INSTALLMENT, NOW, TODAY
from tests.fixtures.ach import ACH
from tests.gateways.ach_file.conftest import return_file
from tests.torture.lives import Lives

__all__ = ["works"]

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **ACH)

POINTS = tuple(name for name in NAMES if name.startswith("bank_file."))
DEBITS = 3
LATER = TODAY + 9 * DAY


@dataclass
class Returns:
    """Lives in which a file with the returns of three debits is handed in; half of the debits had settled."""

    works: Works
    files: list[bytes] = field(default_factory=list)
    refs: list[str] = field(default_factory=list)

    def next_life(self) -> Callable[[], None]:
        known = len(self.works.lines())
        refs = self.works.plan(DEBITS)
        self.works.build()
        self.works.hand_over()
        if len(self.files) % 2:
            self.works.settle(LATER)
        traces = [line.trace for line in self.works.lines()[known:]]
        content = return_file([("R01", trace, INSTALLMENT + at) for at, trace in enumerate(traces)])
        self.files.append(content)
        self.refs += refs
        return lambda: self.hand_in(content)

    def hand_in(self, content: bytes) -> None:
        self.works.take(content, LATER)

    def month_after(self) -> None:
        """The timetable goes on where somebody was ended, and everybody hands their file in once more."""
        bank_files.finish(folder=self.works.folder.with_name("bank"), today=LATER, now=NOW)
        for content in self.files:
            self.hand_in(content)

    def forgotten(self) -> set[str]:
        """Debits that came back and neither failed nor were taken back."""
        with self.works.till.house.app.app_context():
            back = select(PaymentReturn.payment_id)
            query = select(Payment.ref).where(Payment.ref.in_(self.refs), Payment.state != "failed")
            return set(db.session.scalars(query.where(Payment.id.not_in(back))))


@pytest.fixture
def returns(works: Works) -> Returns:
    return Returns(works)


@pytest.fixture
def lives(app) -> Iterator[Lives]:
    lives = Lives(app)
    yield lives
    lives.tell()


@pytest.mark.safety("J8")
def test_killed_at_every_point_every_return_acts_once(returns: Returns, lives: Lives, rounds) -> None:
    for _ in range(rounds(1, 100)):
        for point in POINTS:
            for visit in (1, 2) if point == "bank_file.news_acted" else (1,):
                assert lives.live(returns.next_life(), at=point, visit=visit), point
    returns.month_after()
    assert returns.forgotten() == set()
    assert returns.works.till.count(BankFile, BankFile.state == "read") == len(returns.files)
    assert returns.works.till.mails("payment_failed") + returns.works.till.count(PaymentReturn) == len(
        returns.refs
    )
    assert returns.works.till.differences() == []


@pytest.mark.database("sqlite")
def test_canary_a_build_that_forgets_half_read_files_is_found_out(
    returns: Returns, lives: Lives, monkeypatch
) -> None:
    monkeypatch.setattr(bank_files, "finish", lambda **_given: 0)
    monkeypatch.setattr(
        bank_files, "_again", lambda known, *_ways, **_given: bank_files.Taken(known.ref, again=True)
    )
    assert lives.live(returns.next_life(), at="bank_file.kept")
    returns.month_after()
    assert len(returns.forgotten()) == DEBITS
