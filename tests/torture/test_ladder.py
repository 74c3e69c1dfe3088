"""The delinquency ladder when its process is ended, and with two of them at once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from domain.actions import ladder
from domain.transaction import transaction
from models import LadderAct, LadderLook, Outbox, Task
from tests.torture.lives import Lives

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
POINTS = ("ladder.before_commit",)
LATE = 12


@pytest.fixture
def climb(house, open_agreement, clock):
    """A ladder that is on, and twelve loans whose first payment is 15 days late."""
    for _ in range(LATE):
        open_agreement("bo")
    ladder.start(**clock("adam"))
    at = clock("dana", 1)
    return lambda: ladder.climb(today=at["today"], now=at["now"])


def counted() -> tuple[int, int, int]:
    """(Rungs climbed or passed, notices by mail, open calls.)"""
    with transaction() as session:
        acts = session.scalar(select(func.count(LadderAct.id))) or 0
        mails = select(func.count(Outbox.id)).where(
            Outbox.event == "ladder_notice", Outbox.channel == "email"
        )
        calls = select(func.count(Task.id)).where(Task.kind == "ladder_call", Task.closed_at.is_(None))
        return acts, session.scalar(mails) or 0, session.scalar(calls) or 0


@pytest.mark.safety("J8")
def test_ended_before_its_commit_nothing_was_done_and_the_next_run_does_all_of_it(house, climb) -> None:
    lives = Lives(house.app)
    for name in POINTS:
        assert lives.live(climb, at=name), f"nothing was at {name}"
        assert counted() == (0, 0, 0)
    climb()
    # Two notices are reached, the first of them is passed over; one call.
    assert counted() == (3 * LATE, LATE, LATE)


@pytest.mark.safety("J1")
def test_two_processes_climb_at_once_and_each_rung_is_climbed_once(house, climb) -> None:
    lives = Lives(house.app)
    for child in [lives.begin(climb) for _ in range(2)]:
        lives.end(child)
    climb()
    assert counted() == (3 * LATE, LATE, LATE)
    with transaction() as session:
        assert session.scalar(select(func.count(LadderLook.agreement_id))) == LATE
